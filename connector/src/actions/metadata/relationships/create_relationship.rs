//! `create-relationship`: ties two tables, one to many or many to many.

use airlock_connector::{
    Action, Error, FieldError, IdempotencyKey, Transport,
    declare::{Declaration, Streams},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    actions::{
        input::input,
        metadata::{
            cascade::cascade,
            change::merge,
            label::labels,
            place,
            written::{NEW, Output, post, prefixed},
        },
    },
    session::{Dataverse, Session},
};

input! {
    /// Input of `create-relationship`.
    struct Input {
        /// Schema name of the relationship, with the prefix of a publisher: `new_account_new_boat`.
        pub name: String,
        /// Whether one row of `table` has many of `related-table`, or either many of the other.
        #[schemars(extend("default" = "one-to-many"))]
        pub kind: Option<KindName>,
        /// Table with the one row, or the first of two.
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
        /// Table with the many rows, where the lookup will stand; or the second of two.
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub related_table: String,
        /// Schema name of the lookup that points at the one row: `new_AccountId`. Of one to many only.
        pub column: Option<String>,
        /// Label of the lookup: a text in the organisation's language, or one text for each language by its
        /// number.
        pub label: Option<Value>,
        /// What happens to the many rows when something happens to the one: `assign`, `delete`, `merge`,
        /// `reparent`, `share`, `unshare` and `rollup-view`, each `none`, `all`, `active`, `owned`,
        /// `remove-link` or `restrict`.
        #[schemars(extend("x-airlock-pairs" = "event"))]
        pub cascade: Option<Map<String, Value>>,
        /// Name of the table between, of many to many only; the relationship's unless given.
        pub intersect: Option<String>,
        /// Further members of the definition, as the service names them; they win over what stands above.
        #[schemars(extend("x-airlock-advanced" = true))]
        pub definition: Option<Map<String, Value>>,
        /// Language of labels that are texts, by its number (1033 is English); the organisation's unless
        /// given.
        #[schemars(extend("x-airlock-advanced" = true))]
        pub language: Option<u64>,
        /// Unique name of the unmanaged solution that takes the relationship.
        pub solution: Option<String>,
    } + caller
}

/// How many rows are at each end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KindName {
    /// One has many.
    OneToMany,
    /// Many have many.
    ManyToMany,
}

/// The action.
#[derive(Debug)]
pub struct CreateRelationship;

impl Action<Dataverse> for CreateRelationship {
    const DECLARATION: Declaration = Declaration {
        name: "create-relationship",
        aliases: &[],
        title: "Create a relationship",
        description: "Ties two tables: one row to many by a lookup, which is made too, or many to many.",
        group: "Metadata",
        traits: NEW,
        streams: Streams::NONE,
        examples: &[
            r#"{"name": "new_account_new_boat", "table": "account", "related-table": "new_boat",
                "column": "new_AccountId", "label": "Account", "cascade": {"delete": "restrict"}}"#,
            r#"{"name": "new_boat_contact", "kind": "many-to-many", "table": "new_boat",
                "related-table": "contact"}"#,
        ],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let mut options = input.options()?;
        options.solution.clone_from(&input.solution);
        check(&input)?;
        let events = input
            .cascade
            .as_ref()
            .map(|given| cascade(given, "/cascade"))
            .transpose()?;
        let given = [("DisplayName", "/label", input.label.as_ref())];
        let (mut lookup, _) = labels(session, &given, input.language).await?;
        let one = place::table(session, &input.table, "/table").await?;
        let many = place::table(session, &input.related_table, "/related-table").await?;
        let mut body = Map::new();
        body.insert("SchemaName".to_owned(), json!(input.name));
        let more = match &input.column {
            Some(column) => {
                lookup.extend([
                    (
                        "@odata.type".to_owned(),
                        json!("Microsoft.Dynamics.CRM.LookupAttributeMetadata"),
                    ),
                    ("AttributeType".to_owned(), json!("Lookup")),
                    (
                        "AttributeTypeName".to_owned(),
                        json!({"Value": "LookupType"}),
                    ),
                    ("SchemaName".to_owned(), json!(column)),
                ]);
                let mut more = json!({
                    "@odata.type": "Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata",
                    "ReferencedEntity": one.name.as_str(),
                    "ReferencedAttribute": one.primary_id,
                    "ReferencingEntity": many.name.as_str(),
                    "Lookup": lookup,
                });
                if let (Some(events), Some(more)) = (events, more.as_object_mut()) {
                    more.insert("CascadeConfiguration".to_owned(), events);
                }
                more
            }
            None => json!({
                "@odata.type": "Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata",
                "Entity1LogicalName": one.name.as_str(),
                "Entity2LogicalName": many.name.as_str(),
                "IntersectEntityName": input.intersect.unwrap_or_else(|| input.name.to_lowercase()),
            }),
        };
        if let Value::Object(more) = more {
            body.extend(more);
        }
        merge(&mut body, input.definition.unwrap_or_default());
        let (id, _) = post(session, "RelationshipDefinitions", &body, &options).await?;
        Ok(Output {
            id,
            ..Output::of("created", input.name)
        })
    }
}

/// Refuses what the kind of the relationship has no use for, or lacks.
fn check(input: &Input) -> Result<(), Error> {
    prefixed(&input.name, "/name")?;
    let fault = FieldError::new;
    let faults: Vec<FieldError> = match input.kind {
        Some(KindName::ManyToMany) => [
            ("/column", input.column.is_some()),
            ("/label", input.label.is_some()),
            ("/cascade", input.cascade.is_some()),
        ]
        .into_iter()
        .filter(|(_, given)| *given)
        .map(|(pointer, _)| fault(pointer, "many to many has no lookup: leave this out"))
        .collect(),
        _ => match (&input.column, &input.label, &input.intersect) {
            (_, _, Some(_)) => vec![fault(
                "/intersect",
                "one to many has no table between: leave this out",
            )],
            (None, ..) => vec![fault(
                "/column",
                "`column` is missing. Schema name of the lookup, such as new_AccountId",
            )],
            (_, None, _) => vec![fault("/label", "`label` is missing. Label of the lookup")],
            (Some(column), ..) => return prefixed(column, "/column"),
        },
    };
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::InvalidInput(faults))
    }
}

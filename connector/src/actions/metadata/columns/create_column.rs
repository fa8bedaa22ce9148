//! `create-column`: a new column of any type.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams},
};
use serde_json::{Map, Value};

use super::{
    lookup,
    new_column::{ColumnType, NewColumn, Required},
};
use crate::{
    actions::{
        input::input,
        metadata::{
            change::merge,
            label::labels,
            place::{self, CHOICE},
            written::{NEW, Output, post, prefixed},
        },
    },
    session::{Dataverse, Session},
};

input! {
    /// Input of `create-column`.
    struct Input {
        /// The table: its logical name (`account`), its entity set name (`accounts`), its label, or the id
        /// of its definition.
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
        /// Schema name of the column, with the prefix of a publisher: `new_Length`.
        pub name: Option<String>,
        /// What the column holds.
        #[serde(rename = "type")]
        pub kind: Option<ColumnType>,
        /// Name for people: a text in the organisation's language, or one text for each language by its
        /// number, such as `{"1033": "Length", "1031": "Länge"}`.
        pub label: Option<Value>,
        /// What the column is for, in the same form.
        pub description: Option<Value>,
        /// Whether forms demand a value.
        pub required: Option<Required>,
        /// Of a text: `text`, `email`, `url`, `phone`, `text-area`, `ticker-symbol`, `json` or `rich-text`. Of a
        /// date: `date-only` or `date-and-time`. Of a whole number: `none`, `duration`, `time-zone`,
        /// `language` or `locale`.
        pub format: Option<String>,
        /// Longest text, in characters.
        #[schemars(range(min = 1, max = 1_048_576))]
        pub max_length: Option<u32>,
        /// Smallest number.
        pub min: Option<f64>,
        /// Largest number.
        pub max: Option<f64>,
        /// Digits behind the point.
        #[schemars(range(max = 10))]
        pub precision: Option<u32>,
        /// Of a date: `user-local`, `date-only` or `time-zone-independent`.
        pub behavior: Option<String>,
        /// Options of a choice: texts, or objects with `label` and, where wanted, `value`, `color`,
        /// `description` and `external-value`. Of yes or no: the words for yes and for no.
        pub options: Option<Vec<Value>>,
        /// Global choice that the column takes its options from, by its name.
        pub choice: Option<String>,
        /// Value of a new row: the number of an option, or true or false.
        pub default: Option<Value>,
        /// Tables that a lookup points at; one makes a relationship, several a lookup with many targets.
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub targets: Option<Vec<String>>,
        /// Schema name of the relationship that a lookup makes; made of the names unless given.
        #[schemars(extend("x-airlock-advanced" = true))]
        pub relationship: Option<String>,
        /// Pattern of the numbers that the service gives a text by itself, such as `B-{SEQNUM:5}`.
        #[schemars(extend("x-airlock-advanced" = true))]
        pub auto_number: Option<String>,
        /// Largest file or picture, in kilobytes.
        #[schemars(range(min = 1))]
        pub max_size_kb: Option<u64>,
        /// Whether a picture is kept whole too, and not only its thumbnail.
        pub full_image: Option<bool>,
        /// Whether its changes are audited.
        pub auditing: Option<bool>,
        /// Whether rights of their own guard it.
        pub secured: Option<bool>,
        /// Further members of the definition, or all of it, as the service names them; they win over what
        /// stands above.
        #[schemars(extend("x-airlock-advanced" = true))]
        pub definition: Option<Map<String, Value>>,
        /// Language of labels that are texts, by its number (1033 is English); the organisation's unless
        /// given.
        #[schemars(extend("x-airlock-advanced" = true))]
        pub language: Option<u64>,
        /// Unique name of the unmanaged solution that takes the column.
        pub solution: Option<String>,
    } + caller
}

/// The action.
#[derive(Debug)]
pub struct CreateColumn;

impl Action<Dataverse> for CreateColumn {
    const DECLARATION: Declaration = Declaration {
        name: "create-column",
        aliases: &[],
        title: "Create a column",
        description: "Makes a column of any type: text, number, amount, yes or no, choice, date, lookup, file or \
                      picture.",
        group: "Metadata",
        traits: NEW,
        streams: Streams::NONE,
        examples: &[
            r#"{"table": "new_boat", "name": "new_Length", "type": "decimal", "label": "Length",
                "min": 0, "max": 400, "precision": 2}"#,
            r##"{"table": "new_boat", "name": "new_Rig", "type": "choice", "label": "Rig",
                "options": ["Sloop", {"value": 100000007, "label": "Ketch", "color": "#112233"}]}"##,
            r#"{"table": "new_boat", "name": "new_OwnerId", "type": "lookup", "label": "Owned by",
                "targets": ["account"]}"#,
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
        let new = NewColumn {
            kind: input.kind,
            required: input.required,
            format: input.format.as_deref(),
            max_length: input.max_length,
            min: input.min,
            max: input.max,
            precision: input.precision,
            behavior: input.behavior.as_deref(),
            options: input.options.as_deref(),
            choice: input.choice.as_deref(),
            default: input.default.as_ref(),
            targets: input.targets.as_deref(),
            auto_number: input.auto_number.as_deref(),
            max_size_kb: input.max_size_kb,
            full_image: input.full_image,
            auditing: input.auditing,
            secured: input.secured,
        };
        let definition = input.definition.unwrap_or_default();
        let whole = definition.contains_key("SchemaName");
        let name = match (
            &input.name,
            definition.get("SchemaName").and_then(Value::as_str),
        ) {
            (Some(name), _) => name.clone(),
            (None, Some(name)) => name.to_owned(),
            (None, None) => {
                return Err(Error::invalid(
                    "/name",
                    "`name` is missing. Schema name of the column, such as new_Length",
                ));
            }
        };
        prefixed(
            &name,
            if input.name.is_some() {
                "/name"
            } else {
                "/definition/SchemaName"
            },
        )?;
        new.check(whole)?;
        let given = [
            ("DisplayName", "/label", input.label.as_ref()),
            ("Description", "/description", input.description.as_ref()),
        ];
        let needs_language = new.options.is_some_and(|all| !all.is_empty());
        let language = match input.language {
            None if needs_language => {
                Some(crate::actions::metadata::label::of_organisation(session).await?)
            }
            given => given,
        };
        let (mut body, language) = labels(session, &given, language).await?;
        if !whole && !body.contains_key("DisplayName") {
            return Err(Error::invalid(
                "/label",
                "`label` is missing. Name for people",
            ));
        }
        let table = place::table(session, &input.table, "/table").await?;
        body.insert("SchemaName".to_owned(), Value::from(name.as_str()));
        new.put_into(&mut body, language)?;
        if let Some(choice) = new.choice {
            let address = place::named(session, CHOICE, choice, "/choice").await?;
            let found =
                crate::actions::metadata::read::one(session, &address, "$select=MetadataId", true)
                    .await?;
            let id = crate::actions::metadata::read::text(&found, "MetadataId").unwrap_or_default();
            let bind = format!("/GlobalOptionSetDefinitions({id})");
            body.insert("GlobalOptionSet@odata.bind".to_owned(), Value::from(bind));
        }
        merge(&mut body, definition);
        let id = if new.is_lookup() {
            let given = lookup::Lookup {
                table: &table,
                column: &name,
                targets: input.targets.as_deref().unwrap_or_default(),
                customer: input.kind == Some(ColumnType::Customer),
                relationship: input.relationship.as_deref(),
            };
            lookup::create(session, given, body, &options).await?
        } else {
            let resource = format!("{}/Attributes", place::of_table(&table));
            post(session, &resource, &body, &options).await?.0
        };
        Ok(Output {
            id,
            ..Output::of("created", name.to_lowercase())
        })
    }
}

//! `create-table`: a new table with its primary name column.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    actions::{
        input::input,
        metadata::{
            change::merge,
            label::{labels, localized},
            written::{NEW, Output, post, prefixed},
        },
    },
    session::{Dataverse, Session},
};

/// Longest primary name where none is asked for, in characters.
const NAME_LENGTH: u32 = 100;

input! {
    /// Input of `create-table`.
    struct Input {
        /// Schema name of the table, with the prefix of a publisher: `new_Boat`.
        pub name: String,
        /// Name for people: a text in the organisation's language, or one text for each language by its
        /// number, such as `{"1033": "Boat", "1040": "Barca"}`.
        pub label: Value,
        /// Plural for people, in the same form; the label unless given.
        pub plural_label: Option<Value>,
        /// What the table is for, in the same form.
        pub description: Option<Value>,
        /// Who owns its rows.
        #[schemars(extend("default" = "user"))]
        pub ownership: Option<Ownership>,
        /// Schema name of the column that names a row to people; the prefix with `Name` unless given.
        pub primary_column: Option<String>,
        /// Label of that column, in the same form.
        #[schemars(extend("default" = "Name"))]
        pub primary_label: Option<Value>,
        /// Longest text of that column, in characters.
        #[schemars(range(min = 1, max = 4000), extend("default" = 100))]
        pub primary_length: Option<u32>,
        /// Whether its rows are activities, such as tasks.
        pub activity: Option<bool>,
        /// Whether its rows take notes and files.
        pub notes: Option<bool>,
        /// Whether activities can regard its rows.
        pub activities: Option<bool>,
        /// Whether its changes are tracked, for list-changes and triggers.
        pub change_tracking: Option<bool>,
        /// Further members of the definition, as the service names them; they win over what stands above.
        #[schemars(extend("x-airlock-advanced" = true))]
        pub definition: Option<Map<String, Value>>,
        /// Language of labels that are texts, by its number (1033 is English); the organisation's unless
        /// given.
        #[schemars(extend("x-airlock-advanced" = true))]
        pub language: Option<u64>,
        /// Unique name of the unmanaged solution that takes the table.
        pub solution: Option<String>,
    } + caller
}

/// Who owns rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ownership {
    /// A user or a team.
    User,
    /// The organisation.
    Organization,
}

/// The action.
#[derive(Debug)]
pub struct CreateTable;

impl Action<Dataverse> for CreateTable {
    const DECLARATION: Declaration = Declaration {
        name: "create-table",
        aliases: &[],
        title: "Create a table",
        description: "Makes a table with its primary name column. The service adds the columns that every table \
                      has.",
        group: "Metadata",
        traits: NEW,
        streams: Streams::NONE,
        examples: &[
            r#"{"name": "new_Boat", "label": "Boat", "plural-label": "Boats", "notes": true}"#,
            r#"{"name": "new_Port", "label": {"1033": "Port", "1031": "Hafen"}, "ownership": "organization"}"#,
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
        prefixed(&input.name, "/name")?;
        let prefix = input.name.split('_').next().unwrap_or_default();
        let column = match &input.primary_column {
            _ if input.activity == Some(true) => "Subject".to_owned(),
            Some(name) => {
                prefixed(name, "/primary-column")?;
                name.clone()
            }
            None => format!("{prefix}_Name"),
        };
        let given = [
            ("DisplayName", "/label", Some(&input.label)),
            (
                "DisplayCollectionName",
                "/plural-label",
                Some(input.plural_label.as_ref().unwrap_or(&input.label)),
            ),
            ("Description", "/description", input.description.as_ref()),
            ("Primary", "/primary-label", input.primary_label.as_ref()),
        ];
        let (mut body, language) = labels(session, &given, input.language).await?;
        let primary = body.remove("Primary");
        body.insert(
            "@odata.type".to_owned(),
            json!("Microsoft.Dynamics.CRM.EntityMetadata"),
        );
        body.insert("SchemaName".to_owned(), json!(input.name));
        body.insert(
            "OwnershipType".to_owned(),
            json!(match input.ownership {
                Some(Ownership::Organization) => "OrganizationOwned",
                _ => "UserOwned",
            }),
        );
        for (member, value) in [
            ("IsActivity", input.activity),
            ("HasNotes", Some(input.notes.unwrap_or(false))),
            ("HasActivities", Some(input.activities.unwrap_or(false))),
            ("ChangeTrackingEnabled", input.change_tracking),
        ] {
            body.extend(value.map(|value| (member.to_owned(), json!(value))));
        }
        body.insert("Attributes".to_owned(), json!([{
            "@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata",
            "AttributeType": "String",
            "AttributeTypeName": {"Value": "StringType"},
            "SchemaName": column,
            "IsPrimaryName": true,
            "RequiredLevel": {"Value": "None", "CanBeChanged": true, "ManagedPropertyLogicalName": "canmodifyrequirementlevelsettings"},
            "FormatName": {"Value": "Text"},
            "MaxLength": input.primary_length.unwrap_or(NAME_LENGTH),
            "DisplayName": primary.unwrap_or_else(|| localized(&[(language, "Name")])),
        }]));
        merge(&mut body, input.definition.unwrap_or_default());
        let (id, _) = post(session, "EntityDefinitions", &body, &options).await?;
        Ok(Output {
            id,
            ..Output::of("created", input.name.to_lowercase())
        })
    }
}

//! `update-column`: changes labels, limits and settings of a column.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use serde_json::{Map, Value, json};

use super::new_column::Required;
use crate::{
    actions::{
        input::input,
        metadata::{change::change, label::labels, place, publish::publish, written::Output},
    },
    session::{Dataverse, Session},
};

input! {
    /// Input of `update-column`.
    struct Input {
        /// The table: its logical name (`account`), its entity set name (`accounts`), its label, or the id
        /// of its definition.
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
        /// The column: its name, or the id of its definition. A whole `definition` may say it instead.
        #[schemars(extend("x-airlock-choices" = "columns"))]
        pub column: Option<String>,
        /// Name for people: a text in the organisation's language, or one text for each language by its
        /// number, such as `{"1033": "Length", "1031": "Länge"}`. Languages that are not named keep theirs.
        pub label: Option<Value>,
        /// What the column is for, in the same form.
        pub description: Option<Value>,
        /// Whether forms demand a value.
        pub required: Option<Required>,
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
        /// Whether its changes are audited.
        pub auditing: Option<bool>,
        /// Whether rights of their own guard it.
        pub secured: Option<bool>,
        /// Other members of the definition to change, as the service names them. Of an object only the
        /// members that are given change.
        pub definition: Option<Map<String, Value>>,
        /// Also show the change to applications.
        #[schemars(extend("default" = false))]
        pub publish: Option<bool>,
        /// Language of labels that are texts, by its number (1033 is English); the organisation's unless
        /// given.
        #[schemars(extend("x-airlock-advanced" = true))]
        pub language: Option<u64>,
        /// Unique name of the unmanaged solution that takes the change.
        pub solution: Option<String>,
    } + caller
}

/// The action.
#[derive(Debug)]
pub struct UpdateColumn;

impl Action<Dataverse> for UpdateColumn {
    const DECLARATION: Declaration = Declaration {
        name: "update-column",
        aliases: &[],
        title: "Update a column's definition",
        description: "Changes labels, limits and settings of a column. What is not given stays as it is. Options \
                      are changed by update-choice.",
        group: "Metadata",
        traits: Traits::CHANGES,
        streams: Streams::NONE,
        examples: &[
            r#"{"table": "new_boat", "column": "new_length", "label": {"1031": "Länge"}, "max": 500,
                "publish": true}"#,
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
        let definition = input.definition.clone().unwrap_or_default();
        let told = ["MetadataId", "LogicalName"]
            .iter()
            .find_map(|name| definition.get(*name)?.as_str());
        let Some(column) = input.column.clone().or(told.map(str::to_owned)) else {
            return Err(Error::invalid(
                "/column",
                "`column` is missing. The column: its name, or the id of its definition",
            ));
        };
        let given = [
            ("DisplayName", "/label", input.label.as_ref()),
            ("Description", "/description", input.description.as_ref()),
        ];
        let (mut changes, _) = labels(session, &given, input.language).await?;
        for (name, value) in [
            ("RequiredLevel", input.required.map(Required::level)),
            ("MaxLength", input.max_length.map(Value::from)),
            ("MinValue", input.min.map(number)),
            ("MaxValue", input.max.map(number)),
            ("Precision", input.precision.map(Value::from)),
            ("IsAuditEnabled", input.auditing.map(Value::from)),
            ("IsSecured", input.secured.map(Value::from)),
        ] {
            changes.extend(value.map(|value| (name.to_owned(), value)));
        }
        changes.extend(definition);
        changes.retain(|name, _| name != "@odata.context" && name != "@odata.type");
        let table = place::table(session, &input.table, "/table").await?;
        let resource = place::column(session, &table, &column, "/column").await?;
        let changed = change(session, &resource, changes, "AttributeMetadata", &options).await?;
        let published = changed && input.publish.unwrap_or(false);
        if published {
            publish(session, &[table.name.as_str()], &[], &options).await?;
        }
        Ok(Output {
            published,
            ..Output::changed(changed, column.to_lowercase())
        })
    }
}

/// A number that is whole is written so: the service wants no point in limits of whole numbers.
fn number(value: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and small")]
    if value.fract() == 0.0 && value.abs() < 1e15 {
        json!(value as i64)
    } else {
        json!(value)
    }
}

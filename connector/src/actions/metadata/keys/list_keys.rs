//! `list-keys`: the alternate keys of a table, and whether rows are found by them yet.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    actions::metadata::{
        place,
        read::{label, list, text},
    },
    session::{Dataverse, Session},
};

/// Input of `list-keys`.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Input {
    /// The table: its logical name (`account`), its entity set name (`accounts`), its label, or the id
    /// of its definition.
    #[schemars(extend("x-airlock-choices" = "tables"))]
    pub table: String,
}

/// Output of `list-keys`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// The keys.
    keys: Vec<KeyShown>,
    /// How many there are.
    count: usize,
}

/// One key.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct KeyShown {
    /// Id of its definition.
    id: String,
    /// Logical name.
    name: String,
    /// Schema name.
    schema_name: String,
    /// Name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// Columns that identify a row together.
    columns: Vec<String>,
    /// State of its index: `Pending`, `InProgress`, `Active` or `Failed`. Rows are found by it once it is active.
    index_status: String,
    /// Whether rows are found by it.
    active: bool,
}

/// The action.
#[derive(Debug)]
pub struct ListKeys;

impl Action<Dataverse> for ListKeys {
    const DECLARATION: Declaration = Declaration {
        name: "list-keys",
        aliases: &[],
        title: "List alternate keys",
        description: "Lists the alternate keys of a table with the state of their indexes.",
        group: "Metadata",
        traits: Traits::READS,
        streams: Streams::NONE,
        examples: &[r#"{"table": "account"}"#],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let table = place::table(session, &input.table, "/table").await?;
        let resource = format!("{}/Keys", place::of_table(&table));
        let all = list(session, &resource, "", false).await?;
        let keys: Vec<KeyShown> = all.iter().map(shown).collect();
        Ok(Output {
            count: keys.len(),
            keys,
        })
    }
}

fn shown(one: &Map<String, Value>) -> KeyShown {
    let own = |name: &str| text(one, name).unwrap_or_default().to_owned();
    let columns = one.get("KeyAttributes").and_then(Value::as_array);
    let index_status = own("EntityKeyIndexStatus");
    KeyShown {
        id: own("MetadataId"),
        name: own("LogicalName"),
        schema_name: own("SchemaName"),
        label: label(one, "DisplayName"),
        columns: columns
            .into_iter()
            .flatten()
            .filter_map(|column| column.as_str().map(str::to_owned))
            .collect(),
        active: index_status == "Active",
        index_status,
    }
}

//! `get-table`: the definition of one table.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;

use crate::{
    actions::{
        metadata::{
            place,
            read::{DefinitionShown, one, option},
        },
        options::names,
    },
    session::{Dataverse, Session},
};

/// Input of `get-table`.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Input {
    /// The table: its logical name (`account`), its entity set name (`accounts`), its label, or the id
    /// of its definition.
    #[schemars(extend("x-airlock-choices" = "tables"))]
    pub table: String,
    /// Members of the definition to give, as the service names them; all of them unless some are named.
    pub select: Option<Vec<String>>,
    /// What belongs to the table, to give inline: `Attributes`, `Keys`, `OneToManyRelationships`,
    /// `ManyToOneRelationships`, `ManyToManyRelationships`, each with its options in parentheses.
    pub expand: Option<Vec<String>>,
}

/// The action.
#[derive(Debug)]
pub struct GetTable;

impl Action<Dataverse> for GetTable {
    const DECLARATION: Declaration = Declaration {
        name: "get-table",
        aliases: &[],
        title: "Get a table's definition",
        description: "Gives the definition of one table as the service has it.",
        group: "Metadata",
        traits: Traits::READS,
        streams: Streams::NONE,
        examples: &[
            r#"{"table": "account", "select": ["LogicalName", "OwnershipType"],
                "expand": ["Keys($select=LogicalName,KeyAttributes)"]}"#,
        ],
    };
    type Input = Input;
    type Output = DefinitionShown;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<DefinitionShown, Error> {
        let table = place::table(session, &input.table, "/table").await?;
        let select = option(
            "$select",
            &names(input.select.as_deref().unwrap_or_default()),
        );
        let expand = option("$expand", input.expand.as_deref().unwrap_or_default());
        let query: Vec<String> = select.into_iter().chain(expand).collect();
        let definition = one(session, &place::of_table(&table), &query.join("&"), false).await?;
        Ok(DefinitionShown { definition })
    }
}

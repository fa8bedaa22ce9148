//! `get-column`: the definition of one column, with its options where it has any.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;

use crate::{
    actions::{
        metadata::{
            column_kind::options_of,
            place,
            read::{DefinitionShown, one, option},
        },
        options::names,
    },
    session::{Dataverse, Session},
};

/// Input of `get-column`.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Input {
    /// The table: its logical name (`account`), its entity set name (`accounts`), its label, or the id
    /// of its definition.
    #[schemars(extend("x-airlock-choices" = "tables"))]
    pub table: String,
    /// The column: its name, or the id of its definition.
    #[schemars(extend("x-airlock-choices" = "columns"))]
    pub column: String,
    /// Members of the definition to give, as the service names them; all of them unless some are named.
    pub select: Option<Vec<String>>,
}

/// The action.
#[derive(Debug)]
pub struct GetColumn;

impl Action<Dataverse> for GetColumn {
    const DECLARATION: Declaration = Declaration {
        name: "get-column",
        aliases: &[],
        title: "Get a column's definition",
        description: "Gives the definition of one column as the service has it, with its options where it has any.",
        group: "Metadata",
        traits: Traits::READS,
        streams: Streams::NONE,
        examples: &[r#"{"table": "account", "column": "industrycode"}"#],
    };
    type Input = Input;
    type Output = DefinitionShown;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<DefinitionShown, Error> {
        let table = place::table(session, &input.table, "/table").await?;
        let resource = place::column(session, &table, &input.column, "/column").await?;
        let select = option(
            "$select",
            &names(input.select.as_deref().unwrap_or_default()),
        );
        let query = select.unwrap_or_default();
        let definition = one(session, &resource, &query, false).await?;
        let Some(kind) = options_of(&definition).filter(|_| query.is_empty()) else {
            return Ok(DefinitionShown { definition });
        };
        let resource = format!("{resource}{}", kind.segment());
        let definition = one(
            session,
            &resource,
            "$expand=OptionSet,GlobalOptionSet",
            false,
        )
        .await?;
        Ok(DefinitionShown { definition })
    }
}

//! `delete-file`: empties a file or image column.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::column::column;
use crate::{
    actions::input::input,
    session::{Dataverse, Session},
};

input! {
    /// Input of `delete-file`.
    struct Input {
        /// Table of the row: its logical name (`account`) or its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
    } + row_key + {
        /// The file or image column.
        #[schemars(extend("x-airlock-choices" = "columns"))]
        pub column: String,
    } + caller
}

/// Output of `delete-file`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// The column, in the service's spelling; it is empty now.
    column: String,
}

/// The action.
#[derive(Debug)]
pub struct DeleteFile;

impl Action<Dataverse> for DeleteFile {
    const DECLARATION: Declaration = Declaration {
        name: "delete-file",
        aliases: &[],
        title: "Delete a file or image",
        description: "Removes what a file or image column of a row holds. A column that is empty \
                      already stays so.",
        group: "Files",
        traits: Traits {
            read_only: false,
            idempotent: true,
            destructive: true,
        },
        streams: Streams::NONE,
        examples: &[
            r#"{"table": "account", "id": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670",
                "column": "entityimage"}"#,
        ],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let options = input.options()?;
        let (table, key) = session
            .row(&input.table, input.id.as_deref(), input.key.as_ref())
            .await?;
        let (column, _) = column(session, &table, &input.column).await?;
        let client = session.client();
        client
            .clear_property(&table.rows(), &key, &column, &options)
            .await?;
        Ok(Output { column })
    }
}

#[cfg(test)]
mod tests {
    use airlock_connector::{TransportError, http::Method};
    use serde_json::json;

    use crate::actions::{
        files::testing::pictures,
        testing::{ID, faults, run, sent},
    };

    #[test]
    fn a_column_is_emptied_through_throttling_and_a_lost_answer() {
        let script = pictures()
            .answer(Method::Delete, "leads(", 429, "")
            .fail(
                Method::Delete,
                "leads(",
                TransportError::Interrupted("broke".into()),
            )
            .answer(Method::Delete, "leads(", 204, "");
        let input = json!({"table": "lead", "id": ID, "column": "contoso_doc"});
        let output = run(&script, "delete-file", input).unwrap();
        assert_eq!(output, json!({"column": "contoso_doc"}));
        let sent = sent(&script);
        assert_eq!(
            sent.last().unwrap(),
            &format!("DELETE leads({ID})/contoso_doc")
        );
    }

    #[test]
    fn a_column_of_text_is_refused_before_anything_is_sent() {
        let script = pictures();
        let input = json!({"table": "lead", "id": ID, "column": "subject"});
        let found = faults(run(&script, "delete-file", input).unwrap_err());
        assert_eq!(found[0].0, "/column");
        assert!(sent(&script).is_empty());
    }
}

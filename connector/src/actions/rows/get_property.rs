//! `get-property`: the value of one column of one row.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, value::RawValue};

use super::one_column::named;
use crate::{
    actions::input::input,
    session::{Dataverse, Session},
};

input! {
    /// Input of `get-property`.
    struct Input {
        /// Table of the row: its logical name (`account`) or its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
    } + row_key + {
        /// The column; a lookup gives the id of the row that it points at.
        #[schemars(extend("x-airlock-choices" = "columns"))]
        pub property: String,
    } + caller
}

/// Output of `get-property`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// The value, as the service wrote it; null where the column is empty.
    #[schemars(with = "Value")]
    value: Option<Box<RawValue>>,
}

/// The action.
#[derive(Debug)]
pub struct GetProperty;

impl Action<Dataverse> for GetProperty {
    const DECLARATION: Declaration = Declaration {
        name: "get-property",
        aliases: &[],
        title: "Get a property",
        description: "Reads the value of one column of a row, and nothing else of it.",
        group: "Rows",
        traits: Traits::READS,
        streams: Streams::NONE,
        examples: &[
            r#"{"table": "account", "id": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670",
                "property": "telephone1"}"#,
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
        let column = named(session, &table, &input.property).await?;
        let client = session.client();
        let value = client
            .property(&table.rows(), &key, &column, &options)
            .await?;
        Ok(Output { value })
    }
}

#[cfg(test)]
mod tests {
    use airlock_connector::{TransportError, http::Method};
    use serde_json::json;

    use super::*;
    use crate::actions::testing::{ID, faults, leads, run, sent};

    fn input(property: &str) -> Value {
        json!({"table": "lead", "id": ID, "property": property})
    }

    #[test]
    fn a_value_comes_by_itself_through_throttling_and_a_lost_answer() {
        let script = leads()
            .answer(Method::Get, "leads(", 429, "")
            .fail(
                Method::Get,
                "leads(",
                TransportError::Interrupted("broke".into()),
            )
            .answer(
                Method::Get,
                "leads(",
                200,
                r#"{"@odata.context": "x", "value": 1.50}"#,
            );
        let output = run(&script, "get-property", input("SUBJECT")).unwrap();
        assert_eq!(output.to_string(), r#"{"value":1.50}"#);
        assert_eq!(sent(&script)[0], format!("GET leads({ID})/subject"));
    }

    #[test]
    fn an_empty_column_is_null() {
        let script = leads().answer(Method::Get, "leads(", 204, "");
        let output = run(&script, "get-property", input("ownerid")).unwrap();
        assert_eq!(output, json!({"value": null}));
        assert_eq!(sent(&script), [format!("GET leads({ID})/_ownerid_value")]);
    }

    #[test]
    fn an_unknown_column_is_told_with_the_nearest() {
        let script = leads();
        let found = faults(run(&script, "get-property", input("subjet")).unwrap_err());
        assert_eq!(found[0].0, "/property");
        assert!(found[0].1.contains("did you mean subject"), "{found:?}");
        assert!(sent(&script).is_empty());
    }

    #[test]
    fn a_row_that_is_not_there_is_not_found() {
        let gone = r#"{"error": {"code": "0x80040217", "message": "does not exist"}}"#;
        let script = leads().answer(Method::Get, "leads(", 404, gone);
        let error = run(&script, "get-property", input("subject")).unwrap_err();
        assert!(matches!(error, Error::NotFound(_)), "{error:?}");
    }
}

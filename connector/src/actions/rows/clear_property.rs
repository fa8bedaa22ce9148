//! `clear-property`: empties one column of one row.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use serde_json::Value;

use super::one_column::{Changed, write};
use crate::{
    actions::input::input,
    session::{Dataverse, Session},
};

input! {
    /// Input of `clear-property`.
    struct Input {
        /// Table of the row: its logical name (`account`) or its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
    } + row_key + {
        /// The column.
        #[schemars(extend("x-airlock-choices" = "columns"))]
        pub property: String,
    } + logic + caller
}

/// The action.
#[derive(Debug)]
pub struct ClearProperty;

impl Action<Dataverse> for ClearProperty {
    const DECLARATION: Declaration = Declaration {
        name: "clear-property",
        aliases: &[],
        title: "Clear a property",
        description: "Empties one column of a row that exists.",
        group: "Rows",
        traits: Traits::CHANGES,
        streams: Streams::NONE,
        examples: &[
            r#"{"table": "account", "id": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670",
                "property": "fax"}"#,
        ],
    };
    type Input = Input;
    type Output = Changed;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Changed, Error> {
        let options = input.options()?;
        let (table, key) = session
            .row(&input.table, input.id.as_deref(), input.key.as_ref())
            .await?;
        write(
            session,
            (&table, &key),
            &input.property,
            &Value::Null,
            &options,
        )
        .await
    }
}

#[cfg(test)]
mod tests {
    use airlock_connector::{TransportError, http::Method};
    use serde_json::json;

    use crate::{
        actions::testing::{ID, faults, run, sent},
        tables::testing::organisation,
    };

    #[test]
    fn a_column_is_emptied_through_throttling_and_a_lost_answer() {
        let script = organisation()
            .answer(Method::Delete, "tasks(", 429, "")
            .fail(
                Method::Delete,
                "tasks(",
                TransportError::Interrupted("broke".into()),
            )
            .answer(Method::Delete, "tasks(", 204, "");
        let input = json!({"table": "task", "id": ID, "property": "description"});
        run(&script, "clear-property", input).unwrap();
        let expected = format!("DELETE tasks({ID})/description");
        assert_eq!(sent(&script), [expected.as_str(); 3]);
    }

    #[test]
    fn a_column_that_cannot_be_written_is_refused() {
        let script = organisation();
        let input = json!({"table": "task", "id": ID, "property": "createdon"});
        let found = faults(run(&script, "clear-property", input).unwrap_err());
        assert!(found[0].1.contains("read-only"), "{found:?}");
        assert!(sent(&script).is_empty());
    }
}

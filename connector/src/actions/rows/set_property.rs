//! `set-property`: writes one column of one row.

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
    /// Input of `set-property`.
    struct Input {
        /// Table of the row: its logical name (`account`) or its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
    } + row_key + {
        /// The column.
        #[schemars(extend("x-airlock-choices" = "columns"))]
        pub property: String,
        /// Its new value, in any form that a row takes: a choice by number or label, a lookup as
        /// `table(id)`. Null empties the column.
        pub value: Value,
    } + logic + caller
}

/// The action.
#[derive(Debug)]
pub struct SetProperty;

impl Action<Dataverse> for SetProperty {
    const DECLARATION: Declaration = Declaration {
        name: "set-property",
        aliases: &[],
        title: "Set a property",
        description: "Writes one column of a row that exists.",
        group: "Rows",
        traits: Traits::CHANGES,
        streams: Streams::NONE,
        examples: &[
            r#"{"table": "account", "id": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670",
                "property": "telephone1", "value": "+39 045 555 0100"}"#,
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
            &input.value,
            &options,
        )
        .await
    }
}

#[cfg(test)]
mod tests {
    use airlock_connector::{TransportError, http::Method};
    use serde_json::json;

    use super::*;
    use crate::{
        actions::testing::{ID, faults, last, run, sent},
        tables::testing::organisation,
        webapi::testing::ROOT,
    };

    fn input(property: &str, value: Value) -> Value {
        json!({"table": "task", "id": ID, "property": property, "value": value})
    }

    #[test]
    fn a_value_is_written_as_its_column_wants_it_through_throttling_and_a_lost_answer() {
        let script = organisation()
            .answer(Method::Put, "tasks(", 429, "")
            .fail(
                Method::Put,
                "tasks(",
                TransportError::Interrupted("broke".into()),
            )
            .answer(Method::Put, "tasks(", 204, "");
        let output = run(
            &script,
            "set-property",
            input("PriorityCode", json!("High")),
        )
        .unwrap();
        assert_eq!(output, json!({"property": "prioritycode"}));
        let expected = format!("PUT tasks({ID})/prioritycode");
        assert_eq!(sent(&script), [expected.as_str(); 3]);
        assert_eq!(last(&script).body, br#"{"value":2}"#);
    }

    #[test]
    fn a_lookup_is_pointed_at_a_row_and_null_empties() {
        let script = organisation().answer(Method::Put, "tasks(", 204, "");
        run(&script, "set-property", input("contoso_project", json!(ID))).unwrap();
        assert_eq!(
            sent(&script),
            [format!("PUT tasks({ID})/contoso_Project/$ref")]
        );
        let link = json!({"@odata.id": format!("{ROOT}/contoso_projects({ID})")});
        assert_eq!(last(&script).body, link.to_string().into_bytes());
        for (property, resource) in [
            ("contoso_project", "contoso_Project/$ref"),
            ("subject", "subject"),
        ] {
            let script = organisation().answer(Method::Delete, "tasks(", 204, "");
            run(&script, "set-property", input(property, Value::Null)).unwrap();
            assert_eq!(sent(&script), [format!("DELETE tasks({ID})/{resource}")]);
        }
    }

    #[test]
    fn a_value_that_does_not_fit_and_an_unknown_column_are_refused() {
        let table = [
            ("percentcomplete", json!("much"), "/value"),
            ("createdon", json!("2026-01-01"), "/value"),
            ("subjekt", json!("x"), "/property"),
        ];
        for (property, value, pointer) in table {
            let script = organisation();
            let found = faults(run(&script, "set-property", input(property, value)).unwrap_err());
            assert_eq!(found[0].0, pointer, "{property}");
            assert!(sent(&script).is_empty());
        }
    }
}

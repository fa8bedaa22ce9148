//! `update-row`: changes a row that exists, and never creates one.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use serde_json::{Map, Value};

use super::written::{Output, perhaps_done, returned};
use crate::{
    actions::input::input,
    columns::Purpose,
    session::{Dataverse, Session},
    webapi::CallOptions,
};

input! {
    /// Input of `update-row`.
    struct Input {
        /// Table of the row: its logical name (`account`) or its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables", "x-airlock-refine" = true))]
        pub table: String,
    } + row_key + {
        /// Columns to change with their new values; `null` empties a column. A time that names no zone
        /// is UTC. Give only what changes: the service treats every column given as changed.
        #[schemars(extend("x-airlock-pairs" = true, "x-airlock-choices" = "columns"))]
        pub row: Map<String, Value>,
        /// Read the row first and write only the columns that differ; nothing is written when none
        /// does. What did not change then starts no logic that waits for it.
        pub only_changed: Option<bool>,
    } + version + returned + annotations + checks + logic + caller
}

/// The action.
#[derive(Debug)]
pub struct UpdateRow;

impl Action<Dataverse> for UpdateRow {
    const DECLARATION: Declaration = Declaration {
        name: "update-row",
        aliases: &[],
        title: "Update a row",
        description: "Changes columns of a row that exists; a row that does not is an error and \
                      never created.",
        group: "Rows",
        traits: Traits::CHANGES,
        streams: Streams::NONE,
        examples: &[
            r#"{"table": "lead", "id": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670",
                "row": {"leadqualitycode": "Hot"}}"#,
            r#"{"table": "account", "key": {"accountnumber": "A-1001"},
                "row": {"telephone1": "+39 045 555 0100", "fax": null}}"#,
        ],
    };
    const WRITES: Option<Purpose> = Some(Purpose::Update);
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        repeat: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let options = input.options()?;
        let query = returned(input.select.as_deref(), &options);
        let (table, key) = session
            .row(&input.table, input.id.as_deref(), input.key.as_ref())
            .await?;
        let row = session
            .writable(&table, &input.row, Purpose::Update, Some(&key))
            .await?;
        let query = session.named(&table, &query).await?;
        let mut row = row;
        if input.only_changed.unwrap_or(false) {
            row.body = session.changed(&table, &key, &row.body, &options).await?;
            if row.body.is_empty() {
                let found = if options.return_row {
                    let client = session.client();
                    Some(
                        client
                            .retrieve(&table.rows(), &key, &query, &read(&options))
                            .await?,
                    )
                } else {
                    None
                };
                return Ok(Output::unchanged(&key, found, row.notes));
            }
        }
        let written = session
            .client()
            .update(&table.rows(), &key, row.body, &query, &options)
            .await
            .map_err(|error| perhaps_done(error, repeat))?;
        Ok(Output::new(written, row.notes))
    }
}

/// How a row is read that would have been given back.
fn read(options: &CallOptions) -> CallOptions {
    CallOptions {
        annotations: options.annotations,
        caller: options.caller,
        ..CallOptions::default()
    }
}

#[cfg(test)]
mod tests {
    use airlock_connector::http::Method;
    use serde_json::json;

    use super::*;
    use crate::{
        actions::testing::{ID, last, run, sent},
        tables::testing::organisation,
    };

    fn input() -> Value {
        json!({"table": "task", "id": ID, "only-changed": true,
            "row": {"subject": "new", "percentcomplete": 50, "regardingobjectid": format!("accounts({ID})")}})
    }

    fn stored(subject: &str) -> String {
        json!({"subject": subject, "percentcomplete": 50, "_regardingobjectid_value": ID})
            .to_string()
    }

    #[test]
    fn one_read_leaves_only_what_differs() {
        let script = organisation()
            .answer(Method::Get, "tasks(", 200, &stored("old"))
            .answer(Method::Patch, "tasks(", 204, "");
        let output = run(&script, "update-row", input()).unwrap();
        assert_eq!(output["outcome"], "updated");
        assert_eq!(last(&script).body, br#"{"subject":"new"}"#);
        let asked = sent(&script);
        assert!(
            asked[0].starts_with(&format!("GET tasks({ID})?$select=")),
            "{asked:?}"
        );
        assert!(asked[0].contains("_regardingobjectid_value"), "{asked:?}");
        assert_eq!(asked.len(), 2);
    }

    #[test]
    fn nothing_is_written_when_nothing_differs() {
        let script = organisation().answer(Method::Get, "tasks(", 200, &stored("new"));
        let output = run(&script, "update-row", input()).unwrap();
        assert_eq!(output, json!({"id": ID, "outcome": "unchanged"}));
        assert_eq!(sent(&script).len(), 1);
    }

    #[test]
    fn a_row_that_is_not_there_is_not_found() {
        let gone = r#"{"error": {"code": "0x80040217", "message": "does not exist"}}"#;
        let script = organisation().answer(Method::Get, "tasks(", 404, gone);
        let error = run(&script, "update-row", input()).unwrap_err();
        assert!(matches!(error, Error::NotFound(_)), "{error:?}");
    }
}

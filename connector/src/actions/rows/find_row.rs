//! `find-row`: the one row that fulfils a condition; none is an error, and so are two.

use airlock_connector::{
    Action, Error, Failure, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, value::RawValue};

use super::asked_once::asked_once;
use crate::{
    actions::{input::input, options::names},
    session::{Dataverse, Session},
    tables::Table,
    webapi::{Page, Query},
};

/// Two rows are enough to know that there is more than one.
const ENOUGH: u32 = 2;

input! {
    /// Input of `find-row`.
    struct Input {
        /// Table to look in: its logical name (`account`) or its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables", "x-airlock-refine" = true))]
        pub table: String,
        /// OData condition that one row fulfils, such as `emailaddress1 eq 'rossi@contoso.com'`,
        /// without `$filter=` and not encoded.
        pub filter: String,
        /// Columns to give; all of them unless some are named.
        #[schemars(extend("x-airlock-choices" = "columns"))]
        pub select: Option<Vec<String>>,
        /// Related rows to give inline, each a navigation property with its options in parentheses,
        /// such as `primarycontactid($select=fullname)`.
        pub expand: Option<Vec<String>>,
    } + annotations + caller
}

/// Output of `find-row`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// Id of the row.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// The row as the service gave it.
    #[schemars(with = "Map<String, Value>", extend("x-airlock-rows" = true))]
    row: Box<RawValue>,
    /// Version tag, for `if-match`.
    #[serde(skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
}

/// The action.
#[derive(Debug)]
pub struct FindRow;

impl Action<Dataverse> for FindRow {
    const DECLARATION: Declaration = Declaration {
        name: "find-row",
        aliases: &[],
        title: "Find a row",
        description: "Finds the one row of a table that fulfils a condition. It is an error when no \
                      row does, and when more than one does.",
        group: "Rows",
        traits: Traits::READS,
        streams: Streams::NONE,
        examples: &[
            r#"{"table": "account", "filter": "accountnumber eq 'A-1001'",
                "select": ["name", "telephone1"]}"#,
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
        if input.filter.trim().is_empty() {
            return Err(Error::invalid(
                "/filter",
                "which row? Give a condition that one row fulfils, such as `name eq 'Harbor Tools'`",
            ));
        }
        let query = Query {
            select: names(input.select.as_deref().unwrap_or_default()),
            filter: Some(input.filter),
            expand: input.expand.unwrap_or_default(),
            top: Some(ENOUGH),
            ..Query::default()
        };
        query.check()?;
        let table = session.table(&input.table, "/table").await?;
        let page = asked_once(session, &table, &query, &options).await?;
        only(&table, &page)
    }
}

fn only(table: &Table, page: &Page) -> Result<Output, Error> {
    let mut rows = page.rows();
    match (rows.next(), rows.next()) {
        (Some(row), None) => {
            let unreadable = |error: serde_json::Error| Error::Internal(error.to_string());
            let read: Map<String, Value> = serde_json::from_str(row).map_err(unreadable)?;
            let text = |name: &str| read.get(name).and_then(Value::as_str).map(str::to_owned);
            Ok(Output {
                id: text(&table.primary_id),
                etag: text("@odata.etag"),
                row: RawValue::from_string(row.to_owned()).map_err(unreadable)?,
            })
        }
        (None, _) => Err(Error::NotFound(Failure::text(format!(
            "no row of {} fulfils the condition",
            table.set
        )))),
        (Some(first), Some(second)) => {
            let ids: Vec<String> = [first, second]
                .iter()
                .filter_map(|row| {
                    let row: Map<String, Value> = serde_json::from_str(row).ok()?;
                    Some(row.get(&table.primary_id)?.as_str()?.to_owned())
                })
                .collect();
            Err(Error::Conflict(Failure::text(format!(
                "more than one row of {} fulfils the condition ({}): add to it what only the one row \
                 has, or list them with list-rows",
                table.set,
                ids.join(", ")
            ))))
        }
    }
}

#[cfg(test)]
mod tests {
    use airlock_connector::{TransportError, http::Method};
    use serde_json::json;

    use super::*;
    use crate::actions::testing::{ID, faults, leads, run, sent};

    fn rows(ids: &[&str]) -> String {
        let rows: Vec<Value> = ids
            .iter()
            .map(|id| json!({"@odata.etag": "W/\"7\"", "leadid": id, "subject": "x"}))
            .collect();
        json!({ "value": rows }).to_string()
    }

    fn input() -> Value {
        json!({"table": "lead", "filter": "subject eq 'A&B'", "select": ["subject"]})
    }

    const ASKED: &str = "GET leads?$select=subject&$filter=subject%20eq%20'A%26B'&$top=2";

    #[test]
    fn the_one_row_comes_with_its_id_and_version() {
        let script = leads().answer(Method::Get, "leads?", 200, &rows(&[ID]));
        let output = run(&script, "find-row", input()).unwrap();
        assert_eq!(output["id"], ID);
        assert_eq!(output["etag"], "W/\"7\"");
        assert_eq!(output["row"]["subject"], "x");
        assert_eq!(sent(&script), [ASKED]);
    }

    #[test]
    fn no_row_and_two_rows_are_errors_that_say_so() {
        let script = leads().answer(Method::Get, "leads?", 200, &rows(&[]));
        let none = run(&script, "find-row", input()).unwrap_err();
        assert!(matches!(none, Error::NotFound(_)), "{none:?}");
        let script = leads().answer(Method::Get, "leads?", 200, &rows(&[ID, "2"]));
        let two = run(&script, "find-row", input()).unwrap_err();
        assert!(matches!(two, Error::Conflict(_)), "{two:?}");
        assert!(two.to_string().contains(&format!("({ID}, 2)")), "{two}");
    }

    #[test]
    fn a_condition_that_is_none_is_refused_before_anything_is_sent() {
        for filter in ["  ", "$filter=subject eq 'x'"] {
            let script = leads();
            let input = json!({"table": "lead", "filter": filter});
            let found = faults(run(&script, "find-row", input).unwrap_err());
            assert_eq!(found[0].0, "/filter");
            assert!(script.sent().is_empty());
        }
    }

    #[test]
    fn a_lookup_by_its_plain_name_and_a_throttled_or_lost_answer_are_got_over() {
        let script = leads()
            .answer(
                Method::Get,
                "leads?$select=ownerid",
                400,
                r#"{"error": {"code": "0x80060888", "message": "Could not find a property named 'ownerid' on type 'Microsoft.Dynamics.CRM.lead'."}}"#,
            )
            .answer(Method::Get, "leads?$select=_ownerid_value", 429, "")
            .fail(
                Method::Get,
                "leads?$select=_ownerid_value",
                TransportError::Interrupted("the connection broke".into()),
            )
            .answer(Method::Get, "leads?$select=_ownerid_value", 200, &rows(&[ID]));
        let input = json!({"table": "lead", "filter": "subject eq 'x'", "select": ["ownerid"]});
        let output = run(&script, "find-row", input).unwrap();
        assert_eq!(output["id"], ID);
        assert_eq!(sent(&script).len(), 4);
    }
}

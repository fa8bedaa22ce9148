//! `count-rows`: how many rows there are, without reading them.
//!
//! The service's own `$count` stops at 5,000, so rows are counted as an aggregation, which is exact up to
//! 50,000 and an error beyond. Only the count that the service keeps of each whole table has no limit; it
//! is up to a day old.

use airlock_connector::{
    Action, Error, Failure, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    actions::input::input,
    session::{Dataverse, Session},
    tables::Table,
    webapi::{ApiRequest, CallOptions, Query, literal::encode_value},
};

/// The service aggregates no more rows than 50,000.
const TOO_MANY: &str = "0x8004e023";

input! {
    /// Input of `count-rows`.
    struct Input {
        /// Table whose rows to count: its logical name (`account`) or its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
        /// OData condition that a row has to fulfil to be counted, such as `statecode eq 0`, without
        /// `$filter=` and not encoded.
        pub filter: Option<String>,
        /// Take the count that the service keeps of the whole table: it has no limit, and is up to a day
        /// old.
        pub snapshot: Option<bool>,
    } + caller
}

/// Output of `count-rows`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// How many rows there are that the user may read; in a snapshot, all of the table's.
    count: u64,
    /// Whether this is the service's own count, up to a day old.
    snapshot: bool,
}

/// The action.
#[derive(Debug)]
pub struct CountRows;

impl Action<Dataverse> for CountRows {
    const DECLARATION: Declaration = Declaration {
        name: "count-rows",
        aliases: &[],
        title: "Count rows",
        description: "Counts the rows of a table that fulfil a condition, exactly up to 50,000; or takes \
                      the service's own count of a whole table, which has no limit and is up to a day old.",
        group: "Rows",
        traits: Traits::READS,
        streams: Streams::NONE,
        examples: &[
            r#"{"table": "lead", "filter": "statecode eq 0"}"#,
            r#"{"table": "account", "snapshot": true}"#,
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
        let filter = input.filter.filter(|filter| !filter.trim().is_empty());
        let snapshot = input.snapshot.unwrap_or(false);
        if snapshot && filter.is_some() {
            return Err(Error::invalid(
                "/filter",
                "a snapshot counts the whole table: leave out the filter or the snapshot",
            ));
        }
        let asked = Query {
            filter,
            ..Query::default()
        };
        asked.check()?;
        let table = session.table(&input.table, "/table").await?;
        let count = if snapshot {
            kept(session, &table, &options).await?
        } else {
            aggregated(session, &table, &asked, &options).await?
        };
        Ok(Output { count, snapshot })
    }
}

#[derive(Deserialize)]
struct Aggregated {
    value: Vec<Counted>,
}

#[derive(Deserialize)]
struct Counted {
    #[serde(default)]
    rows: u64,
}

/// The rows that fulfil the filter of `asked`, as an aggregation.
async fn aggregated<T: Transport>(
    session: &Session<T>,
    table: &Table,
    asked: &Query,
    options: &CallOptions,
) -> Result<u64, Error> {
    let count = "aggregate($count as rows)";
    // Beside `$apply`, `$filter` would be applied to its result.
    let apply = match &asked.filter {
        Some(filter) => format!("filter({filter})/{count}"),
        None => count.to_owned(),
    };
    let query = Query {
        apply: Some(apply),
        ..Query::default()
    };
    let client = session.client();
    let url = client.base().url(table.set.as_str(), &query.encode())?;
    let reply = client
        .send(ApiRequest::get(url).with_options(options))
        .await;
    let reply = match reply {
        Ok(reply) => reply,
        Err(error) if error.failure().is_some_and(|one| one.has_code(TOO_MANY)) => {
            return Err(error.noting(beyond(asked.filter.is_some())));
        }
        Err(error) => return Err(session.explained(table, asked, error).await),
    };
    let answer: Aggregated = reply.json()?;
    // No row that fulfils the condition may mean no row of the answer either.
    Ok(answer.value.first().map_or(0, |counted| counted.rows))
}

/// How to go on when there are more rows than the service aggregates.
fn beyond(filtered: bool) -> &'static str {
    if filtered {
        "no more than 50000 rows are counted at once: count in parts, such as by createdon, or read them with list-rows and fetch-all"
    } else {
        "no more than 50000 rows are counted at once: ask for a snapshot, or count in parts by a filter"
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Kept {
    entity_record_count_collection: Counts,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Counts {
    keys: Vec<String>,
    values: Vec<u64>,
}

/// The count that the service keeps of `table`.
async fn kept<T: Transport>(
    session: &Session<T>,
    table: &Table,
    options: &CallOptions,
) -> Result<u64, Error> {
    let name = table.name.as_str();
    let names = encode_value(&format!("[\"{name}\"]"));
    let client = session.client();
    let url = client.base().url(
        "RetrieveTotalRecordCount(EntityNames=@p1)",
        &format!("@p1={names}"),
    )?;
    let reply = client
        .send(ApiRequest::get(url).with_options(options))
        .await?;
    let answer: Kept = reply.json()?;
    let counts = answer.entity_record_count_collection;
    let mut pairs = counts.keys.iter().zip(counts.values);
    pairs
        .find(|(key, _)| key.as_str() == name)
        .map(|(_, count)| count)
        .ok_or_else(|| {
            Error::Rejected(Failure::text(format!(
                "the service keeps no count of {name}: count without snapshot"
            )))
        })
}

#[cfg(test)]
mod tests {
    use airlock_connector::http::Method;
    use serde_json::{Value, json};

    use crate::actions::testing::{faults, leads, run, sent};

    fn count(input: Value) -> (Vec<String>, Value) {
        let script = leads().answer(
            Method::Get,
            "leads?$apply",
            200,
            r#"{"value": [{"rows": 17}]}"#,
        );
        let output = run(&script, "count-rows", input).unwrap();
        (sent(&script), output)
    }

    #[test]
    fn rows_are_counted_as_an_aggregation_with_the_condition_inside() {
        let table = [
            (json!({"table": "lead"}), "aggregate($count%20as%20rows)"),
            (
                json!({"table": "leads", "filter": "statecode eq 0"}),
                "filter(statecode%20eq%200)/aggregate($count%20as%20rows)",
            ),
        ];
        for (input, apply) in table {
            let (sent, output) = count(input);
            assert_eq!(sent, [format!("GET leads?$apply={apply}")]);
            assert_eq!(output, json!({"count": 17, "snapshot": false}));
        }
    }

    #[test]
    fn no_row_at_all_is_none() {
        let script = leads().answer(Method::Get, "leads?", 200, r#"{"value": []}"#);
        let output = run(&script, "count-rows", json!({"table": "lead"})).unwrap();
        assert_eq!(output["count"], 0);
    }

    #[test]
    fn a_snapshot_is_the_services_own_count() {
        let counts = r#"{"EntityRecordCountCollection":
            {"Count": 1, "IsReadOnly": false, "Keys": ["lead"], "Values": [123456]}}"#;
        let script = leads().answer(Method::Get, "RetrieveTotalRecordCount(", 200, counts);
        let input = json!({"table": "leads", "snapshot": true});
        let output = run(&script, "count-rows", input).unwrap();
        assert_eq!(output, json!({"count": 123_456, "snapshot": true}));
        let resource = "RetrieveTotalRecordCount(EntityNames=@p1)?@p1=%5B%22lead%22%5D";
        assert_eq!(sent(&script), [format!("GET {resource}")]);
    }

    #[test]
    fn a_snapshot_takes_no_condition() {
        let input = json!({"table": "lead", "snapshot": true, "filter": "statecode eq 0"});
        let found = faults(run(&leads(), "count-rows", input).unwrap_err());
        assert_eq!(found[0].0, "/filter");
    }

    #[test]
    fn more_rows_than_the_service_counts_are_an_error_that_says_how_to_go_on() {
        let refusal = json!({"error": {"code": "0x8004E023",
            "message": "The maximum record limit is exceeded. Reduce the number of records."}});
        let table = [
            (json!({"table": "lead"}), "ask for a snapshot"),
            (
                json!({"table": "lead", "filter": "statecode eq 0"}),
                "count in parts, such as by createdon",
            ),
        ];
        for (input, advice) in table {
            let script = leads().answer(Method::Get, "leads?", 400, &refusal.to_string());
            let error = run(&script, "count-rows", input).unwrap_err().to_string();
            assert!(error.contains(advice), "{error}");
        }
    }

    #[test]
    fn a_wrong_column_in_the_condition_is_told_at_its_place() {
        let refusal = json!({"error": {"code": "0x0", "message":
            "Could not find a property named 'subjct' on type 'Microsoft.Dynamics.CRM.lead'."}});
        let script = leads().answer(Method::Get, "leads?", 400, &refusal.to_string());
        let input = json!({"table": "lead", "filter": "subjct eq 'x'"});
        let found = faults(run(&script, "count-rows", input).unwrap_err());
        assert_eq!(found[0].0, "/filter");
        assert!(found[0].1.contains("did you mean subject"), "{found:?}");
    }
}

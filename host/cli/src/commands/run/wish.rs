//! Which columns were asked for, and what the connector knows of the table's.

use super::RunContext;
use crate::flags::Property;
use crate::output::{Format, Known, Wish};
use airlock_runtime::Call;
use serde_json::Value;
use std::time::Duration;

/// How long the connector may think about columns. Without its word the rows themselves tell.
const PATIENCE: Duration = Duration::from_secs(20);

/// The columns that the input names, by the convention of `select`.
pub(super) fn named(input: &Value) -> Vec<String> {
    let items = input.get("select").and_then(Value::as_array);
    items
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .flat_map(|names| names.split(','))
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// What is asked for and known. The connector is asked only where its word decides something: for the
/// header of CSV, and for the order of a table of which no columns were named.
pub(super) async fn of(run_context: &RunContext<'_>, call: &Call, format: Option<Format>) -> Wish {
    let named = named(&call.input);
    let decides = match format {
        Some(Format::Csv) => true,
        Some(Format::Table) => named.is_empty(),
        _ => false,
    };
    let known = match decides && refinable(run_context.properties, &call.input) {
        true => known(run_context, call).await,
        false => None,
    };
    Wish { named, known }
}

async fn known(run_context: &RunContext<'_>, call: &Call) -> Option<Known> {
    let (host, tenant, connection) = (run_context.host, &call.tenant, &call.connection);
    let schema = async {
        let schema = host.refine(tenant, connection, &call.action, &call.input);
        schema.await?.json().await
    };
    let patience = call
        .deadline
        .map_or(PATIENCE, |deadline| deadline.min(PATIENCE));
    match tokio::time::timeout(patience, schema).await {
        Ok(Ok(schema)) => Known::of(&schema),
        // The call itself will meet the same fault, and say it better.
        Ok(Err(error)) => {
            tracing::debug!(%error, "the connector does not say which columns there are");
            None
        }
        Err(_) => None,
    }
}

/// Whether the connector has more to say of an input like this.
fn refinable(properties: &[Property], input: &Value) -> bool {
    properties
        .iter()
        .any(|property| property.refines && input.get(&property.name).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flags::properties;
    use serde_json::json;

    #[test]
    fn columns_may_be_named_one_by_one_or_with_commas() {
        let input = json!({"select": ["a, b", "c", " "]});
        assert_eq!(named(&input), ["a", "b", "c"]);
        assert!(named(&json!({"select": 5})).is_empty());
    }

    #[test]
    fn the_connector_is_asked_once_the_input_says_of_what() {
        let schema = json!({"properties": {"table": {"x-airlock-refine": true}, "top": {}}});
        let properties = properties(&schema, &[]);
        assert!(refinable(&properties, &json!({"table": "lead"})));
        assert!(!refinable(&properties, &json!({"top": 5})));
    }
}

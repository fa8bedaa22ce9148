//! Search as operations of the Web API; what they do is [`search`](crate::search)'s.
//!
//! Layer: operations.

use serde_json::{Map, Value, json};

use crate::http::SimError;
use crate::operations::declaration::{Parameter, ValueType};
use crate::operations::operation::Operation;
use crate::operations::{Answer, Call};
use crate::search;

pub(super) fn operations() -> Vec<Operation> {
    let response = || vec![Parameter::one("response", ValueType::String)];
    let texts = |operation: Operation, names: &[&'static str]| {
        names.iter().fold(operation, |operation, name| {
            operation.may_take(name, ValueType::String)
        })
    };
    let query = Operation::action("searchquery", |call| answer(call, "query"))
        .reads()
        .takes("search", ValueType::String)
        .may_take("count", ValueType::Boolean);
    let query = texts(
        query,
        &[
            "entities",
            "facets",
            "filter",
            "options",
            "orderby",
            "propertybag",
        ],
    )
    .may_take("skip", ValueType::Int32)
    .may_take("top", ValueType::Int32);
    let suggest = Operation::action("searchsuggest", |call| answer(call, "suggest"))
        .reads()
        .takes("search", ValueType::String)
        .may_take("fuzzy", ValueType::Boolean);
    let suggest = texts(
        suggest,
        &["entities", "filter", "options", "orderby", "propertybag"],
    )
    .may_take("top", ValueType::Int32);
    let complete = Operation::action("searchautocomplete", |call| answer(call, "autocomplete"))
        .reads()
        .takes("search", ValueType::String)
        .may_take("fuzzy", ValueType::Boolean);
    let complete = texts(complete, &["entities", "filter", "propertybag"]);
    vec![
        query.gives(response()),
        suggest.gives(response()),
        complete.gives(response()),
        Operation::function("searchstatus", |call| answer(call, "status")).gives(response()),
        Operation::function("searchstatistics", |call| answer(call, "statistics"))
            .gives(response()),
    ]
}

fn answer(call: &Call<'_>, name: &str) -> Result<Answer, SimError> {
    let given = call
        .arguments
        .iter()
        .map(|(name, value)| {
            let value = serde_json::from_str(value.get()).map_err(SimError::unexpected)?;
            Ok((name.to_owned(), value))
        })
        .collect::<Result<Map<String, Value>, SimError>>()?;
    let response = search::operation(call.context, name, &given)?;
    Ok(Answer::Members(json!({ "response": response })))
}

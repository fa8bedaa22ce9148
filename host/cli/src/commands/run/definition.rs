//! `--definition`: a block cut out of a flow, in place of an action and its input.

use crate::commands::form;
use crate::problem::Problem;
use airlock_definitions::{Block, Fault, Request};
use airlock_expressions::{Facts, Limits};
use airlock_runtime::decode_text;
use serde_json::{Value, json};
use std::hash::{BuildHasher, RandomState};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// What the block in a file, or on standard input where `from` is `-`, asks for.
pub(super) fn block(from: &str) -> Result<Request, Problem> {
    let wrong = |fault: String| Problem::input(format!("--definition: {fault}"));
    let bytes = form::file(from).map_err(wrong)?;
    let place = if from == "-" { "standard input" } else { from };
    let text = decode_text(&bytes).map_err(|fault| wrong(format!("{place} {fault}")))?;
    let json = serde_json::from_str(&text)
        .map_err(|fault| wrong(format!("{place} is not JSON: {fault}")))?;
    read(&json, &now()).map_err(|problem| Problem {
        message: format!("--definition: {place}: {}", problem.message),
        ..problem
    })
}

/// The word that names the operation of a block, whichever systems have one of that name.
pub(super) fn operation(request: &Request) -> String {
    format!("{}:{}", request.system, request.operation)
}

/// What else was given says what the definition says.
pub(super) fn twice(what: &str) -> Problem {
    Problem::input(format!(
        "--definition says which operation and with what: leave out {what}, or the definition"
    ))
}

fn read(json: &Value, facts: &Value) -> Result<Request, Problem> {
    let told = |fault: Fault| Problem::input(fault.to_string());
    let block = Block::read(json).map_err(told)?;
    let needs = block.needs();
    if !needs.is_empty() {
        return Err(Problem::input(format!(
            "the block reads what only a run of its flow has: {}",
            needs.join(", ")
        ))
        .advise("put values in their place; functions such as utcNow() and concat() may stay"));
    }
    let facts = Facts::from_json(facts).map_err(|fault| Problem::input(fault.to_string()))?;
    block.request(&facts, &Limits::default()).map_err(told)
}

/// The present moment and a beginning of chance, which are all that an expression gets.
fn now() -> Value {
    let now = OffsetDateTime::now_utc().format(&Rfc3339);
    json!({
        "now": now.unwrap_or_default(),
        "random": RandomState::new().hash_one(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block_of(id: &str) -> Value {
        json!({"type": "OpenApiConnection", "inputs": {
            "host": {"operationId": "GetItem", "connectionName": "shared_commondataserviceforapps"},
            "parameters": {"entityName": "accounts", "recordId": id},
        }})
    }

    #[test]
    fn a_block_is_an_operation_and_its_input() {
        let request = read(&block_of("@{concat('a','1')}"), &now()).unwrap();
        assert_eq!(operation(&request), "power-automate:GetItem");
        assert_eq!(request.input["recordId"], "a1");
        assert!(read(&block_of("@{guid()}@{utcNow()}"), &now()).is_ok());
    }

    #[test]
    fn what_only_a_run_has_is_refused_with_what_it_is() {
        let problem = read(&block_of("@triggerBody()?['id']"), &now()).unwrap_err();
        assert!(
            problem.message.contains("what the trigger brought"),
            "{problem:?}"
        );
        assert!(
            problem.advice[0].contains("put values in their place"),
            "{problem:?}"
        );
        let problem = read(&json!({"type": "If"}), &now()).unwrap_err();
        assert!(problem.message.contains("/type"), "{problem:?}");
    }
}

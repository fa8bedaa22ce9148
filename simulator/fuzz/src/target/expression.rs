//! Expressions of flows, which are evaluated here and need no simulator: the same harness finds what makes them panic,
//! hang, or print as something else.

use std::time::Instant;

use airlock_expressions::{Facts, Fault, INVALID_TEMPLATE, Limits, Scope, Template};
use serde_json::{Value, json};

use super::Target;
use crate::seeds::Seeds;
use crate::subject::Subject;
use crate::wire::{Answer, Outcome, PATIENCE};

pub(super) const TARGET: Target = Target {
    name: "expression",
    is_well_formed: true,
    seeds: Seeds::expressions,
    send: |_: &mut Subject, input: &[u8]| Ok(evaluated(&String::from_utf8_lossy(input))),
};

/// The outcome as the answer of a service that evaluates expressions.
fn evaluated(text: &str) -> Outcome {
    let start = Instant::now();
    let (status, body) = match attempt(text) {
        Ok(Ok(value)) => (200, value),
        Ok(Err(fault)) => (400, error(INVALID_TEMPLATE, &fault.to_string())),
        Err(defect) => (500, error("Defect", &defect)),
    };
    if start.elapsed() > PATIENCE {
        return Outcome::Hung;
    }
    Outcome::Answered(vec![Answer {
        status,
        content_type: "application/json".to_owned(),
        body: body.to_string().into_bytes(),
        is_last: true,
    }])
}

fn error(code: &str, message: &str) -> Value {
    json!({"error": {"code": code, "message": message}})
}

/// The value or the fault; or a defect, which is a text that prints as another one.
fn attempt(text: &str) -> Result<Result<Value, Fault>, String> {
    let template = match Template::parse(text) {
        Ok(template) => template,
        Err(fault) => return Ok(Err(fault)),
    };
    let printed = template.to_string();
    match Template::parse(&printed) {
        Ok(again) if again.to_string() == printed => {}
        // Blanks may be what keeps a text within the longest, and so may a zero.
        Err(fault)
            if printed.len() > text.len()
                && fault.kind == airlock_expressions::FaultKind::Budget => {}
        Ok(_) => return Err("printed and parsed, it prints otherwise".to_owned()),
        Err(fault) => return Err(format!("what is printed does not parse: {fault}")),
    }
    let columns = text.chars().count() + 1;
    for fault in template.check(&Scope::default()) {
        if fault.place.column > columns {
            return Err("a fault lies behind the text".to_owned());
        }
    }
    let limits = Limits {
        steps: 50_000,
        bytes: 2_000_000,
        ..Limits::default()
    };
    Ok(template.evaluate(&facts(), &limits))
}

fn facts() -> Facts {
    let facts = json!({
        "outputs": {"A": {"statusCode": 200, "body": {"value": [{"a": 1, "b/c": "x"}, null, "t"], "text": "äöü 😀"}}},
        "variables": {"v": [3, 1, 2], "o": {"k": {"l": null}}, "n": 7, "s": "It's"},
        "parameters": {"p": "2024-03-05T14:07:09Z"},
        "triggerOutputs": {"body": {"id": 1}},
        "item": {"id": 2},
        "workflow": {"name": "w"},
        "now": "2024-03-05T14:07:09.1234567Z",
    });
    Facts::from_json(&facts).unwrap_or_default()
}

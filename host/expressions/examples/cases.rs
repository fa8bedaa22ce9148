//! Runs files of cases, one JSON object a line with `id`, `rule`, `expression`, perhaps `context`, and `value` or
//! `fault`, and prints where the outcome is another one.
//!
//! ```console
//! $ cargo run -p airlock-expressions --example cases -- cases.jsonl
//! ```

use std::process::ExitCode;

use airlock_expressions::{Facts, Fault, Limits, Template};
use serde_json::Value;

fn main() -> ExitCode {
    let mut files = std::env::args().skip(1).peekable();
    if files.peek().is_none() {
        eprintln!("name a file of cases, one JSON object a line");
        return ExitCode::from(2);
    }
    let (mut held, mut differing, mut doubtful) = (0, 0, 0);
    for file in files {
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) => {
                eprintln!("{file}: {error}");
                return ExitCode::from(2);
            }
        };
        for (number, line) in text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
        {
            let Ok(case) = serde_json::from_str::<Value>(line) else {
                eprintln!("{file}:{}: no JSON", number + 1);
                return ExitCode::from(2);
            };
            let outcome = outcome(&case);
            if holds(&case, &outcome) {
                held += 1;
                continue;
            }
            let is_sure = case.get("sure").and_then(Value::as_bool).unwrap_or(true);
            if is_sure {
                differing += 1;
            } else {
                doubtful += 1;
            }
            let wanted = match case.get("fault") {
                Some(_) => "a fault".to_owned(),
                None => case.get("value").cloned().unwrap_or_default().to_string(),
            };
            let found = match outcome {
                Ok(value) => value.to_string(),
                Err(fault) => format!("fault: {fault}"),
            };
            let name = |member: &str| {
                case.get(member)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned()
            };
            println!("{} {} {}", name("id"), name("rule"), name("expression"));
            println!(
                "    wanted {wanted}{}",
                if is_sure { "" } else { ", which is not sure" }
            );
            println!("    found  {found}");
        }
    }
    println!("{held} hold, {differing} differ, {doubtful} that are not sure differ");
    if differing == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn outcome(case: &Value) -> Result<Value, Fault> {
    let facts = match case.get("context") {
        Some(context) => Facts::from_json(context)?,
        None => Facts::default(),
    };
    let expression = case
        .get("expression")
        .and_then(Value::as_str)
        .unwrap_or_default();
    Template::parse(expression)?.evaluate(&facts, &Limits::default())
}

fn holds(case: &Value, outcome: &Result<Value, Fault>) -> bool {
    match (case.get("fault"), outcome) {
        (Some(_), outcome) => outcome.is_err(),
        (None, Ok(value)) => equal(value, case.get("value").unwrap_or(&Value::Null)),
        (None, Err(_)) => false,
    }
}

/// Equal values; numbers count the same however they are written.
fn equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || one.as_f64() == other.as_f64()
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| equal(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(key, value)| other.get(key).is_some_and(|other| equal(value, other)))
        }
        _ => one == other,
    }
}

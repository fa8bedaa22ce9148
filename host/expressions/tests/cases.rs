//! The table of cases: each line of `tests/cases/*.jsonl` names the rule that it shows.

#![allow(clippy::unwrap_used, clippy::panic)] // Helpers outside test functions may stop too.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use airlock_expressions::{Facts, Fault, FaultKind, Limits, Template};
use serde_json::Value;

/// A line of the table.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    rule: String,
    expression: String,
    context: Option<Value>,
    /// None where a fault is expected; null is a value.
    #[serde(default, deserialize_with = "present")]
    value: Option<Value>,
    fault: Option<String>,
}

fn present<'de, D: serde::Deserializer<'de>>(reader: D) -> Result<Option<Value>, D::Error> {
    serde::Deserialize::deserialize(reader).map(Some)
}

fn table() -> Vec<(String, Case)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        for (index, line) in text.lines().enumerate() {
            let place = format!("{name}:{}", index + 1);
            let case: Case =
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{place}: {error}"));
            assert!(
                case.value.is_some() != case.fault.is_some(),
                "{place}: a value or a fault"
            );
            cases.push((place, case));
        }
    }
    cases
}

fn evaluated(case: &Case) -> Result<Value, Fault> {
    let facts = match &case.context {
        Some(context) => Facts::from_json(context)?,
        None => Facts::default(),
    };
    Template::parse(&case.expression)?.evaluate(&facts, &Limits::default())
}

fn kind(fault: &Fault) -> &'static str {
    match fault.kind {
        FaultKind::Syntax => "syntax",
        FaultKind::UnknownFunction => "unknown-function",
        FaultKind::ArgumentCount => "argument-count",
        FaultKind::Reference => "reference",
        FaultKind::Type => "type",
        FaultKind::Value => "value",
        FaultKind::Missing => "missing",
        FaultKind::Budget => "budget",
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

#[test]
fn every_case_of_the_table_holds() {
    let mut differing = Vec::new();
    for (place, case) in table() {
        let outcome = evaluated(&case);
        let holds = match (&case.value, &case.fault, &outcome) {
            (Some(wanted), _, Ok(found)) => equal(wanted, found),
            (_, Some(wanted), Err(fault)) => kind(fault) == wanted,
            _ => false,
        };
        if !holds {
            let wanted = case.value.map_or_else(
                || format!("fault {:?}", case.fault),
                |value| value.to_string(),
            );
            let found = match outcome {
                Ok(value) => value.to_string(),
                Err(fault) => format!("fault {}: {fault}", kind(&fault)),
            };
            differing.push(format!(
                "{place} {} {}\n  wanted {wanted}\n  found  {found}",
                case.rule, case.expression
            ));
        }
    }
    assert!(
        differing.is_empty(),
        "{} differ:\n{}",
        differing.len(),
        differing.join("\n")
    );
}

#[test]
fn the_table_shows_every_rule_and_calls_every_function() {
    let cases = table();
    assert!(cases.len() >= 600, "only {} cases", cases.len());
    let mut rules: BTreeMap<String, usize> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (place, case) in &cases {
        *rules.entry(case.rule.clone()).or_default() += 1;
        let key = (
            case.expression.clone(),
            case.context.as_ref().map(Value::to_string),
        );
        assert!(
            seen.insert(key),
            "{place}: {} stands in the table twice",
            case.expression
        );
    }
    let wanted = (1..=12)
        .map(|number| format!("EX-{number:02}"))
        .chain((1..=38).map(|number| format!("FN-{number:02}")));
    let missing: Vec<String> = wanted
        .filter(|rule| rules.get(rule).is_none_or(|count| *count < 2))
        .collect();
    assert!(missing.is_empty(), "fewer than two cases: {missing:?}");
    let calls = |name: &str| {
        let call = format!("{}(", name.to_lowercase());
        cases
            .iter()
            .any(|(_, case)| case.value.is_some() && case.expression.to_lowercase().contains(&call))
    };
    let uncalled: Vec<&str> = airlock_expressions::functions()
        .map(|function| function.name)
        .filter(|name| !calls(name))
        .collect();
    assert!(
        uncalled.is_empty(),
        "no case with a value calls {uncalled:?}"
    );
}

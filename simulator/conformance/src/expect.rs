//! Whether an answer is as expected; every difference in words.

use http::StatusCode;
use serde_json::Value;

use crate::case::Expectation;
use crate::client::Answer;
use crate::matching::{self, ABSENT, short};
use crate::parts::parts;
use crate::variables::Variables;

/// How deep expectations nest: the parts of a batch have none.
const DEPTH: usize = 2;

/// The differences, empty when there are none.
pub fn differences(expected: &Expectation, answer: &Answer, variables: &Variables) -> Vec<String> {
    let mut differences = Vec::new();
    if let Err(error) = compare(expected, answer, variables, DEPTH, &mut differences) {
        differences.push(format!("{error:#}"));
    }
    differences
}

fn compare(
    expected: &Expectation,
    answer: &Answer,
    variables: &Variables,
    depth: usize,
    differences: &mut Vec<String>,
) -> anyhow::Result<()> {
    match expected.status {
        Some(status) if answer.status != StatusCode::from_u16(status)? => {
            differences.push(format!(
                "status: expected {status}, got {}",
                answer.status.as_u16()
            ));
        }
        None if !answer.status.is_success() => {
            differences.push(format!(
                "status: expected success, got {}",
                answer.status.as_u16()
            ));
        }
        _ => {}
    }
    for (name, value) in &expected.headers {
        let value = variables.fill(value)?;
        match answer.header(name) {
            Some(_) if value == ABSENT => {
                differences.push(format!("header {name}: must not be there"))
            }
            Some(actual) => {
                if let Err(difference) = matching::text(&value, &actual) {
                    differences.push(format!("header {name}: {difference}"));
                }
            }
            None if value == ABSENT => {}
            None => differences.push(format!("header {name}: is missing")),
        }
    }
    body(expected, answer, variables, differences)?;
    if let (Some(expected), Some(depth)) = (&expected.parts, depth.checked_sub(1)) {
        let found = parts(answer)?;
        if expected.len() != found.len() {
            differences.push(format!(
                "parts: expected {}, got {}",
                expected.len(),
                found.len()
            ));
        }
        for (number, (expected, part)) in expected.iter().zip(&found).enumerate() {
            let mut inner = Vec::new();
            compare(expected, part, variables, depth, &mut inner)?;
            differences.extend(
                inner
                    .into_iter()
                    .map(|difference| format!("part {}: {difference}", number + 1)),
            );
        }
    }
    Ok(())
}

fn body(
    expected: &Expectation,
    answer: &Answer,
    variables: &Variables,
    differences: &mut Vec<String>,
) -> anyhow::Result<()> {
    let text = answer.text();
    if let Some(json) = &expected.json {
        let json = match variables.fill_json(json)? {
            Value::String(text) => serde_json::from_str(&text)?,
            json => json,
        };
        matching::json("body", &json, &answer.json()?, differences);
    }
    if let Some(whole) = &expected.text
        && let Err(difference) = matching::text(&variables.fill(whole)?, &text)
    {
        differences.push(format!("body: {difference}"));
    }
    for piece in &expected.contains {
        let piece = variables.fill(piece)?;
        if !text.contains(&piece) {
            differences.push(format!("body: lacks `{piece}`"));
        }
    }
    for piece in &expected.lacks {
        let piece = variables.fill(piece)?;
        if text.contains(&piece) {
            differences.push(format!("body: must not contain `{piece}`"));
        }
    }
    if let Some(error) = &expected.error {
        let json = answer.json()?;
        for (name, wanted) in [("code", &error.code), ("message", &error.message)] {
            let Some(wanted) = wanted else { continue };
            match json
                .pointer(&format!("/error/{name}"))
                .and_then(Value::as_str)
            {
                Some(actual) => {
                    if let Err(difference) = matching::text(&variables.fill(wanted)?, actual) {
                        differences.push(format!("error {name}: {difference}"));
                    }
                }
                None => {
                    differences.push(format!("error {name}: there is none in `{}`", short(&text)))
                }
            }
        }
    }
    Ok(())
}

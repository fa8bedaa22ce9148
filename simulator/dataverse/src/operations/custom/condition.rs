//! When a step is taken.
//!
//! Layer: operations, pure.

use serde_json::Value;

use super::file::When;
use super::scope::Scope;
use super::template::Template;

/// A value and what is asked about it.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    value: Template,
    test: Test,
}

#[derive(Clone, Debug)]
enum Test {
    Equals(Template),
    DiffersFrom(Template),
    Above(f64),
    Below(f64),
    IsGiven(bool),
}

impl Condition {
    pub(super) fn of(when: &When) -> Result<Self, String> {
        let mut tests = Vec::new();
        if let Some(value) = &when.equals {
            tests.push(Test::Equals(Template::of(value)?));
        }
        if let Some(value) = &when.differs_from {
            tests.push(Test::DiffersFrom(Template::of(value)?));
        }
        tests.extend(when.above.map(Test::Above));
        tests.extend(when.below.map(Test::Below));
        tests.extend(when.is_given.map(Test::IsGiven));
        match (tests.pop(), tests.is_empty()) {
            (Some(test), true) => Ok(Self {
                value: Template::text(&when.value)?,
                test,
            }),
            _ => Err(
                "a `when` needs exactly one of `equals`, `differs-from`, `above`, `below` and `is-given`"
                    .to_owned(),
            ),
        }
    }

    /// Whether it holds.
    pub(super) fn holds(&self, scope: &Scope) -> bool {
        let value = self.value.fill(scope).filter(|value| !value.is_null());
        let number = || value.as_ref().and_then(number);
        match &self.test {
            Test::Equals(other) => are_equal(value.as_ref(), other.fill(scope).as_ref()),
            Test::DiffersFrom(other) => !are_equal(value.as_ref(), other.fill(scope).as_ref()),
            Test::Above(limit) => number().is_some_and(|number| number > *limit),
            Test::Below(limit) => number().is_some_and(|number| number < *limit),
            Test::IsGiven(expected) => value.is_some() == *expected,
        }
    }

    /// The templates in it.
    pub(super) fn templates(&self) -> Vec<&Template> {
        match &self.test {
            Test::Equals(other) | Test::DiffersFrom(other) => vec![&self.value, other],
            Test::Above(_) | Test::Below(_) | Test::IsGiven(_) => vec![&self.value],
        }
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_f64(),
    }
}

/// Texts are equal whatever their case, as in queries.
fn are_equal(one: Option<&Value>, other: Option<&Value>) -> bool {
    let (Some(one), Some(other)) = (one, other.filter(|value| !value.is_null())) else {
        return one.is_none() && other.is_none_or(Value::is_null);
    };
    match (one, other) {
        (Value::String(one), Value::String(other)) => one.to_lowercase() == other.to_lowercase(),
        (Value::Number(_), _) | (_, Value::Number(_)) => {
            matches!((number(one), number(other)), (Some(one), Some(other)) if one == other)
        }
        _ => one == other,
    }
}

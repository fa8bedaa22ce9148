//! The `Microsoft.Dynamics.CRM.*` query functions: their named parameters, read into the values of an operator.
//!
//! Layer: query, pure. They take texts for every type of column (reference §3.2).

use std::borrow::Cow;

use crate::http::SimError;
use crate::query::ast::Literal;

use super::operator::{Arity, Misuse};
use super::{Compiler, Property};

/// The parameters of one call.
struct Arguments<'a> {
    function: &'a str,
    given: &'a [(String, Literal)],
}

/// Operators that FetchXML has and OData has no function for.
const FETCH_ONLY: &[&str] = &[
    "Equal",
    "NotEqual",
    "Greater",
    "GreaterOrEqual",
    "Less",
    "LessOrEqual",
    "Like",
    "NotLike",
    "BeginsWith",
    "NotBeginWith",
    "EndsWith",
    "NotEndWith",
    "Null",
    "NotNull",
    "NotOn",
];

/// JSON as the service reads it, whose texts may stand in single quotes as well, with those in double quotes.
fn strict(json: &str) -> Cow<'_, str> {
    if !json.contains('\'') {
        return Cow::Borrowed(json);
    }
    let mut strict = String::with_capacity(json.len());
    let mut quote = None;
    let mut characters = json.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(_), '\\') => match characters.next() {
                Some('\'') => strict.push('\''),
                Some(escaped) => strict.extend(['\\', escaped]),
                None => strict.push('\\'),
            },
            (Some('\''), '"') => strict.push_str("\\\""),
            (Some(open), close) if open == close => {
                quote = None;
                strict.push('"');
            }
            (None, '\'' | '"') => {
                quote = Some(character);
                strict.push('"');
            }
            _ => strict.push(character),
        }
    }
    Cow::Owned(strict)
}

impl Compiler<'_> {
    /// Compiles a call of a Dataverse function.
    pub(super) fn dataverse(
        &mut self,
        name: &str,
        given: &[(String, Literal)],
    ) -> Result<String, SimError> {
        let arguments = Arguments {
            function: name,
            given,
        };
        // The name is looked at first: an unknown function is no complaint about its parameters.
        let arity = Arity::of(name)
            .filter(|_| !FETCH_ONLY.contains(&name))
            .ok_or_else(|| arguments.unknown())?;
        let property = self.named_property(&arguments.text("PropertyName")?)?;
        let values = match arity {
            Arity::None => Vec::new(),
            Arity::One => vec![arguments.text("PropertyValue")?],
            Arity::Two => vec![
                arguments.text("PropertyValue1")?,
                arguments.text("PropertyValue2")?,
            ],
            Arity::Many => arguments.values()?,
        };
        self.operator(&property, name, &values)
            .map_err(|misuse| arguments.refusal(misuse, arity, &property))
    }
}

impl Arguments<'_> {
    fn find(&self, name: &str) -> Result<&Literal, SimError> {
        self.given.iter().find(|(given, _)| given == name).map(|(_, literal)| literal).ok_or_else(|| {
            SimError::bad_url(format!(
                "The parameter '{name}' of the function 'Microsoft.Dynamics.CRM.{}' is missing.",
                self.function
            ))
        })
    }

    fn text(&self, name: &str) -> Result<String, SimError> {
        Ok(match self.find(name)? {
            Literal::Text(text) | Literal::Number(text) | Literal::Moment(text) => text.clone(),
            Literal::Guid(id) => id.hyphenated().to_string(),
            Literal::Boolean(value) => value.to_string(),
            _ => return Err(self.senseless(name)),
        })
    }

    /// `PropertyValues`: an array of texts or numbers.
    fn values(&self) -> Result<Vec<String>, SimError> {
        let Literal::Json(json) = self.find("PropertyValues")? else {
            return Err(self.senseless("PropertyValues"));
        };
        let values: Vec<serde_json::Value> = serde_json::from_str(&strict(json)).map_err(|_| {
            SimError::bad_url(
                "Invalid JSON. A comma character ',' was expected in scope 'Array'. Every two elements in an array and \
                 properties of an object must be separated by commas.",
            )
        })?;
        if values.is_empty() {
            return Err(self.senseless("PropertyValues"));
        }
        values
            .into_iter()
            .map(|value| match value {
                serde_json::Value::String(text) => Ok(text),
                serde_json::Value::Number(number) => Ok(number.to_string()),
                serde_json::Value::Bool(value) => Ok(value.to_string()),
                _ => Err(self.senseless("PropertyValues")),
            })
            .collect()
    }

    fn senseless(&self, parameter: &str) -> SimError {
        SimError::invalid_argument(format!(
            "The parameter '{parameter}' of the function 'Microsoft.Dynamics.CRM.{}' has a value that it cannot take.",
            self.function
        ))
    }

    fn unknown(&self) -> SimError {
        SimError::bad_url(format!(
            "An unknown function with name 'Microsoft.Dynamics.CRM.{}' was found. This may also be a function import or a \
             key lookup on a navigation property, which is not allowed.",
            self.function
        ))
    }

    fn refusal(&self, misuse: Misuse, arity: Arity, property: &Property<'_>) -> SimError {
        let column = &property.column.logical_name;
        match (misuse, arity) {
            (Misuse::Unknown, _) => self.unknown(),
            (Misuse::Count(wanted), _) => SimError::invalid_argument(format!(
                "The function '{}' takes {wanted} in 'PropertyValues'.",
                self.function
            )),
            (Misuse::Value(_, text), Arity::Many) => SimError::invalid_argument(format!(
                "The value '{text}' does not fit the column '{column}'."
            )),
            (Misuse::Value(0, _), Arity::Two) => self.senseless("PropertyValue1"),
            (Misuse::Value(..), Arity::Two) => self.senseless("PropertyValue2"),
            (Misuse::Value(..), _) => self.senseless("PropertyValue"),
            (Misuse::Column(needed), _) => SimError::invalid_argument(format!(
                "The function '{}' needs {needed}, and '{column}' is none.",
                self.function
            )),
            (Misuse::Flat, _) => SimError::invalid_argument(format!(
                "Entity '{}' has no hierarchical relationship.",
                property.table.logical_name
            )),
            (Misuse::NoFullText, _) => SimError::invalid_argument(format!(
                "Full-text search is not enabled for the entity '{}'.",
                property.table.logical_name
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::strict;

    #[test]
    fn texts_stand_in_quotes_of_either_kind() {
        for (given, expected) in [
            (r#"["a","b"]"#, r#"["a","b"]"#),
            ("['a','b']", r#"["a","b"]"#),
            (r#"["it's",'say "x"',1]"#, r#"["it's","say \"x\"",1]"#),
            (r"['it\'s','a\\b']", r#"["it's","a\\b"]"#),
            ("['a' 'b']", r#"["a" "b"]"#),
        ] {
            assert_eq!(strict(given), expected, "{given}");
        }
    }
}

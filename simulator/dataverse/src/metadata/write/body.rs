//! A definition as a request gives it: a JSON object whose members are asked for by name and type.

use serde_json::{Map, Value};

use super::errors;
use crate::http::SimError;
use crate::metadata::NAMESPACE;
use crate::schema::Label;

/// The members of one object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Body<'a> {
    members: &'a Map<String, Value>,
}

/// Reads the body of a request.
pub(super) fn parse(bytes: &[u8], set: &str) -> Result<Map<String, Value>, SimError> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(SimError::bad_payload(set, "An object is expected.")),
        Err(error) => Err(SimError::bad_payload(set, error)),
    }
}

impl<'a> Body<'a> {
    pub(super) fn new(members: &'a Map<String, Value>) -> Self {
        Self { members }
    }

    pub(super) fn of(value: &'a Value, what: &str) -> Result<Self, SimError> {
        match value {
            Value::Object(members) => Ok(Self { members }),
            other => Err(mismatch(other, what)),
        }
    }

    pub(super) fn members(&self) -> &'a Map<String, Value> {
        self.members
    }

    /// A member that is there and not null.
    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&'a str>, SimError> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(mismatch(other, "Edm.String")),
        }
    }

    pub(super) fn needed_text(&self, name: &str) -> Result<&'a str, SimError> {
        self.text(name)?.ok_or_else(|| errors::missing(name))
    }

    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, SimError> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            // A managed property says the same with more words.
            Some(Value::Object(managed)) if managed.contains_key("Value") => {
                Body { members: managed }.flag("Value")
            }
            Some(other) => Err(mismatch(other, "Edm.Boolean")),
        }
    }

    pub(super) fn whole(&self, name: &str) -> Result<Option<i64>, SimError> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => match value.as_i64() {
                Some(number) => Ok(Some(number)),
                None => match value.as_f64().filter(|number| number.fract() == 0.0) {
                    Some(number) if number.abs() < 9.0e18 => Ok(Some(number as i64)),
                    _ => Err(mismatch(value, "Edm.Int32")),
                },
            },
        }
    }

    /// A whole number between bounds.
    pub(super) fn bounded(
        &self,
        name: &str,
        least: i64,
        most: i64,
    ) -> Result<Option<i64>, SimError> {
        match self.whole(name)? {
            Some(number) if !(least..=most).contains(&number) => Err(errors::out_of_bounds(
                name,
                &least.to_string(),
                &most.to_string(),
            )),
            other => Ok(other),
        }
    }

    pub(super) fn number(&self, name: &str) -> Result<Option<f64>, SimError> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => value
                .as_f64()
                .map(Some)
                .ok_or_else(|| mismatch(value, "Edm.Double")),
        }
    }

    pub(super) fn object(&self, name: &str) -> Result<Option<Body<'a>>, SimError> {
        self.get(name)
            .map(|value| Self::of(value, "an object"))
            .transpose()
    }

    pub(super) fn list(&self, name: &str) -> Result<&'a [Value], SimError> {
        match self.get(name) {
            None => Ok(&[]),
            Some(Value::Array(values)) => Ok(values),
            Some(other) => Err(mismatch(other, "a collection")),
        }
    }

    pub(super) fn texts(&self, name: &str) -> Result<Vec<&'a str>, SimError> {
        let texts = self.list(name)?.iter();
        texts
            .map(|value| value.as_str().ok_or_else(|| mismatch(value, "Edm.String")))
            .collect()
    }

    /// A label, or a constant such as `{"Value": "Text"}`.
    pub(super) fn wrapped(&self, name: &str) -> Result<Option<&'a str>, SimError> {
        match self.get(name) {
            Some(Value::Object(members)) => Body { members }.text("Value"),
            _ => self.text(name),
        }
    }

    pub(super) fn label(&self, name: &str) -> Result<Option<Label>, SimError> {
        self.object(name)?.map(label).transpose()
    }

    /// The type named by `@odata.type`, without namespace.
    pub(super) fn type_name(&self) -> Result<Option<&'a str>, SimError> {
        let Some(name) = self.text("@odata.type")? else {
            return Ok(None);
        };
        let name = name.strip_prefix('#').unwrap_or(name);
        Ok(Some(name.strip_prefix(NAMESPACE).unwrap_or(name)))
    }
}

fn label(body: Body<'_>) -> Result<Label, SimError> {
    let mut texts = Vec::new();
    let given = body.list("LocalizedLabels")?;
    let user = body.get("UserLocalizedLabel");
    // Clients that know one language sometimes give only the user's label.
    for text in given.iter().chain(user.filter(|_| given.is_empty())) {
        let text = Body::of(text, "Microsoft.Dynamics.CRM.LocalizedLabel")?;
        let language = text.bounded("LanguageCode", 1, i64::from(u32::MAX))?;
        let language = language.ok_or_else(|| errors::missing("LanguageCode"))?;
        let words = text.text("Label")?.unwrap_or_default();
        texts.push((
            u32::try_from(language).unwrap_or_default(),
            words.to_owned(),
        ));
    }
    Ok(Label::localised_in(texts))
}

/// The payload error for a value of the wrong type.
pub(super) fn mismatch(value: &Value, expected: &str) -> SimError {
    SimError::bad_payload(
        "EntityMetadata",
        format!("Cannot convert the literal '{value}' to the expected type '{expected}'."),
    )
}

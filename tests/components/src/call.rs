//! An action's request with its JSON read.

use crate::answer::defect;
use crate::contract::airlock::connector::types::Error;
use crate::contract::exports::airlock::connector::actions::Request;
use serde_json::Value;

/// One run of a guest's action.
pub struct Call {
    /// The connection's id.
    pub connection: String,
    /// The connection's settings.
    pub settings: Value,
    /// What the test wants done.
    pub input: Value,
}

impl Call {
    pub(crate) fn read(request: Request) -> Result<Self, Error> {
        let parse = |what: &str, text: &str| {
            serde_json::from_str(text).map_err(|error| defect(format!("{what}: {error}")))
        };
        Ok(Self {
            settings: parse("settings", &request.connection.settings)?,
            input: parse("input", &request.input)?,
            connection: request.connection.id,
        })
    }

    /// The text `name` of the input.
    pub fn text(&self, name: &str) -> Result<&str, Error> {
        self.input
            .get(name)
            .and_then(Value::as_str)
            .ok_or_else(|| defect(format!("the input has no text \"{name}\"")))
    }

    /// The amount `name` of the input; without it, there is no end.
    pub fn amount(&self, name: &str) -> u64 {
        self.input
            .get(name)
            .and_then(Value::as_u64)
            .unwrap_or(u64::MAX)
    }

    /// The texts `name` of the input.
    pub fn texts(&self, name: &str) -> Vec<String> {
        self.input
            .get(name)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    }

    /// The pairs `name` of the input.
    pub fn pairs(&self, name: &str) -> Vec<(String, String)> {
        self.input
            .get(name)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|pair| match pair.as_array()?.as_slice() {
                [Value::String(name), Value::String(value)] => Some((name.clone(), value.clone())),
                _ => None,
            })
            .collect()
    }

    /// Its pairs `name`, as the contract's `fields`.
    pub fn fields(&self, name: &str) -> Vec<(String, Vec<u8>)> {
        self.pairs(name)
            .into_iter()
            .map(|(name, value)| (name, value.into()))
            .collect()
    }

    /// Where the connection points.
    pub fn base(&self) -> Result<&str, Error> {
        self.settings
            .get("url")
            .and_then(Value::as_str)
            .ok_or_else(|| defect("the connection has no url"))
    }
}

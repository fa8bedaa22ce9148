//! Connections as a document that can be kept in version control: names, kinds, settings and granted hosts,
//! and no secret. JSON or TOML; the same members in both.

use crate::problem::{Code, Problem};
use airlock_runtime::secrets_go_to;
use airlock_runtime::store::{Connection, ConnectionName, ConnectorName};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The version of the document's shape, which a later release may have to tell from its own.
const VERSION: u32 = 1;

/// Several connections.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Document {
    /// Which shape this has.
    airlock_connections: u32,
    /// The connections.
    pub(super) connections: Vec<Entry>,
}

/// One connection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Entry {
    /// What it is called.
    pub(super) name: ConnectionName,
    /// Which connector it uses.
    pub(super) connector: ConnectorName,
    /// Which of the connector's ways to connect.
    pub(super) kind: String,
    /// Hosts that were granted beyond the kind's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) allowed_hosts: Vec<String>,
    /// What the connector may read.
    #[serde(default)]
    pub(super) settings: Map<String, Value>,
}

impl Document {
    /// Of these connections.
    pub(super) fn of(connections: impl IntoIterator<Item = Connection>) -> Self {
        let entry = |connection: Connection| Entry {
            name: connection.name,
            connector: connection.connector,
            kind: connection.kind,
            // Which setting holds the address that secrets go to follows when the connection is made.
            allowed_hosts: {
                let mut hosts = connection.allowed_hosts;
                hosts.retain(|host| secrets_go_to(host).is_none());
                hosts
            },
            settings: match connection.settings {
                Value::Object(settings) => settings,
                _ => Map::new(),
            },
        };
        Self {
            airlock_connections: VERSION,
            connections: connections.into_iter().map(entry).collect(),
        }
    }

    /// Reads what [`Document::json`] or [`Document::toml`] wrote; what does not begin as JSON is TOML.
    pub(super) fn read(text: &str, name: &str) -> Result<Self, Problem> {
        let text = text.trim_start_matches('\u{feff}');
        let wrong = |fault: String| {
            Problem::input(format!("{name} is no document of connections: {fault}"))
                .coded(Code::InvalidDocument)
                .advise("airlock connection export writes one")
        };
        let document: Self = match text.trim_start().starts_with('{') {
            true => serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?,
            false => toml::from_str(text).map_err(|error| wrong(error.to_string()))?,
        };
        if document.airlock_connections != VERSION {
            return Err(wrong(format!(
                "airlock-connections is {}, and this release knows {VERSION}",
                document.airlock_connections
            )));
        }
        Ok(document)
    }

    pub(super) fn json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The same as TOML, which knows no null.
    pub(super) fn toml(&self) -> Result<String, Problem> {
        let table = as_toml(&self.json()).unwrap_or(toml::Value::Boolean(false));
        toml::to_string_pretty(&table)
            .map_err(|error| Problem::input(format!("this cannot be written as TOML: {error}")))
    }
}

/// Member by member: a number of arbitrary precision would not pass through serde as one.
fn as_toml(value: &Value) -> Option<toml::Value> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(flag) => toml::Value::Boolean(*flag),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => toml::Value::Integer(whole),
            None => toml::Value::Float(number.as_f64()?),
        },
        Value::String(text) => toml::Value::String(text.clone()),
        Value::Array(items) => toml::Value::Array(items.iter().filter_map(as_toml).collect()),
        Value::Object(members) => toml::Value::Table(
            members
                .iter()
                .filter_map(|(name, value)| Some((name.clone(), as_toml(value)?)))
                .collect(),
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document() -> Document {
        Document {
            airlock_connections: VERSION,
            connections: vec![Entry {
                name: "contoso".parse().unwrap(),
                connector: "dynamics".parse().unwrap(),
                kind: "client-credentials".into(),
                allowed_hosts: vec!["files.example".into()],
                settings: json!({"web-api-url": "https://contoso.example", "pages": 7, "on": true, "list": ["a"]})
                    .as_object()
                    .cloned()
                    .unwrap(),
            }],
        }
    }

    #[test]
    fn what_was_written_is_read_again_in_either_spelling() {
        let json = serde_json::to_string_pretty(&document().json()).unwrap();
        let toml = document().toml().unwrap();
        assert!(toml.contains("[[connections]]"), "{toml}");
        for text in [json, toml] {
            assert_eq!(Document::read(&text, "x").unwrap(), document(), "{text}");
        }
    }

    #[test]
    fn what_is_no_such_document_says_where() {
        for (text, part) in [
            (
                "{\"airlock-connections\": 2, \"connections\": []}",
                "knows 1",
            ),
            (
                "{\"airlock-connections\": 1, \"conections\": []}",
                "conections",
            ),
            ("airlock-connections = 1\nconnections = 7\n", "invalid type"),
            ("", "airlock-connections"),
        ] {
            let problem = Document::read(text, "x.json").unwrap_err();
            assert!(problem.message.contains(part), "{text}: {problem:?}");
            assert!(problem.message.starts_with("x.json"));
        }
    }
}

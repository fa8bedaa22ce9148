//! Settings and secrets against the schemas that the connector declares. Pure.

use super::template::fill;
use crate::about::ConnectionKind;
use crate::error::{FieldError, HostError};
use crate::names::{listed, nearest};
use airlock_store::Secrets;
use secrecy::ExposeSecret;
use serde_json::{Map, Value};

/// Whether the settings, with every default filled in, and the secrets are what the schemas ask for.
/// Answers the settings as they were given: defaults are filled in anew each time they are used, so
/// that what a person said and what a connector's author wrote stay apart.
///
/// # Errors
/// [`HostError::Fields`] naming every setting and secret that is missing, unknown or of the wrong
/// type.
pub(crate) fn check(
    kind: &ConnectionKind,
    settings: &Value,
    secrets: &Secrets,
) -> Result<Value, HostError> {
    let mut errors = Vec::new();
    let empty = Map::new();
    let given = match settings {
        Value::Object(given) => given,
        Value::Null => &empty,
        _ => {
            return Err(HostError::Fields(vec![FieldError {
                pointer: "/settings".to_owned(),
                message: "settings are an object of names and values".to_owned(),
            }]));
        }
    };
    let mut settings = given.clone();
    check_names("settings", &kind.settings, given.keys(), &mut errors);
    fill_defaults(&kind.settings, &mut settings, &mut errors);
    for name in required(&kind.settings) {
        if !settings.contains_key(name) {
            errors.push(missing("settings", &kind.settings, name));
        }
    }
    for (name, value) in &settings {
        if let Some(wrong) = wrong_type(property(&kind.settings, name), value) {
            errors.push(FieldError {
                pointer: format!("/settings/{name}"),
                message: wrong,
            });
        }
    }
    check_names("secrets", &kind.secrets, secrets.keys(), &mut errors);
    for name in required(&kind.secrets) {
        if secrets
            .get(name)
            .is_none_or(|secret| secret.expose_secret().is_empty())
        {
            errors.push(missing("secrets", &kind.secrets, name));
        }
    }
    if errors.is_empty() {
        Ok(Value::Object(given.clone()))
    } else {
        Err(HostError::Fields(errors))
    }
}

/// The settings with every default filled in.
///
/// # Errors
/// [`HostError::Fields`] naming every default that cannot be derived.
pub(crate) fn with_defaults(
    kind: &ConnectionKind,
    given: &Map<String, Value>,
) -> Result<Map<String, Value>, HostError> {
    let mut settings = given.clone();
    let mut errors = Vec::new();
    fill_defaults(&kind.settings, &mut settings, &mut errors);
    if errors.is_empty() {
        Ok(settings)
    } else {
        Err(HostError::Fields(errors))
    }
}

fn properties(schema: &Value) -> Option<&Map<String, Value>> {
    schema.get("properties").and_then(Value::as_object)
}

fn property<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
    properties(schema).and_then(|properties| properties.get(name))
}

fn required(schema: &Value) -> impl Iterator<Item = &str> {
    schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

fn missing(what: &str, schema: &Value, name: &str) -> FieldError {
    let description = property(schema, name)
        .and_then(|property| property.get("description"))
        .and_then(Value::as_str)
        .unwrap_or("the connector needs it");
    FieldError {
        pointer: format!("/{what}/{name}"),
        message: format!("is missing: {description}"),
    }
}

fn check_names<'a>(
    what: &str,
    schema: &Value,
    names: impl Iterator<Item = &'a String>,
    errors: &mut Vec<FieldError>,
) {
    let known: Vec<&str> = properties(schema)
        .into_iter()
        .flat_map(|properties| properties.keys().map(String::as_str))
        .collect();
    for name in names {
        if known.contains(&name.as_str()) {
            continue;
        }
        let nearest = nearest(name, known.iter().copied())
            .map(|known| format!("; did you mean \"{known}\"?"))
            .unwrap_or_default();
        errors.push(FieldError {
            pointer: format!("/{what}/{name}"),
            message: format!("is not known{nearest} (known: {})", listed(&known)),
        });
    }
}

/// A string default is a template over the settings that are there; every other one is taken as
/// it is.
fn fill_defaults(schema: &Value, settings: &mut Map<String, Value>, errors: &mut Vec<FieldError>) {
    let given = settings.clone();
    for (name, property) in properties(schema).into_iter().flatten() {
        if settings.contains_key(name) {
            continue;
        }
        match property.get("default") {
            Some(Value::String(template)) => match fill(template, &given) {
                Ok(text) => {
                    settings.insert(name.clone(), Value::String(text));
                }
                Err(error) => errors.push(FieldError {
                    pointer: format!("/settings/{name}"),
                    message: format!("has no value, and its default cannot be derived: {error}"),
                }),
            },
            Some(default) if !default.is_null() => {
                settings.insert(name.clone(), default.clone());
            }
            _ => {}
        }
    }
}

fn wrong_type(property: Option<&Value>, value: &Value) -> Option<String> {
    let types: Vec<&str> = match property?.get("type")? {
        Value::String(one) => vec![one.as_str()],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    let is = |kind: &str| match kind {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => true,
    };
    (!types.iter().any(|kind| is(kind))).then(|| format!("has to be a {}", types.join(" or ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::about::{Grant, Placement};
    use serde_json::json;

    fn kind() -> ConnectionKind {
        ConnectionKind {
            name: "client-credentials".to_owned(),
            title: String::new(),
            description: String::new(),
            grant: Grant::ClientCredentials,
            oauth: None,
            placement: Placement::Bearer,
            hosts: vec![],
            settings: json!({
                "type": "object",
                "required": ["web-api-url", "scopes"],
                "properties": {
                    "web-api-url": { "type": "string", "description": "the organisation's URL" },
                    "scopes": { "type": "string", "default": "{web-api-url:origin}/.default" },
                    "timeout": { "type": "integer", "default": 30 }
                }
            }),
            secrets: json!({
                "type": "object",
                "required": ["client-secret"],
                "properties": { "client-secret": { "type": "string" } }
            }),
        }
    }

    fn secrets() -> Secrets {
        Secrets::from([("client-secret".to_owned(), "s".into())])
    }

    fn faults(settings: Value, secrets: &Secrets) -> String {
        check(&kind(), &settings, secrets).unwrap_err().to_string()
    }

    #[test]
    fn defaults_are_derived_from_what_was_given() {
        let given = json!({ "web-api-url": "https://o.example/" });
        assert_eq!(check(&kind(), &given, &secrets()).unwrap(), given);
        let settings = with_defaults(&kind(), given.as_object().unwrap()).unwrap();
        assert_eq!(settings["scopes"], "https://o.example/.default");
        assert_eq!(settings["timeout"], 30);
    }

    #[test]
    fn a_missing_setting_is_named_with_its_meaning() {
        let text = faults(json!({}), &secrets());
        assert!(
            text.contains("/settings/web-api-url: is missing: the organisation's URL"),
            "{text}"
        );
    }

    #[test]
    fn a_misspelt_setting_suggests_the_right_one() {
        let text = faults(json!({ "web-api-ulr": "https://o.example" }), &secrets());
        assert!(text.contains("did you mean \"web-api-url\"?"), "{text}");
    }

    #[test]
    fn a_missing_or_empty_secret_is_named() {
        let settings = json!({ "web-api-url": "https://o.example" });
        let empty = Secrets::from([("client-secret".to_owned(), "".into())]);
        for secrets in [Secrets::new(), empty] {
            let text = faults(settings.clone(), &secrets);
            assert!(text.contains("/secrets/client-secret"), "{text}");
        }
    }

    #[test]
    fn a_setting_of_the_wrong_type_is_named() {
        let text = faults(
            json!({ "web-api-url": "https://o.example", "timeout": "soon" }),
            &secrets(),
        );
        assert!(
            text.contains("/settings/timeout: has to be a integer"),
            "{text}"
        );
    }
}

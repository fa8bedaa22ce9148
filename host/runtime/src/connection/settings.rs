//! Settings and secrets against the schemas that the connector declares. Pure.

use super::addresses;
use super::template::fill;
use crate::about::ConnectionKind;
use crate::error::{FieldError, HostError};
use crate::names::{listed, nearest};
use airlock_egress::EgressConfig;
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
pub(crate) fn validated(
    kind: &ConnectionKind,
    settings: &Value,
    secrets: &Secrets,
) -> Result<Value, HostError> {
    let given = object(settings)?;
    let mut errors = faults_of_settings(kind, &given);
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
        Ok(Value::Object(given))
    } else {
        Err(HostError::Fields(errors))
    }
}

/// Whether the settings are what the schema asks for, and lead where this host lets requests go. What a
/// person is asked for before secrets are, and the same that [`crate::Host::add_connection`] judges.
///
/// # Errors
/// [`HostError::Fields`] naming every setting that is misspelt, missing, of the wrong type, or an
/// address that makes no sense or is closed.
pub fn check_settings(
    kind: &ConnectionKind,
    settings: &Value,
    egress: &EgressConfig,
) -> Result<(), HostError> {
    let given = object(settings)?;
    let addresses = addresses::judge(&kind.settings, &given, egress);
    let mut errors = faults_of_settings(kind, &given);
    errors.retain(|error| {
        addresses
            .iter()
            .all(|address| address.pointer != error.pointer)
    });
    errors.extend(addresses);
    // What is wrong only because something else is would hide the cause.
    let derived: Vec<FieldError> = faults_of_defaults(kind, &given, &errors);
    errors.extend(derived);
    if errors.is_empty() {
        Ok(())
    } else {
        Err(HostError::Fields(errors))
    }
}

fn object(settings: &Value) -> Result<Map<String, Value>, HostError> {
    match settings {
        Value::Object(given) => Ok(given.clone()),
        Value::Null => Ok(Map::new()),
        _ => Err(HostError::Fields(vec![FieldError {
            pointer: "/settings".to_owned(),
            message: "settings are an object of names and values".to_owned(),
        }])),
    }
}

/// What is wrong with the settings that were given, the misspelt ones first. One that is missing because
/// its name was misspelt is not missing besides.
fn faults_of_settings(kind: &ConnectionKind, given: &Map<String, Value>) -> Vec<FieldError> {
    let schema = &kind.settings;
    let mut errors = Vec::new();
    let meant = check_names("settings", schema, given.keys(), &mut errors);
    for name in required(schema) {
        let defaulted = property(schema, name).is_some_and(|property| {
            property
                .get("default")
                .is_some_and(|default| !default.is_null())
        });
        if !given.contains_key(name) && !defaulted && !meant.contains(&name) {
            errors.push(missing("settings", schema, name));
        }
    }
    for (name, value) in given {
        if let Some(wrong) = wrong_type(property(schema, name), value) {
            errors.push(FieldError {
                pointer: format!("/settings/{name}"),
                message: wrong,
            });
        }
    }
    errors
}

/// Defaults that cannot be derived, but for those that build on a setting that is wrong already.
fn faults_of_defaults(
    kind: &ConnectionKind,
    given: &Map<String, Value>,
    known: &[FieldError],
) -> Vec<FieldError> {
    if !known.is_empty() {
        return Vec::new();
    }
    match with_defaults(kind, given) {
        Err(HostError::Fields(errors)) => errors,
        _ => Vec::new(),
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

/// Notes every name that the schema does not know; answers the names that were most likely meant.
fn check_names<'s, 'a>(
    what: &str,
    schema: &'s Value,
    names: impl Iterator<Item = &'a String>,
    errors: &mut Vec<FieldError>,
) -> Vec<&'s str> {
    let known: Vec<&str> = properties(schema)
        .into_iter()
        .flat_map(|properties| properties.keys().map(String::as_str))
        .collect();
    let mut meant = Vec::new();
    for name in names {
        if known.contains(&name.as_str()) {
            continue;
        }
        let nearest = nearest(name, known.iter().copied());
        meant.extend(nearest);
        let hint = nearest.map(|known| format!("; did you mean \"{known}\"?"));
        errors.push(FieldError {
            pointer: format!("/{what}/{name}"),
            message: format!(
                "is not known{} (known: {})",
                hint.unwrap_or_default(),
                listed(&known)
            ),
        });
    }
    meant
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
    (!types.iter().any(|kind| is(kind)))
        .then(|| format!("has to be of the type {}", types.join(" or ")))
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
        validated(&kind(), &settings, secrets)
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn defaults_are_derived_from_what_was_given() {
        let given = json!({ "web-api-url": "https://o.example/" });
        assert_eq!(validated(&kind(), &given, &secrets()).unwrap(), given);
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
    fn a_misspelt_setting_is_named_and_not_missed_besides() {
        let egress = EgressConfig::default();
        let fault = check_settings(
            &kind(),
            &json!({"web-api-urll": "https://o.example"}),
            &egress,
        );
        let Err(HostError::Fields(fields)) = fault else {
            panic!("{fault:?}");
        };
        let [only] = fields.as_slice() else {
            panic!("{fields:?}");
        };
        assert_eq!(only.pointer, "/settings/web-api-urll");
    }

    #[test]
    fn an_address_is_judged_before_what_is_derived_from_it() {
        let mut kind = kind();
        kind.settings["properties"]["web-api-url"]["format"] = json!("uri");
        let egress = EgressConfig::default();
        let fault = check_settings(&kind, &json!({"web-api-url": "o.example"}), &egress);
        let Err(HostError::Fields(fields)) = fault else {
            panic!("{fault:?}");
        };
        let [only] = fields.as_slice() else {
            panic!("{fields:?}");
        };
        assert_eq!(only.pointer, "/settings/web-api-url");
        assert!(only.message.contains("https://o.example"), "{only:?}");
        let right = json!({"web-api-url": "https://o.example"});
        check_settings(&kind, &right, &egress).unwrap();
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
            text.contains("/settings/timeout: has to be of the type integer"),
            "{text}"
        );
    }
}

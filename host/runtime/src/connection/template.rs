//! The contract's `template`: `{name}`, `{name:origin}` and `{name:host}` over a connection's
//! settings. Pure.

use serde_json::{Map, Value};
use url::{Position, Url};

/// Why a template could not be filled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The setting of this name is missing.
    #[error("the setting \"{0}\" is missing")]
    Missing(String),
    /// The setting has to be a URL.
    #[error(
        "the setting \"{setting}\" has to be an absolute URL such as https://org.crm.dynamics.com, and is \"{value}\""
    )]
    NotAUrl {
        /// Its name.
        setting: String,
        /// What it is.
        value: String,
    },
    /// The connector wrote what this host does not understand.
    #[error("the connector's template \"{0}\" has a placeholder that this host does not know")]
    Malformed(String),
}

/// Fills `template` from `settings`.
pub(crate) fn fill(template: &str, settings: &Map<String, Value>) -> Result<String, TemplateError> {
    let malformed = || TemplateError::Malformed(template.to_owned());
    let mut filled = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (placeholder, after) = after.split_once('}').ok_or_else(malformed)?;
        filled.push_str(before);
        let (name, part) = match placeholder.split_once(':') {
            Some((name, part)) => (name, Some(part)),
            None => (placeholder, None),
        };
        let value = settings
            .get(name)
            .and_then(text)
            .ok_or_else(|| TemplateError::Missing(name.to_owned()))?;
        match part {
            None => filled.push_str(&value),
            Some("origin") => filled.push_str(&url(name, &value)?[..Position::BeforePath]),
            Some("host") => {
                filled.push_str(&url(name, &value)?[Position::BeforeHost..Position::AfterPort])
            }
            Some(_) => return Err(malformed()),
        }
        rest = after;
    }
    if rest.contains('}') {
        return Err(malformed());
    }
    filled.push_str(rest);
    Ok(filled)
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Array(items) => items
            .iter()
            .map(text)
            .collect::<Option<Vec<_>>>()
            .map(|items| items.join(" ")),
        Value::Null | Value::Object(_) => None,
    }
}

fn url(setting: &str, value: &str) -> Result<Url, TemplateError> {
    let wrong = || TemplateError::NotAUrl {
        setting: setting.to_owned(),
        value: value.to_owned(),
    };
    let mut url = Url::parse(value.trim()).map_err(|_| wrong())?;
    if !matches!(url.scheme(), "https" | "http") || url.host_str().is_none() {
        return Err(wrong());
    }
    // A user and password in a setting would end up in `origin`: they are refused elsewhere, and
    // never part of what a template yields.
    url.set_username("").map_err(|()| wrong())?;
    url.set_password(None).map_err(|()| wrong())?;
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn filled(template: &str, settings: Value) -> Result<String, TemplateError> {
        fill(template, settings.as_object().unwrap())
    }

    #[test]
    fn placeholders_yield_the_setting_its_origin_or_its_host() {
        let org = json!({ "web-api-url": "https://Org.crm.dynamics.com:443/api/data/v9.2/", "scopes": ["a", "b"] });
        for (template, expected) in [
            (
                "{web-api-url:origin}/.default",
                "https://org.crm.dynamics.com/.default",
            ),
            ("{web-api-url:host}", "org.crm.dynamics.com"),
            ("{scopes}", "a b"),
            ("no placeholder", "no placeholder"),
        ] {
            assert_eq!(filled(template, org.clone()).unwrap(), expected);
        }
        let local = json!({ "web-api-url": "http://127.0.0.1:8080" });
        assert_eq!(
            filled("{web-api-url:host}", local.clone()).unwrap(),
            "127.0.0.1:8080"
        );
        assert_eq!(
            filled("{web-api-url:origin}", local).unwrap(),
            "http://127.0.0.1:8080"
        );
    }

    #[test]
    fn a_missing_setting_is_named_and_never_becomes_empty_text() {
        for settings in [json!({}), json!({ "url": "" }), json!({ "url": null })] {
            assert_eq!(
                filled("{url}/x", settings),
                Err(TemplateError::Missing("url".to_owned()))
            );
        }
    }

    #[test]
    fn what_is_no_url_is_refused_where_one_is_needed() {
        for value in ["org.crm.dynamics.com", "ftp://x", "https://"] {
            assert!(matches!(
                filled("{u:host}", json!({ "u": value })),
                Err(TemplateError::NotAUrl { .. })
            ));
        }
    }

    #[test]
    fn userinfo_never_reaches_what_a_template_yields() {
        assert_eq!(
            filled("{u:origin}", json!({ "u": "https://a:b@x.example/p" })).unwrap(),
            "https://x.example"
        );
    }

    #[test]
    fn an_unknown_placeholder_is_the_connectors_fault() {
        for template in ["{u:path}", "{u", "u}"] {
            assert!(matches!(
                filled(template, json!({ "u": "https://x.example" })),
                Err(TemplateError::Malformed(_))
            ));
        }
    }
}

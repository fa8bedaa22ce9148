//! Where a raw request goes: always to the connection's own organisation.

use airlock_connector::Error;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Map, Value};

use crate::{
    actions::options::plain,
    webapi::{BaseUrl, literal::encode_value},
};

/// What no URL may hold bare (RFC 3986 §2). `%` is left alone: what is encoded stays so.
const ILLEGAL: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The URL that `path` and `parameters` name.
pub(super) fn url(
    base: &BaseUrl,
    path: &str,
    parameters: Option<&Map<String, Value>>,
) -> Result<String, Error> {
    let path = path.trim();
    // A fragment never leaves a client; sent on, it would be a different request.
    let path = path.split('#').next().unwrap_or(path);
    let mut link = utf8_percent_encode(path, ILLEGAL).to_string();
    for (name, value) in parameters.into_iter().flatten() {
        for value in each(value) {
            link.push(if link.contains('?') { '&' } else { '?' });
            link.push_str(&name_of(name));
            link.push('=');
            link.push_str(&encode_value(&value));
        }
    }
    base.own(&link, "/url")
}

fn each(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().map(plain).collect(),
        Value::Null => Vec::new(),
        one => vec![plain(one)],
    }
}

/// `$select` and `@p1` stay readable.
fn name_of(name: &str) -> String {
    match name.chars().next() {
        Some(mark @ ('$' | '@')) => {
            format!("{mark}{}", encode_value(name.get(1..).unwrap_or_default()))
        }
        _ => encode_value(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn target(path: &str, parameters: Value) -> Result<String, Error> {
        let base = BaseUrl::parse("https://contoso.crm.dynamics.com").unwrap();
        url(&base, path, parameters.as_object())
    }

    #[test]
    fn a_path_or_a_resource_leads_to_the_organisation() {
        let root = "https://contoso.crm.dynamics.com";
        let table = [
            (
                "/api/data/v9.1/accounts?$top=1",
                json!({}),
                "/api/data/v9.1/accounts?$top=1",
            ),
            ("WhoAmI", json!({}), "/api/data/v9.2/WhoAmI"),
            (
                "leads?$filter=subject eq 'a%26b'",
                json!({}),
                "/api/data/v9.2/leads?$filter=subject%20eq%20'a%26b'",
            ),
            (
                "leads",
                json!({"$filter": "a eq 'x&y'", "n": 3, "tag": ["a", "b"], "no": null}),
                "/api/data/v9.2/leads?$filter=a%20eq%20%27x%26y%27&n=3&tag=a&tag=b",
            ),
            (
                "leads?$top=1",
                json!({"@p1": "'ö'"}),
                "/api/data/v9.2/leads?$top=1&@p1=%27%C3%B6%27",
            ),
            ("https://contoso.crm.dynamics.com/x#y", json!({}), "/x"),
        ];
        for (path, parameters, expected) in table {
            assert_eq!(
                target(path, parameters).unwrap(),
                format!("{root}{expected}"),
                "{path}"
            );
        }
    }

    #[test]
    fn every_other_address_is_refused_and_told_why() {
        for path in [
            "https://evil.example/api/data/v9.2/accounts",
            "http://contoso.crm.dynamics.com/",
            "//evil.example/",
            "https://contoso.crm.dynamics.com@evil.example/",
            "https://contoso.crm.dynamics.com\\@evil.example/",
            "",
        ] {
            let Error::InvalidInput(faults) = target(path, json!({})).unwrap_err() else {
                panic!("{path}");
            };
            assert_eq!(faults[0].pointer, "/url", "{path}");
            assert!(
                faults[0].message.contains("contoso.crm.dynamics.com"),
                "{path}"
            );
        }
    }
}

//! What was asked, as a digest: equal inputs have equal digests, however their members are ordered.
//!
//! RFC 8785 has a canonical form of JSON, which reads numbers as doubles. Here they pass as they are
//! written, all their digits included, so two amounts that only a double cannot tell apart differ.

use crate::HostError;
use crate::json;
use blake3::Hasher;
use serde_json::Value;

/// The digest of one input of one action.
pub(crate) fn fingerprint(action: &str, input: &Value) -> Result<String, HostError> {
    let mut hasher = Hasher::new();
    text(&mut hasher, action)?;
    value(&mut hasher, input)?;
    Ok(hasher.finalize().to_hex().to_string())
}

fn value(hasher: &mut Hasher, given: &Value) -> Result<(), HostError> {
    match given {
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            hasher.update(b"{");
            for (name, member) in members {
                text(hasher, name)?;
                hasher.update(b":");
                value(hasher, member)?;
                hasher.update(b",");
            }
            hasher.update(b"}");
        }
        Value::Array(items) => {
            hasher.update(b"[");
            for item in items {
                value(hasher, item)?;
                hasher.update(b",");
            }
            hasher.update(b"]");
        }
        plain => {
            hasher.update(json::text(plain)?.as_bytes());
        }
    }
    Ok(())
}

/// Quoted, so that no text can pass for two.
fn text(hasher: &mut Hasher, given: &str) -> Result<(), HostError> {
    hasher.update(json::text(&Value::from(given))?.as_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        fingerprint("create-row", &serde_json::from_str(text).unwrap()).unwrap()
    }

    #[test]
    fn the_order_of_members_and_white_space_make_no_difference() {
        let one = of(r#"{ "table": "task", "row": { "a": [1, 2], "b": null } }"#);
        assert_eq!(one, of(r#"{"row":{"b":null,"a":[1,2]},"table":"task"}"#));
    }

    #[test]
    fn whatever_else_differs_makes_a_difference() {
        let texts = [
            r#"{}"#,
            r#"[]"#,
            r#"null"#,
            r#"{"a":1}"#,
            r#"{"a":"1"}"#,
            r#"{"a":[1]}"#,
            r#"{"a":[1,2]}"#,
            r#"{"a":[2,1]}"#,
            r#"{"a":[[1],2]}"#,
            r#"{"a":true}"#,
            r#"{"a":922337203685477.5807}"#,
            r#"{"a":922337203685477.5808}"#,
            r#"{"a":{"b":1}}"#,
            r#"{"a":{},"b":1}"#,
            r#"{"a\":1,\"b":1}"#,
            r#"{"a":1,"b":1}"#,
        ];
        let mut digests: Vec<String> = texts.iter().map(|text| of(text)).collect();
        digests.push(fingerprint("delete-row", &Value::Null).unwrap());
        let count = digests.len();
        digests.sort_unstable();
        digests.dedup();
        assert_eq!(digests.len(), count);
    }
}

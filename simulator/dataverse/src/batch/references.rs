//! Content-ID references: `$1` for the row that the request with that id made or changed.
//!
//! Layer: batch, pure. They may begin a URL, be the `$id` of one, and stand in a body as the value of `@odata.id` and
//! `…@odata.bind` (reference §4.1). Bodies are rewritten before anyone else reads them; numbers keep their digits.

use std::collections::HashMap;

use indexmap::IndexMap;
use serde_json::value::RawValue;

use crate::http::SimError;

/// How deep a body may nest.
const MAX_DEPTH: usize = 64;

/// Names that begin with a dollar sign and are no references.
const RESOURCES: &[&str] = &["$metadata", "$batch", "$entity", "$all", "$crossjoin"];

/// What the requests so far have made or changed, by `Content-ID`.
#[derive(Default)]
pub(super) struct References {
    /// Paths below the service root.
    paths: HashMap<String, String>,
}

impl References {
    /// Remembers where a request's row is. `url` may be absolute.
    pub(super) fn add(&mut self, content_id: &str, url: &str) {
        const ROOT: &str = "/api/data/";
        let path = match url.find(ROOT).and_then(|at| url.get(at + ROOT.len()..)) {
            Some(versioned) => versioned.split_once('/').map_or("", |(_, path)| path),
            None => url,
        };
        self.paths.insert(content_id.to_owned(), path.to_owned());
    }

    /// A path whose first segment may be a reference.
    ///
    /// # Errors
    /// 400 for a reference to nothing.
    pub(super) fn in_path(&self, path: &str) -> Result<String, SimError> {
        let (first, rest) = match path.split_once('/') {
            Some((first, rest)) => (first, Some(rest)),
            None => (path, None),
        };
        if !first.starts_with('$') || RESOURCES.contains(&first) {
            return Ok(path.to_owned());
        }
        let row = self.row(first)?;
        Ok(match rest {
            Some(rest) => format!("{row}/{rest}"),
            None => row.to_owned(),
        })
    }

    /// A query whose `$id` may be a reference.
    ///
    /// # Errors
    /// 400 for a reference to nothing.
    pub(super) fn in_query(&self, query: &str) -> Result<String, SimError> {
        let options = query.split('&').map(|option| {
            let id = option
                .strip_prefix("$id=")
                .or_else(|| option.strip_prefix("%24id="))
                .filter(|id| id.starts_with('$'));
            match id {
                Some(id) => self.row(id).map(|row| format!("$id={row}")),
                None => Ok(option.to_owned()),
            }
        });
        Ok(options.collect::<Result<Vec<_>, _>>()?.join("&"))
    }

    /// A body with its references replaced; `None` when there is nothing to replace. A body that is no JSON is left to
    /// whoever reads it.
    ///
    /// # Errors
    /// 400 for a reference to nothing.
    pub(super) fn in_body(&self, body: &[u8]) -> Result<Option<String>, SimError> {
        let Ok(text) = str::from_utf8(body) else {
            return Ok(None);
        };
        if !text.contains("\"$") && !text.contains("\"/$") {
            return Ok(None);
        }
        let Ok(value) = serde_json::from_str::<&RawValue>(text) else {
            return Ok(None);
        };
        let mut out = String::with_capacity(text.len() + 64);
        self.rewrite(value.get(), false, 0, &mut out)?;
        Ok(Some(out))
    }

    /// Copies a value; `names_row` says that a text in it names a row.
    fn rewrite(
        &self,
        value: &str,
        names_row: bool,
        depth: usize,
        out: &mut String,
    ) -> Result<(), SimError> {
        let deeper = depth < MAX_DEPTH;
        match value.as_bytes().first() {
            Some(b'{') if deeper => {
                let Ok(members) = serde_json::from_str::<IndexMap<String, &RawValue>>(value) else {
                    out.push_str(value);
                    return Ok(());
                };
                out.push('{');
                for (at, (name, member)) in members.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    out.push_str(&quoted(name));
                    out.push(':');
                    let names_row = name.ends_with("@odata.bind") || name == "@odata.id";
                    self.rewrite(member.get(), names_row, depth + 1, out)?;
                }
                out.push('}');
            }
            Some(b'[') if deeper => {
                let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(value) else {
                    out.push_str(value);
                    return Ok(());
                };
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    self.rewrite(item.get(), names_row, depth + 1, out)?;
                }
                out.push(']');
            }
            Some(b'"') if names_row => match serde_json::from_str::<String>(value) {
                Ok(text) if text.trim_start_matches('/').starts_with('$') => {
                    out.push_str(&quoted(&self.in_path(text.trim_start_matches('/'))?));
                }
                _ => out.push_str(value),
            },
            _ => out.push_str(value),
        }
        Ok(())
    }

    fn row(&self, reference: &str) -> Result<&str, SimError> {
        let found = reference
            .strip_prefix('$')
            .and_then(|id| self.paths.get(id));
        found.map(String::as_str).ok_or_else(|| {
            SimError::bad_url(format!(
                "Content-ID Reference: '{reference}' does not exist in the batch context."
            ))
        })
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn references() -> References {
        let mut references = References::default();
        references.add("1", "https://a.example/api/data/v9.2/accounts(7)");
        references.add("b", "contacts(8)");
        references
    }

    #[test]
    fn bodies_refer_wherever_they_name_a_row() {
        for (body, expected) in [
            (
                r#"{"x@odata.bind":"$1","n":1.10}"#,
                Some(r#"{"x@odata.bind":"accounts(7)","n":1.10}"#),
            ),
            (
                r#"{"@odata.id":"/$b"}"#,
                Some(r#"{"@odata.id":"contacts(8)"}"#),
            ),
            (
                r#"{"x@odata.bind":["$1","/tasks(1)","$b"]}"#,
                Some(r#"{"x@odata.bind":["accounts(7)","/tasks(1)","contacts(8)"]}"#),
            ),
            (
                r#"{"tasks":[{"y@odata.bind":"$b","z":{"@odata.id":"$1"}}]}"#,
                Some(
                    r#"{"tasks":[{"y@odata.bind":"contacts(8)","z":{"@odata.id":"accounts(7)"}}]}"#,
                ),
            ),
            (r#"{"name":"$1"}"#, Some(r#"{"name":"$1"}"#)),
            (r#"{"name":"x"}"#, None),
            (r#"{"name":"$1""#, None),
        ] {
            let found = references().in_body(body.as_bytes()).unwrap();
            assert_eq!(found.as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn references_to_nothing_are_refused() {
        let error = references()
            .in_body(br#"{"x@odata.bind":"$3"}"#)
            .unwrap_err();
        assert_eq!(
            error.message,
            "Content-ID Reference: '$3' does not exist in the batch context."
        );
        assert!(references().in_query("$id=$3").is_err());
        assert!(references().in_path("$3/name").is_err());
    }

    #[test]
    fn deep_bodies_are_copied_not_walked() {
        let deep = format!("{}\"$9\"{}", "[".repeat(100_000), "]".repeat(100_000));
        let body = format!(r#"{{"x@odata.bind":{deep}}}"#);
        assert!(references().in_body(body.as_bytes()).is_ok());
    }
}

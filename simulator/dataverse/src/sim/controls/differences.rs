//! Two answers to the same question, compared: ids that were made anew count as the same, and are remembered.

use std::collections::HashMap;

use serde_json::Value;

/// Characters of a GUID as the service writes it.
const GUID: usize = 36;

/// Old ids and the new ones in their place.
#[derive(Default)]
pub(super) struct Renamed(HashMap<String, String>);

impl Renamed {
    /// The text with every known old id replaced.
    pub(super) fn apply(&self, text: &str) -> String {
        if self.0.is_empty() {
            return text.to_owned();
        }
        let mut result = String::with_capacity(text.len());
        for piece in pieces(text) {
            let known = self.0.get(&piece.to_ascii_lowercase());
            result.push_str(known.map_or(piece, String::as_str));
        }
        result
    }

    /// Whether two texts say the same but for ids made anew.
    pub(super) fn same_text(&mut self, was: &str, is: &str) -> bool {
        let (was, is) = (pieces(was), pieces(is));
        was.len() == is.len()
            && was
                .iter()
                .zip(&is)
                .all(|(was, is)| was == is || self.learn(was, is))
    }

    /// Where two documents differ first, as a JSON pointer.
    pub(super) fn difference(&mut self, was: &Value, is: &Value) -> Option<String> {
        match (was, is) {
            (Value::Object(was), Value::Object(is)) => {
                if let Some(more) = is.keys().find(|name| !was.contains_key(*name)) {
                    return Some(pointer(more, ""));
                }
                was.iter().find_map(|(name, was)| match is.get(name) {
                    None => Some(pointer(name, "")),
                    Some(is) => self.difference(was, is).map(|rest| pointer(name, &rest)),
                })
            }
            (Value::Array(was), Value::Array(is)) => {
                let mut pairs = was.iter().zip(is).enumerate();
                let inside = pairs.find_map(|(index, (was, is))| {
                    let rest = self.difference(was, is)?;
                    Some(pointer(&index.to_string(), &rest))
                });
                let shorter = was.len().min(is.len()).to_string();
                inside.or_else(|| (was.len() != is.len()).then(|| pointer(&shorter, "")))
            }
            (Value::String(was), Value::String(is)) => (!self.same_text(was, is)).then(String::new),
            _ => (was != is).then(String::new),
        }
    }

    /// Takes a new id for an old one, unless another has its place.
    fn learn(&mut self, was: &str, is: &str) -> bool {
        if !is_guid(was.as_bytes()) || !is_guid(is.as_bytes()) {
            return false;
        }
        let known = self.0.entry(was.to_ascii_lowercase());
        *known.or_insert_with(|| is.to_owned()) == is
    }
}

fn pointer(name: &str, rest: &str) -> String {
    let name = name.replace('~', "~0").replace('/', "~1");
    format!("/{name}{rest}")
}

/// A text cut before and after each GUID.
fn pieces(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut pieces = Vec::new();
    let (mut begun, mut at) = (0, 0);
    while let Some(window) = bytes.get(at..at + GUID) {
        if is_guid(window) {
            // A GUID is ASCII, so both cuts are between characters.
            pieces.extend(text.get(begun..at));
            pieces.extend(text.get(at..at + GUID));
            at += GUID;
            begun = at;
        } else {
            at += 1;
        }
    }
    pieces.extend(text.get(begun..));
    pieces
}

fn is_guid(text: &[u8]) -> bool {
    text.len() == GUID
        && text.iter().enumerate().all(|(index, letter)| match index {
            8 | 13 | 18 | 23 => *letter == b'-',
            _ => letter.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const OLD: &str = "11111111-aaaa-4bbb-8ccc-000000000001";
    const NEW: &str = "22222222-aaaa-4bbb-8ccc-000000000002";
    const OTHER: &str = "33333333-aaaa-4bbb-8ccc-000000000003";

    #[test]
    fn an_id_made_anew_is_the_same_and_stands_for_the_old_one_from_then_on() {
        let mut renamed = Renamed::default();
        let address = |id: &str| format!("http://localhost/api/data/v9.2/accounts({id})");
        assert!(renamed.same_text(&address(OLD), &address(NEW)));
        let request = format!(
            "contacts?$filter=_parentcustomerid_value eq {}",
            OLD.to_uppercase()
        );
        assert!(renamed.apply(&request).ends_with(NEW), "{request}");
        assert!(renamed.same_text(OLD, NEW));
        assert!(!renamed.same_text(OLD, OTHER));
    }

    #[test]
    fn the_first_difference_is_named() {
        let was = json!({"value": [{"a/b": 1, "id": OLD}, {"a/b": 2, "id": null}]});
        for (is, expected) in [
            (
                json!({"value": [{"a/b": 1, "id": NEW}, {"a/b": 2, "id": null}]}),
                None,
            ),
            (
                json!({"value": [{"a/b": 1, "id": OLD}, {"a/b": 3, "id": null}]}),
                Some("/value/1/a~1b"),
            ),
            (json!({"value": [{"a/b": 1, "id": OLD}]}), Some("/value/1")),
            (json!({"value": [], "more": 1}), Some("/more")),
            (json!({}), Some("/value")),
        ] {
            let found = Renamed::default().difference(&was, &is);
            assert_eq!(found.as_deref(), expected, "{is}");
        }
    }

    #[test]
    fn texts_of_any_letters_are_cut_between_them() {
        let text = format!("é{OLD}ü{NEW}");
        assert_eq!(pieces(&text), ["é", OLD, "ü", NEW, ""]);
        assert_eq!(pieces("short"), ["short"]);
    }
}

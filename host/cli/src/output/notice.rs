//! The sentence that says an answer is not the whole of it.
//!
//! No answer is ever silently cut: where a connector's answer carries a next page or says that it
//! was truncated, standard error says so and names the flag that goes on.

use crate::flags::Property;
use serde_json::Value;

/// What an answer says about what it left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paging<'a> {
    /// Rows in this answer.
    pub rows: Option<usize>,
    /// Rows in all, where the service counted them.
    pub total: Option<u64>,
    /// Property that carries the next page and its value.
    pub next: Option<(&'a str, &'a str)>,
}

impl<'a> Paging<'a> {
    /// Reads `next-page` and `truncated` (in any spelling of their case) from an answer or from a
    /// stream's summary; nothing when the answer is whole. `held` is the property with the rows.
    pub fn of(answer: &'a Value, held: Option<&str>) -> Option<Self> {
        let fields = answer.as_object()?;
        let field = |wanted: &str| {
            fields
                .iter()
                .find(|(name, _)| crate::flags::kebab(name) == wanted)
        };
        let next = field("next-page")
            .and_then(|(name, value)| Some((name.as_str(), value.as_str()?)))
            .filter(|(_, value)| !value.is_empty());
        let truncated = field("truncated").and_then(|(_, value)| value.as_bool());
        if next.is_none() && truncated != Some(true) {
            return None;
        }
        Some(Self {
            rows: fields
                .get(held.unwrap_or("rows"))
                .and_then(|rows| rows.as_array().map(Vec::len).or_else(|| as_size(rows))),
            total: field("total-count")
                .or_else(|| field("count"))
                .and_then(|(_, value)| value.as_u64()),
            next,
        })
    }
}

fn as_size(value: &Value) -> Option<usize> {
    usize::try_from(value.as_u64()?).ok()
}

/// The notice for people, naming the flags that this action has for going on.
pub fn notice(paging: &Paging<'_>, properties: &[Property]) -> String {
    let flag = |kebab: &str| properties.iter().find(|property| property.flag == kebab);
    let mut text = match (paging.rows, paging.total) {
        (Some(rows), Some(total)) if total > rows as u64 => {
            format!("note: {rows} of {total} rows; there are more.")
        }
        (Some(rows), _) => format!("note: {rows} rows; there are more."),
        (None, _) => "note: this is not everything; there is more.".to_owned(),
    };
    if let Some((name, value)) = paging.next {
        let name = crate::flags::kebab(name);
        if flag(&name).is_some() {
            text.push_str(&format!("\n  next page:  --{name} {}", quoted(value)));
        }
    }
    if flag("fetch-all").is_some() {
        text.push_str("\n  all pages:  --fetch-all  (with -o ndjson or -o csv they stream)");
    }
    text
}

/// Quoted for a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flags::properties;
    use serde_json::json;

    #[test]
    fn a_whole_answer_needs_no_notice() {
        for answer in [
            json!({"rows": [1]}),
            json!({"rows": [], "nextPage": null, "truncated": false}),
            json!({"rows": [], "nextPage": ""}),
            json!([1, 2]),
        ] {
            assert_eq!(Paging::of(&answer, None), None, "{answer}");
        }
    }

    #[test]
    fn a_cut_answer_names_the_flags_that_go_on() {
        let properties = properties(
            &json!({"properties": {"nextPage": {"type": "string"}, "fetchAll": {"type": "boolean"}}}),
            &[],
        );
        let answer = json!({"rows": [{}, {}], "count": 120, "nextPage": "it's"});
        let text = notice(&Paging::of(&answer, Some("rows")).unwrap(), &properties);
        assert!(text.contains("2 of 120 rows"), "{text}");
        assert!(text.contains(r"--next-page 'it'\''s'"), "{text}");
        assert!(text.contains("--fetch-all"), "{text}");
    }

    #[test]
    fn truncation_without_a_next_page_is_said_too() {
        let answer = json!({"rows": 3, "truncated": true});
        let text = notice(&Paging::of(&answer, Some("rows")).unwrap(), &[]);
        assert_eq!(text, "note: 3 rows; there are more.");
    }
}

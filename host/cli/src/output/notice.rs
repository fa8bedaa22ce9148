//! The sentence that says an answer is not the whole of it.
//!
//! No answer is ever silently cut: where a connector's answer carries a next page or says that it
//! was truncated, standard error says so and names the flag that goes on.

use super::text::clean;
use crate::flags::Property;
use indicatif::HumanCount;
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
        let next = field(NEXT_PAGE)
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

/// The flag that goes on from a link.
pub const NEXT_PAGE: &str = "next-page";

/// What a person types in the place of a link: where the last answer left off.
pub const LAST: &str = "last";

/// The notice for people, naming the flags that this action has for going on. A link may be as long as
/// ten lines: where it is kept, `kept`, one word stands for it.
pub fn notice(paging: &Paging<'_>, properties: &[Property], kept: bool) -> String {
    let flag = |kebab: &str| properties.iter().find(|property| property.flag == kebab);
    let mut text = match (paging.rows, paging.total) {
        (Some(rows), Some(total)) if total > rows as u64 => {
            format!("note: {rows} of {}; there are more.", counted(total, "row"))
        }
        (Some(rows), _) => format!("note: {}; there are more.", counted(rows as u64, "row")),
        (None, _) => "note: this is not everything; there is more.".to_owned(),
    };
    if let Some((name, value)) = paging.next {
        let name = crate::flags::kebab(name);
        if flag(&name).is_some() {
            text.push_str(&match kept {
                true => format!("\n  next page:  the same command with --{name} {LAST}"),
                false => format!("\n  next page:  --{name} {}", quoted(&clean(value))),
            });
        }
    }
    if flag("fetch-all").is_some() {
        text.push_str("\n  all pages:  --fetch-all  (with -o ndjson they stream, with -o csv and --select too)");
    }
    text
}

/// A number of things, in the plural where it is one.
pub fn counted(number: u64, thing: &str) -> String {
    match number {
        1 => format!("1 {thing}"),
        _ => format!("{} {thing}s", HumanCount(number)),
    }
}

/// Quoted for a POSIX shell.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flags::properties;
    use serde_json::json;

    #[test]
    fn one_thing_is_counted_in_the_singular() {
        for (number, text) in [
            (0, "0 rows"),
            (1, "1 row"),
            (2, "2 rows"),
            (45_000, "45,000 rows"),
        ] {
            assert_eq!(counted(number, "row"), text);
        }
    }

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
        let paging = Paging::of(&answer, Some("rows")).unwrap();
        let text = notice(&paging, &properties, false);
        assert!(text.contains("2 of 120 rows"), "{text}");
        assert!(text.contains(r"--next-page 'it'\''s'"), "{text}");
        assert!(text.contains("--fetch-all"), "{text}");
        let short = notice(&paging, &properties, true);
        assert!(short.contains("--next-page last\n"), "{short}");
        assert!(!short.contains("it's"), "{short}");
    }

    #[test]
    fn truncation_without_a_next_page_is_said_too() {
        let answer = json!({"rows": 3, "truncated": true});
        let text = notice(&Paging::of(&answer, Some("rows")).unwrap(), &[], true);
        assert_eq!(text, "note: 3 rows; there are more.");
        let answer = json!({"rows": 1, "truncated": true});
        let text = notice(&Paging::of(&answer, Some("rows")).unwrap(), &[], true);
        assert_eq!(text, "note: 1 row; there are more.");
    }
}

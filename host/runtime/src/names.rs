//! Names that people type and names that there are: which one was meant. Pure.

/// Comparing two names takes the product of their lengths. Nobody types a longer one, and a component
/// that has one gets no suggestions.
const COMPARED: usize = 64;

/// Candidates looked at; no form has more fields.
const CANDIDATES: usize = 1_000;

/// Names listed in one message.
const LISTED: usize = 40;

/// The candidate that `name` was most likely meant to be, if any is near. Names of more than 64 bytes
/// are like no other.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > COMPARED {
        return None;
    }
    let name = name.to_ascii_lowercase();
    candidates
        .into_iter()
        .take(CANDIDATES)
        .filter(|candidate| candidate.len() <= COMPARED)
        .map(|candidate| {
            let distance = strsim::damerau_levenshtein(&candidate.to_ascii_lowercase(), &name);
            (distance, candidate)
        })
        .min()
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len().min(name.len()) / 3)
        .map(|(_, candidate)| candidate)
}

/// Names in a row, of many the first.
pub(crate) fn listed(names: &[&str]) -> String {
    let mut text = names
        .get(..LISTED)
        .unwrap_or(names)
        .iter()
        .map(|name| shortened(name))
        .collect::<Vec<_>>()
        .join(", ");
    let more = names.len().saturating_sub(LISTED);
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    text
}

/// A name as it is quoted in a message: what is longer than any name should be is cut.
pub(crate) fn shortened(name: &str) -> String {
    if name.len() <= COMPARED {
        return name.to_owned();
    }
    let kept: String = name.chars().take(COMPARED / 2).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_what_was_meant() {
        let actions = ["list-rows", "get-row", "create-row"];
        for (typed, meant) in [
            ("list-row", Some("list-rows")),
            ("Get-Row", Some("get-row")),
            ("lsit-rows", Some("list-rows")),
            ("send-invoice", None),
        ] {
            assert_eq!(nearest(typed, actions), meant, "{typed}");
        }
    }

    /// Unbounded, one of these comparisons takes a minute.
    #[test]
    fn what_is_longer_than_a_name_is_not_compared() {
        let endless = "a".repeat(20 << 20);
        assert_eq!(nearest(&"a".repeat(150), [endless.as_str()]), None);
        assert_eq!(nearest("a", [endless.as_str()]), None);
        assert_eq!(nearest(&endless, ["a"]), None);
    }

    #[test]
    fn a_message_lists_some_of_many_and_quotes_the_beginning_of_long_ones() {
        let endless = "n".repeat(10_000);
        let known: Vec<&str> = std::iter::repeat_n(endless.as_str(), 5_000).collect();
        let text = listed(&known);
        assert!(
            text.len() < 5_000 && text.contains("and 4960 more"),
            "{text}"
        );
        assert!(shortened(&endless).len() < 100);
    }
}

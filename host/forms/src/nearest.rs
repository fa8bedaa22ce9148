//! The nearest right name for a wrong one.

/// Below this similarity (Jaro-Winkler, 0 to 1) a suggestion confuses more than it helps. Found by
/// trying the misspellings in the tests below.
const SIMILAR_ENOUGH: f64 = 0.84;

/// The candidate most like `wrong`, if any is like it at all. Case, `-`, `_`, `.` and spaces do not
/// count: `ListRows` is `list-rows`.
pub fn nearest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = fold(wrong);
    if plain.is_empty() {
        return None;
    }
    candidates
        .into_iter()
        .map(|candidate| (likeness(&plain, &fold(candidate)), candidate))
        .filter(|(likeness, _)| *likeness >= SIMILAR_ENOUGH)
        .max_by(|(left, a), (right, b)| left.total_cmp(right).then_with(|| b.cmp(a)))
        .map(|(_, candidate)| candidate)
}

fn likeness(wrong: &str, right: &str) -> f64 {
    if wrong == right {
        return 1.0;
    }
    // Transposed and doubled letters are the commonest slips; both are one edit.
    let edits = strsim::damerau_levenshtein(wrong, right);
    let longest = wrong.chars().count().max(right.chars().count());
    if edits == 1 && longest > 2 {
        return 0.99;
    }
    // A beginning that was not finished, such as `lead` for `leads-of-today`.
    if wrong.len() >= 3 && right.starts_with(wrong) {
        return 0.95;
    }
    strsim::jaro_winkler(wrong, right)
}

fn fold(name: &str) -> String {
    name.chars()
        .filter(|character| !matches!(character, '-' | '_' | '.' | ' '))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACTIONS: [&str; 8] = [
        "list-rows",
        "get-row",
        "create-row",
        "update-row",
        "upsert-row",
        "delete-row",
        "get-current-user",
        "raw-request",
    ];

    #[test]
    fn misspellings_find_what_was_meant() {
        for (wrong, right) in [
            ("list-row", "list-rows"),
            ("listrows", "list-rows"),
            ("ListRows", "list-rows"),
            ("lsit-rows", "list-rows"),
            ("creat-row", "create-row"),
            ("udpate-row", "update-row"),
            ("get-rows", "get-row"),
            ("raw_request", "raw-request"),
            ("upsert", "upsert-row"),
        ] {
            assert_eq!(nearest(wrong, ACTIONS), Some(right), "{wrong}");
        }
    }

    #[test]
    fn what_resembles_nothing_gets_no_suggestion() {
        for wrong in ["", "xyz", "send-invoice", "--", "qualify"] {
            assert_eq!(nearest(wrong, ACTIONS), None, "{wrong}");
        }
    }
}

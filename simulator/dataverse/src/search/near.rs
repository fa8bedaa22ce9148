//! How many letters two words differ in.
//!
//! Layer: search, pure.

/// Whether two words differ by at most so many letters that are missing, added, wrong, or changed places with their
/// neighbour.
pub(super) fn is_near(one: &str, other: &str, most: usize) -> bool {
    let one: Vec<char> = one.chars().collect();
    let other: Vec<char> = other.chars().collect();
    one.len().abs_diff(other.len()) <= most && distance(&one, &other) <= most
}

fn distance(one: &[char], other: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut next = vec![row + 1];
        for (column, candidate) in other.iter().enumerate() {
            let at =
                |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let wrong = at(&last, column) + usize::from(letter != candidate);
            let mut best = wrong
                .min(at(&last, column + 1) + 1)
                .min(at(&next, column) + 1);
            let is_swapped = row > 0
                && column > 0
                && one.get(row - 1) == Some(candidate)
                && other.get(column - 1) == Some(letter);
            if is_swapped {
                best = best.min(at(&before, column - 1) + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut last, next);
    }
    last.last().copied().unwrap_or(one.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_may_be_missing_added_wrong_or_swapped() {
        for (one, other, most, expected) in [
            ("uniersty", "university", 2, true),
            ("blue", "glue", 1, true),
            ("blue", "blues", 1, true),
            ("blue", "bleu", 1, true),
            ("blue", "black", 2, false),
            ("a", "a", 0, true),
            ("", "ab", 1, false),
            ("", "ab", 2, true),
        ] {
            assert_eq!(is_near(one, other, most), expected, "{one} {other}");
        }
    }
}

//! `LIKE` as SQL Server understands it: `%`, `_`, `[a-c]`, `[^x]`, without regard to case.
//!
//! Layer: storage, pure. `contains`, `startswith` and `endswith` reach the database as `LIKE` patterns, so wildcards in
//! people's texts work there (reference §3.2, trap 9).

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// `%`
    Anything,
    /// `_`
    One,
    /// A folded character.
    Character(char),
    /// `[…]` or `[^…]`, folded ranges.
    Set {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

impl Pattern {
    /// Compiles a pattern. Every text is one: a bracket that is never closed stands for itself.
    pub fn new(text: &str) -> Self {
        let characters: Vec<char> = text.chars().collect();
        let mut parts = Vec::with_capacity(characters.len());
        let mut at = 0;
        while let Some(character) = characters.get(at) {
            at += 1;
            match character {
                '%' if parts.last() == Some(&Part::Anything) => {}
                '%' => parts.push(Part::Anything),
                '_' => parts.push(Part::One),
                '[' => match set(characters.get(at..).unwrap_or_default()) {
                    Some((part, length)) => {
                        parts.push(part);
                        at += length;
                    }
                    None => parts.push(Part::Character('[')),
                },
                other => parts.push(Part::Character(fold(*other))),
            }
        }
        Self { parts }
    }

    /// Whether the whole text fits.
    pub fn fits(&self, text: &str) -> bool {
        // Greedy matching with one place to return to suffices, since only the last `%` ever needs another try.
        let mut position = text.chars();
        let mut part = 0;
        let mut retry: Option<(usize, std::str::Chars<'_>)> = None;
        loop {
            match self.parts.get(part) {
                Some(Part::Anything) => {
                    part += 1;
                    if part == self.parts.len() {
                        return true;
                    }
                    retry = Some((part, position.clone()));
                    continue;
                }
                Some(wanted) => {
                    let mut next = position.clone();
                    if next
                        .next()
                        .is_some_and(|character| wanted.takes(fold(character)))
                    {
                        position = next;
                        part += 1;
                        continue;
                    }
                }
                None if position.as_str().is_empty() => return true,
                None => {}
            }
            match &mut retry {
                Some((start, from)) => {
                    if from.next().is_none() {
                        return false;
                    }
                    position = from.clone();
                    part = *start;
                }
                None => return false,
            }
        }
    }
}

impl Part {
    fn takes(&self, character: char) -> bool {
        match self {
            Self::Anything | Self::One => true,
            Self::Character(wanted) => *wanted == character,
            Self::Set { negated, ranges } => {
                ranges
                    .iter()
                    .any(|(low, high)| (*low..=*high).contains(&character))
                    != *negated
            }
        }
    }
}

/// The set behind an opening bracket and how many characters it takes up, closing bracket included.
fn set(rest: &[char]) -> Option<(Part, usize)> {
    let negated = rest.first() == Some(&'^');
    let start = usize::from(negated);
    let length = rest
        .get(start..)?
        .iter()
        .position(|character| *character == ']')?;
    let inside = rest.get(start..start + length)?;
    let mut ranges = Vec::new();
    let mut at = 0;
    while let Some(low) = inside.get(at) {
        match (inside.get(at + 1), inside.get(at + 2)) {
            (Some('-'), Some(high)) => {
                ranges.push((fold(*low), fold(*high)));
                at += 3;
            }
            _ => {
                ranges.push((fold(*low), fold(*low)));
                at += 1;
            }
        }
    }
    Some((Part::Set { negated, ranges }, start + length + 1))
}

/// The character that stands for a letter and its capital.
pub fn fold(character: char) -> char {
    if character.is_ascii() {
        return character.to_ascii_lowercase();
    }
    let mut lower = character.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(single), None) => single,
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_mean_what_they_mean_in_sql_server() {
        for (pattern, text, expected) in [
            ("%harbor%", "Old Harbor Tools", true),
            ("%harbor%", "Harbour", false),
            ("abc", "ABC", true),
            ("%é%", "CAFÉ", true),
            ("a_c", "abc", true),
            ("a_c", "ac", false),
            ("%[a-c]x", "zbx", true),
            ("%[a-c]x", "zdx", false),
            ("[^a]%", "banana", true),
            ("[^a]%", "apple", false),
            ("%50[%]%", "50% off", true),
            ("%50[%]%", "500", false),
            ("%a%b%c", "xaxbxbxc", true),
            ("%a%b%c", "xaxbxbx", false),
            ("[abc", "[abc", true),
            ("%", "", true),
            ("", "", true),
            ("", "x", false),
        ] {
            assert_eq!(
                Pattern::new(pattern).fits(text),
                expected,
                "{text} like {pattern}"
            );
        }
    }

    #[test]
    fn many_wildcards_do_not_make_it_slow() {
        let pattern = Pattern::new(&"%a".repeat(50));
        assert!(!pattern.fits(&"b".repeat(10_000)));
    }
}

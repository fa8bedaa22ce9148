//! The words of a filter, as far as a hint needs them. Not a parser: the service judges filters.

/// A piece of a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A name, an operator, a number.
    Word(&'a str),
    /// A text between quotes, as it is written.
    Text(&'a str),
    /// Anything else that is no blank.
    Mark(char),
}

/// The pieces of a filter in order.
pub(super) fn pieces(filter: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = filter.trim_start();
    while let Some(first) = rest.chars().next() {
        let (piece, length) = if first == '\'' {
            let inner = rest.get(1..).unwrap_or_default();
            let end = end_of_text(inner);
            (Piece::Text(inner.get(..end).unwrap_or_default()), end + 2)
        } else if is_word(first) {
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            (Piece::Word(rest.get(..end).unwrap_or_default()), end)
        } else {
            (Piece::Mark(first), first.len_utf8())
        };
        found.push(piece);
        rest = rest.get(length..).unwrap_or_default().trim_start();
    }
    found
}

/// Whether a text ends right before a word, as one does that has a single quote inside.
pub(super) fn a_text_breaks_off(filter: &str) -> bool {
    let mut rest = filter;
    while let Some((_, inner)) = rest.split_once('\'') {
        let end = end_of_text(inner);
        rest = inner.get(end + 1..).unwrap_or_default();
        if rest.starts_with(is_word) {
            return true;
        }
    }
    false
}

/// A quote inside a text is doubled.
fn end_of_text(text: &str) -> usize {
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find('\'')) {
        let end = from + at;
        if text
            .get(end + 1..)
            .is_some_and(|rest| rest.starts_with('\''))
        {
            from = end + 2;
        } else {
            return end;
        }
    }
    text.len()
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_taken_apart_and_texts_stay_whole() {
        use Piece::{Mark, Text, Word};
        assert_eq!(
            pieces(" contains(name,'O''Brien (x)') and a/b eq 7"),
            [
                Word("contains"),
                Mark('('),
                Word("name"),
                Mark(','),
                Text("O''Brien (x)"),
                Mark(')'),
                Word("and"),
                Word("a"),
                Mark('/'),
                Word("b"),
                Word("eq"),
                Word("7"),
            ]
        );
        assert_eq!(pieces("a eq 'open"), [Word("a"), Word("eq"), Text("open")]);
        assert_eq!(pieces(""), []);
    }
}

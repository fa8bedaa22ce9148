//! A search text cut into words, quoted texts and operators.
//!
//! Layer: search, pure. A backslash takes the meaning from the character behind it.

/// A piece of a search text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A word with its characters: whether a backslash stood before each.
    Word(Vec<(char, bool)>),
    /// A text in quotes, and the number behind `~`.
    Quoted(String, Option<u32>),
    /// `/…/`
    Pattern(String),
    /// `+`
    And,
    /// `|`
    Or,
    /// `-` or `!` before a word.
    Not,
    /// `(`
    Open,
    /// `)`
    Close,
}

/// Cuts a search text. `is_full` knows patterns in slashes and `&&`, `||`, `!`, `AND`, `OR`, `NOT`.
pub(super) fn pieces(text: &str, is_full: bool) -> Vec<Piece> {
    let letters: Vec<char> = text.chars().collect();
    let mut cutter = Cutter {
        letters: &letters,
        at: 0,
        is_full,
    };
    let mut pieces = Vec::new();
    while let Some(letter) = cutter.peek() {
        if letter.is_whitespace() {
            cutter.at += 1;
        } else {
            pieces.extend(cutter.piece(letter));
        }
    }
    pieces
}

struct Cutter<'a> {
    letters: &'a [char],
    at: usize,
    is_full: bool,
}

impl Cutter<'_> {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn next_is(&self, letter: char) -> bool {
        self.letters.get(self.at + 1) == Some(&letter)
    }

    /// The piece that begins here; `None` for what means nothing.
    fn piece(&mut self, letter: char) -> Option<Piece> {
        let single = match letter {
            '(' => Some(Piece::Open),
            ')' => Some(Piece::Close),
            '+' => Some(Piece::And),
            '|' => Some(Piece::Or),
            '&' if self.is_full => Some(Piece::And),
            '-' | '!' if letter == '-' || self.is_full => {
                let next = self.letters.get(self.at + 1);
                self.at += 1;
                return next
                    .is_some_and(|next| !next.is_whitespace())
                    .then_some(Piece::Not);
            }
            _ => None,
        };
        if let Some(piece) = single {
            let is_doubled = matches!(letter, '&' | '|') && self.next_is(letter);
            self.at += 1 + usize::from(is_doubled);
            return Some(piece);
        }
        match letter {
            '"' => Some(self.quoted()),
            '/' if self.is_full => Some(self.pattern()),
            _ => self.word(),
        }
    }

    fn quoted(&mut self) -> Piece {
        self.at += 1;
        let text = self.until('"');
        let distance = if self.peek() == Some('~') {
            self.at += 1;
            self.number()
        } else {
            None
        };
        Piece::Quoted(text, distance)
    }

    fn pattern(&mut self) -> Piece {
        self.at += 1;
        Piece::Pattern(self.until('/'))
    }

    /// The text up to a letter, or to the end where it is missing.
    fn until(&mut self, end: char) -> String {
        let mut text = String::new();
        while let Some(letter) = self.peek() {
            self.at += 1;
            match letter {
                '\\' if end == '"' || self.peek() == Some(end) => {
                    text.extend(self.peek());
                    self.at += 1;
                }
                letter if letter == end => break,
                letter => text.push(letter),
            }
        }
        text
    }

    fn number(&mut self) -> Option<u32> {
        let digits: String = self
            .letters
            .iter()
            .skip(self.at)
            .take_while(|letter| letter.is_ascii_digit())
            .collect();
        self.at += digits.len();
        digits.parse().ok()
    }

    fn word(&mut self) -> Option<Piece> {
        let mut word = Vec::new();
        while let Some(letter) = self.peek() {
            if letter == '\\' {
                let escaped = self.letters.get(self.at + 1);
                word.extend(escaped.map(|letter| (*letter, true)));
                self.at += 2;
                continue;
            }
            if letter.is_whitespace() || matches!(letter, '(' | ')' | '"' | '|' | '+') {
                break;
            }
            word.push((letter, false));
            self.at += 1;
        }
        let plain: String = word.iter().map(|(letter, _)| *letter).collect();
        if self.is_full {
            match plain.as_str() {
                "AND" => return Some(Piece::And),
                "OR" => return Some(Piece::Or),
                "NOT" => return Some(Piece::Not),
                _ => {}
            }
        }
        (!word.is_empty()).then_some(Piece::Word(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Piece {
        Piece::Word(text.chars().map(|letter| (letter, false)).collect())
    }

    #[test]
    fn operators_part_words_and_a_hyphen_within_one_does_not() {
        assert_eq!(
            pieces("hotel+(wifi | ACC-1) -pool", false),
            [
                word("hotel"),
                Piece::And,
                Piece::Open,
                word("wifi"),
                Piece::Or,
                word("ACC-1"),
                Piece::Close,
                Piece::Not,
                word("pool"),
            ]
        );
        assert_eq!(
            pieces("a && b || !c NOT d", true),
            [
                word("a"),
                Piece::And,
                word("b"),
                Piece::Or,
                Piece::Not,
                word("c"),
                Piece::Not,
                word("d"),
            ]
        );
        assert_eq!(pieces("AND", false), [word("AND")]);
    }

    #[test]
    fn quotes_hold_words_together_and_backslashes_take_meaning_away() {
        assert_eq!(
            pieces(r#""a \"b" "c d"~5"#, true),
            [
                Piece::Quoted("a \"b".to_owned(), None),
                Piece::Quoted("c d".to_owned(), Some(5)),
            ]
        );
        let escaped = vec![('+', true), ('1', false)];
        assert_eq!(pieces(r"\+1", false), [Piece::Word(escaped)]);
        assert_eq!(
            pieces("/[mh]otel/", true),
            [Piece::Pattern("[mh]otel".to_owned())]
        );
    }

    #[test]
    fn what_is_left_open_ends_with_the_text() {
        for text in ["\"open", "/open", "a\\", "-", "!", "~", "(", "+"] {
            for is_full in [false, true] {
                pieces(text, is_full);
            }
        }
    }
}

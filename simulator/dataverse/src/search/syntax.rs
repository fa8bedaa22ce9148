//! From a search text to an expression, in the simple syntax or in Lucene's.
//!
//! Layer: search, pure. Nothing that people type is refused: what makes no sense as an operator is passed over, as the
//! service does. Boosting (`rock^2`) changes nothing here.

use super::ask::{Mode, Syntax};
use super::expression::Expression;
use super::word::{Piece, pieces};

/// How deep parentheses are followed.
const DEEPEST: usize = 32;
/// Wrong letters that `~` alone allows.
const MOST_WRONG: usize = 2;

/// What a search text means; `None` when it has no words.
pub fn parse(text: &str, syntax: Syntax, mode: Mode) -> Option<Expression> {
    let is_full = syntax == Syntax::Lucene;
    let pieces = pieces(text, is_full);
    let mut reader = Reader {
        pieces: &pieces,
        at: 0,
        is_full,
        mode,
    };
    let mut all = Vec::new();
    while reader.at < pieces.len() {
        all.extend(reader.alternatives(0));
        // A parenthesis that closes nothing.
        if reader.peek() == Some(&Piece::Close) {
            reader.at += 1;
        }
    }
    match mode {
        Mode::All => Expression::all(all),
        Mode::Any => Expression::any(all),
    }
}

struct Reader<'a> {
    pieces: &'a [Piece],
    at: usize,
    is_full: bool,
    mode: Mode,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&'a Piece> {
        self.pieces.get(self.at)
    }

    /// What `|` joins, and what stands side by side where any will do.
    fn alternatives(&mut self, depth: usize) -> Option<Expression> {
        let mut any = Vec::new();
        loop {
            match self.peek() {
                None | Some(Piece::Close) => break,
                Some(Piece::Or) => self.at += 1,
                Some(_) => any.extend(self.together(depth)),
            }
        }
        Expression::any(any)
    }

    /// What `+` joins, and what stands side by side where all are needed.
    fn together(&mut self, depth: usize) -> Option<Expression> {
        let mut all = Vec::new();
        all.extend(self.one(depth));
        loop {
            match self.peek() {
                Some(Piece::And) => {
                    self.at += 1;
                    all.extend(self.one(depth));
                }
                None | Some(Piece::Or | Piece::Close) => break,
                Some(_) if self.mode == Mode::All => all.extend(self.one(depth)),
                Some(_) => break,
            }
        }
        Expression::all(all)
    }

    fn one(&mut self, depth: usize) -> Option<Expression> {
        let piece = self.peek()?;
        if matches!(piece, Piece::Or | Piece::Close) {
            return None;
        }
        self.at += 1;
        if depth >= DEEPEST {
            return None;
        }
        match piece {
            Piece::Not => self
                .one(depth + 1)
                .map(|refused| Expression::Not(Box::new(refused))),
            Piece::And => self.one(depth + 1),
            Piece::Open => {
                let inner = self.alternatives(depth + 1);
                if self.peek() == Some(&Piece::Close) {
                    self.at += 1;
                }
                inner
            }
            Piece::Close | Piece::Or => None,
            Piece::Quoted(text, Some(distance)) => {
                let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
                (!words.is_empty()).then_some(Expression::Close(words, *distance))
            }
            Piece::Quoted(text, None) => {
                has_letters(text).then(|| Expression::Phrase(text.clone()))
            }
            Piece::Pattern(pattern) => Some(Expression::Pattern(pattern.to_lowercase())),
            Piece::Word(letters) => self.word(letters, depth),
        }
    }

    fn word(&mut self, letters: &[(char, bool)], depth: usize) -> Option<Expression> {
        let plain: String = letters.iter().map(|(letter, _)| *letter).collect();
        let special = |wanted: char| {
            letters
                .iter()
                .rposition(|(letter, escaped)| *letter == wanted && !escaped)
        };
        if plain == "*" {
            return Some(Expression::Everything);
        }
        if self.is_full {
            if let Some(colon) = special(':').filter(|colon| *colon > 0) {
                let column: String = letters
                    .iter()
                    .take(colon)
                    .map(|(letter, _)| *letter)
                    .collect();
                let rest = letters.get(colon + 1..).unwrap_or_default();
                let inner = match rest {
                    [] => self.one(depth + 1),
                    rest if depth < DEEPEST => self.word(rest, depth + 1),
                    _ => None,
                };
                return inner.map(|inner| Expression::In(column, Box::new(inner)));
            }
            if let Some(mark) = special('^') {
                return self.word(letters.get(..mark).unwrap_or_default(), depth);
            }
            if let Some(mark) = special('~') {
                let word: String = letters
                    .iter()
                    .take(mark)
                    .map(|(letter, _)| *letter)
                    .collect();
                let number: String = letters
                    .iter()
                    .skip(mark + 1)
                    .map(|(letter, _)| *letter)
                    .collect();
                let wrong = number.parse().unwrap_or(MOST_WRONG).min(MOST_WRONG);
                return has_letters(&word).then(|| Expression::Near(word.to_lowercase(), wrong));
            }
        }
        let wild = |(letter, escaped): &(char, bool)| !escaped && matches!(letter, '*' | '?');
        let first_wild = letters.iter().position(wild);
        match first_wild {
            Some(at) if at + 1 == letters.len() && plain.ends_with('*') => {
                let prefix: String = letters.iter().take(at).map(|(letter, _)| *letter).collect();
                has_letters(&prefix).then_some(Expression::Prefix(prefix))
            }
            Some(_) if self.is_full => {
                let mut pattern = String::new();
                for (letter, escaped) in letters {
                    match (letter, escaped) {
                        ('*', false) => pattern.push_str(".*"),
                        ('?', false) => pattern.push('.'),
                        (letter, _) => pattern.push_str(&regex::escape(&letter.to_string())),
                    }
                }
                Some(Expression::Pattern(pattern.to_lowercase()))
            }
            _ => has_letters(&plain).then_some(Expression::Word(plain)),
        }
    }
}

/// Whether there is anything to find in a text.
fn has_letters(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Expression::{All, Any, Everything, In, Near, Not, Pattern, Phrase, Prefix, Word};

    fn word(text: &str) -> Expression {
        Word(text.to_owned())
    }

    #[test]
    fn words_side_by_side_are_alternatives_or_all_needed() {
        let simple = |text, mode| parse(text, Syntax::Simple, mode);
        let two = || vec![word("a"), word("b")];
        assert_eq!(simple("a b", Mode::Any), Some(Any(two())));
        assert_eq!(simple("a b", Mode::All), Some(All(two())));
        assert_eq!(simple("a+b", Mode::Any), Some(All(two())));
        assert_eq!(simple("a|b", Mode::All), Some(Any(two())));
        let without = |join: fn(Vec<Expression>) -> Expression| {
            Some(join(vec![word("a"), Not(Box::new(word("b")))]))
        };
        assert_eq!(simple("a -b", Mode::Any), without(Any));
        assert_eq!(simple("a -b", Mode::All), without(All));
        let hotel = All(vec![word("hotel"), Any(vec![word("wifi"), word("luxury")])]);
        assert_eq!(simple("hotel+(wifi | luxury)", Mode::Any), Some(hotel));
    }

    #[test]
    fn wildcards_phrases_and_everything() {
        let simple = |text| parse(text, Syntax::Simple, Mode::Any);
        assert_eq!(simple("alp*"), Some(Prefix("alp".to_owned())));
        assert_eq!(simple("\"a b\""), Some(Phrase("a b".to_owned())));
        assert_eq!(simple("*"), Some(Everything));
        assert_eq!(simple("ACC-1001"), Some(word("ACC-1001")));
        assert_eq!(simple(r"\+1\(800\)"), Some(word("+1(800)")));
        assert_eq!(simple(" + | ( ) \"\""), None);
    }

    #[test]
    fn lucene_knows_columns_patterns_and_wrong_letters() {
        let full = |text| parse(text, Syntax::Lucene, Mode::Any);
        assert_eq!(full("Uniersty~"), Some(Near("uniersty".to_owned(), 2)));
        assert_eq!(full("blue~1"), Some(Near("blue".to_owned(), 1)));
        assert_eq!(full("/[mh]otel/"), Some(Pattern("[mh]otel".to_owned())));
        assert_eq!(full("*pine"), Some(Pattern(".*pine".to_owned())));
        assert_eq!(full("rock^2"), Some(word("rock")));
        let city = In("address1_city".to_owned(), Box::new(word("Oslo")));
        assert_eq!(full("address1_city:Oslo"), Some(city));
        let near = Expression::Close(vec!["airport".to_owned(), "hotel".to_owned()], 5);
        assert_eq!(full("\"airport hotel\"~5"), Some(near));
        let both = All(vec![word("a"), Not(Box::new(word("b")))]);
        assert_eq!(full("a AND NOT b"), Some(both));
    }

    #[test]
    fn whatever_people_type_is_read() {
        for text in [
            "", "(", ")", "((", "))((", "-", "--a", "!", "~", "^", ":", "a:", ":a", "a~x", "\"",
            "/", "\\", "+|+", "a(b", "a)b", "NOT", "AND OR", "*?*", "a::b",
        ] {
            for syntax in [Syntax::Simple, Syntax::Lucene] {
                for mode in [Mode::Any, Mode::All] {
                    parse(text, syntax, mode);
                }
            }
        }
        let deep = "(".repeat(10_000);
        parse(&deep, Syntax::Simple, Mode::Any);
    }
}

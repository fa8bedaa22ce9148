//! Splits the text of `$filter` and `$orderby` into tokens.
//!
//! Layer: query, pure. Hand-written because every refusal carries a position and a sentence that clients know.
//! A literal is recognised by its shape: a GUID or a date looks like a number or a name until it is read to its end.

use uuid::Uuid;

use super::syntax::SyntaxError;

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub enum TokenKind {
    /// A name, possibly qualified with dots: `name`, `Microsoft.Dynamics.CRM.In`.
    Name(String),
    /// `'O''Brien'`, unescaped.
    Text(String),
    /// A number as written: its column decides what it is.
    Number(String),
    /// A bare date, or date and time, as written.
    Moment(String),
    /// A bare GUID.
    Guid(Uuid),
    /// `Namespace.Type'Member'`.
    Enumeration(String, String),
    /// A parameter alias, `@p1`.
    Alias(String),
    /// A JSON array or object, as written.
    Json(String),
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
    /// `/`
    Slash,
    /// `=`, between a parameter's name and its value.
    Assign,
    /// `:`, behind a lambda's variable.
    Colon,
    /// The end of the text.
    End,
}

/// One token and where it begins, in characters.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Index of its first character.
    pub position: usize,
}

/// All tokens of `text`, the last one being [`TokenKind::End`].
///
/// # Errors
/// An unterminated literal or a character that begins no token.
pub fn tokens(text: &str) -> Result<Vec<Token>, SyntaxError> {
    let characters: Vec<char> = text.chars().collect();
    let mut lexer = Lexer {
        text,
        characters: &characters,
        at: 0,
    };
    let mut found = Vec::new();
    loop {
        let token = lexer.next()?;
        let ended = token.kind == TokenKind::End;
        found.push(token);
        if ended {
            return Ok(found);
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    characters: &'a [char],
    at: usize,
}

impl Lexer<'_> {
    fn next(&mut self) -> Result<Token, SyntaxError> {
        while self.peek(0).is_some_and(char::is_whitespace) {
            self.at += 1;
        }
        let position = self.at;
        let kind = match self.peek(0) {
            None => TokenKind::End,
            Some('(') => self.single(TokenKind::Open),
            Some(')') => self.single(TokenKind::Close),
            Some(',') => self.single(TokenKind::Comma),
            Some('/') => self.single(TokenKind::Slash),
            Some('=') => self.single(TokenKind::Assign),
            Some(':') => self.single(TokenKind::Colon),
            Some('\'') => TokenKind::Text(self.quoted()?),
            Some('[' | '{') => TokenKind::Json(self.json()?),
            Some('@') => {
                self.at += 1;
                TokenKind::Alias(self.take_while(is_name_part))
            }
            Some(first) => self.word(first, position)?,
        };
        Ok(Token { kind, position })
    }

    fn single(&mut self, kind: TokenKind) -> TokenKind {
        self.at += 1;
        kind
    }

    fn word(&mut self, first: char, position: usize) -> Result<TokenKind, SyntaxError> {
        if let Some(guid) = self.guid() {
            return Ok(TokenKind::Guid(guid));
        }
        if first.is_ascii_digit()
            || (matches!(first, '-' | '+') && self.peek(1).is_some_and(|c| c.is_ascii_digit()))
        {
            return Ok(self.number_or_moment(first));
        }
        if first.is_alphabetic() || first == '_' {
            let name = self.take_while(|c| is_name_part(c) || c == '.');
            if self.peek(0) == Some('\'') && name.contains('.') {
                return Ok(TokenKind::Enumeration(name, self.quoted()?));
            }
            return Ok(TokenKind::Name(name));
        }
        Err(SyntaxError::character(first, position, self.text))
    }

    /// 8-4-4-4-12 hexadecimal digits that end where a name would end.
    fn guid(&mut self) -> Option<Uuid> {
        const LENGTH: usize = 36;
        let candidate = self.characters.get(self.at..self.at + LENGTH)?;
        let shaped = candidate.iter().enumerate().all(|(index, c)| match index {
            8 | 13 | 18 | 23 => *c == '-',
            _ => c.is_ascii_hexdigit(),
        });
        if !shaped || self.peek(LENGTH).is_some_and(is_name_part) {
            return None;
        }
        let guid = Uuid::try_parse(&candidate.iter().collect::<String>()).ok()?;
        self.at += LENGTH;
        Some(guid)
    }

    fn number_or_moment(&mut self, first: char) -> TokenKind {
        let start = self.at;
        let digits = (0..4).all(|offset| self.peek(offset).is_some_and(|c| c.is_ascii_digit()));
        if first.is_ascii_digit() && digits && self.peek(4) == Some('-') {
            let text = self
                .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '.' | '+'));
            return TokenKind::Moment(text);
        }
        self.at += 1;
        while let Some(c) = self.peek(0) {
            let exponent_sign = matches!(c, '-' | '+')
                && matches!(self.characters.get(self.at - 1), Some('e' | 'E'));
            if !(c.is_ascii_alphanumeric() || c == '.' || exponent_sign) {
                break;
            }
            self.at += 1;
        }
        TokenKind::Number(
            self.characters
                .get(start..self.at)
                .unwrap_or_default()
                .iter()
                .collect(),
        )
    }

    /// A quoted text; a doubled quote stands for one.
    fn quoted(&mut self) -> Result<String, SyntaxError> {
        self.at += 1;
        let mut value = String::new();
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some('\''), Some('\'')) => {
                    value.push('\'');
                    self.at += 2;
                }
                (Some('\''), _) => {
                    self.at += 1;
                    return Ok(value);
                }
                (Some(c), _) => {
                    value.push(c);
                    self.at += 1;
                }
                (None, _) => return Err(SyntaxError::unterminated(self.at, self.text)),
            }
        }
    }

    /// A bracketed JSON text; brackets inside its strings do not count.
    fn json(&mut self) -> Result<String, SyntaxError> {
        let start = self.at;
        let mut depth = 0usize;
        let mut quote = None;
        while let Some(c) = self.peek(0) {
            self.at += 1;
            match (quote, c) {
                (Some(_), '\\') => self.at += 1,
                (Some(open), _) if open == c => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') => quote = Some(c),
                (None, '[' | '{') => depth += 1,
                (None, ']' | '}') => depth = depth.saturating_sub(1),
                (None, _) => {}
            }
            if depth == 0 {
                return Ok(self
                    .characters
                    .get(start..self.at)
                    .unwrap_or_default()
                    .iter()
                    .collect());
            }
        }
        Err(SyntaxError::unterminated(self.characters.len(), self.text))
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let start = self.at;
        while self.peek(0).is_some_and(&wanted) {
            self.at += 1;
        }
        self.characters
            .get(start..self.at)
            .unwrap_or_default()
            .iter()
            .collect()
    }

    fn peek(&self, offset: usize) -> Option<char> {
        self.characters.get(self.at + offset).copied()
    }
}

fn is_name_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<TokenKind> {
        tokens(text)
            .unwrap()
            .into_iter()
            .map(|token| token.kind)
            .collect()
    }

    #[test]
    fn literals_are_told_apart_by_their_shape() {
        let name = |text: &str| TokenKind::Name(text.to_owned());
        for (text, expected) in [
            ("name", name("name")),
            ("_ownerid_value", name("_ownerid_value")),
            (
                "Microsoft.Dynamics.CRM.In",
                name("Microsoft.Dynamics.CRM.In"),
            ),
            ("'O''Brien'", TokenKind::Text("O'Brien".to_owned())),
            ("-12.5e-3", TokenKind::Number("-12.5e-3".to_owned())),
            ("2026-01-01", TokenKind::Moment("2026-01-01".to_owned())),
            (
                "2026-01-01T00:00:00Z",
                TokenKind::Moment("2026-01-01T00:00:00Z".to_owned()),
            ),
            (
                "aaaa1111-2222-3333-4444-555566667777",
                TokenKind::Guid(Uuid::from_u128(0xaaaa1111_2222_3333_4444_555566667777)),
            ),
            ("@p1", TokenKind::Alias("p1".to_owned())),
            (
                "[\"a]\",\"b\"]",
                TokenKind::Json("[\"a]\",\"b\"]".to_owned()),
            ),
            (
                "X.AttributeTypeCode'Picklist'",
                TokenKind::Enumeration("X.AttributeTypeCode".to_owned(), "Picklist".to_owned()),
            ),
        ] {
            assert_eq!(kinds(text), [expected, TokenKind::End], "{text}");
        }
    }

    #[test]
    fn an_undoubled_quote_is_refused_with_the_services_sentence() {
        let refused = tokens("lastname eq 'O'Bryan'").unwrap_err();
        assert_eq!(
            refused.message,
            "There is an unterminated literal at position 21 in 'lastname eq 'O'Bryan''."
        );
    }

    #[test]
    fn a_strange_character_is_named_with_its_place() {
        let refused = tokens("name eq #").unwrap_err();
        assert_eq!(
            refused.message,
            "Syntax error: character '#' is not valid at position 8 in 'name eq #'."
        );
    }
}

//! Parses `$filter` into an [`Expression`] and `$orderby` into sort keys: precedence climbing over the lexer's tokens.
//!
//! Layer: query, pure. Precedence from low to high: `or`, `and`, `not`, comparison. Parameter aliases are replaced while
//! parsing; one that was given no value is null (reference §3.1).

use std::collections::HashMap;

use super::{
    ast::{Comparison, Expression, Literal, Path, Quantifier},
    lexer::{Token, TokenKind, tokens},
    syntax::SyntaxError,
};

/// How deep parentheses, `not` and lambdas may nest before the text is refused: far beyond what people write, far below
/// what the stack holds.
const MAX_DEPTH: usize = 100;

/// The namespace of everything that Dataverse itself defines, with the dot that ends it.
pub const NAMESPACE: &str = "Microsoft.Dynamics.CRM.";

/// The values of `@name=` query parameters by name, undecoded.
pub type Aliases = HashMap<String, String>;

/// One key of `$orderby`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    /// The property.
    pub path: Path,
    /// Whether the largest value comes first.
    pub descending: bool,
}

/// Parses a `$filter` value.
///
/// # Errors
/// Whatever the grammar refuses, in the service's words.
pub fn filter(text: &str, aliases: &Aliases) -> Result<Expression, SyntaxError> {
    let mut parser = Parser::new(text, aliases)?;
    let expression = parser.expression()?;
    parser.end()?;
    Ok(expression)
}

/// Parses an `$orderby` value.
///
/// # Errors
/// Whatever the grammar refuses, in the service's words.
pub fn order(text: &str, aliases: &Aliases) -> Result<Vec<SortKey>, SyntaxError> {
    let mut parser = Parser::new(text, aliases)?;
    let mut keys = Vec::new();
    loop {
        let position = parser.position();
        let Expression::Path(path) = parser.primary()? else {
            return Err(SyntaxError::unexpected(position, text));
        };
        let descending = if parser.take_word("desc") {
            true
        } else {
            parser.take_word("asc");
            false
        };
        keys.push(SortKey { path, descending });
        if !parser.take(&TokenKind::Comma) {
            parser.end()?;
            return Ok(keys);
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    aliases: &'a Aliases,
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, aliases: &'a Aliases) -> Result<Self, SyntaxError> {
        Ok(Self {
            text,
            aliases,
            tokens: tokens(text)?.into_iter().peekable(),
            depth: 0,
        })
    }

    fn expression(&mut self) -> Result<Expression, SyntaxError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(SyntaxError::too_deep());
        }
        let mut left = self.conjunction()?;
        while self.take_word("or") {
            left = Expression::Or(Box::new(left), Box::new(self.conjunction()?));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn conjunction(&mut self) -> Result<Expression, SyntaxError> {
        let mut left = self.negation()?;
        while self.take_word("and") {
            left = Expression::And(Box::new(left), Box::new(self.negation()?));
        }
        Ok(left)
    }

    fn negation(&mut self) -> Result<Expression, SyntaxError> {
        if !self.take_word("not") {
            return self.comparison();
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(SyntaxError::too_deep());
        }
        let inner = self.negation()?;
        self.depth -= 1;
        Ok(Expression::Not(Box::new(inner)))
    }

    fn comparison(&mut self) -> Result<Expression, SyntaxError> {
        let left = self.primary()?;
        let Some(comparison) = self.take_comparison() else {
            return Ok(left);
        };
        let right = self.primary()?;
        Ok(Expression::Compare(
            comparison,
            Box::new(left),
            Box::new(right),
        ))
    }

    fn primary(&mut self) -> Result<Expression, SyntaxError> {
        let token = self.advance();
        match token.kind {
            TokenKind::Open => {
                let inner = self.expression()?;
                if !self.take(&TokenKind::Close) {
                    return Err(SyntaxError::close_or_operator_expected(
                        self.position(),
                        self.text,
                    ));
                }
                Ok(inner)
            }
            TokenKind::Name(name) => self.named(name),
            kind => match self.literal(kind)? {
                Some(literal) => Ok(Expression::Literal(literal)),
                None => Err(SyntaxError::expression_expected(token.position, self.text)),
            },
        }
    }

    /// The constant that a token stands for, following an alias to its value.
    fn literal(&mut self, kind: TokenKind) -> Result<Option<Literal>, SyntaxError> {
        Ok(Some(match kind {
            TokenKind::Text(text) => Literal::Text(text),
            TokenKind::Number(number) => Literal::Number(number),
            TokenKind::Moment(moment) => Literal::Moment(moment),
            TokenKind::Guid(guid) => Literal::Guid(guid),
            TokenKind::Enumeration(of, member) => Literal::Enumeration(of, member),
            TokenKind::Json(text) => Literal::Json(text),
            TokenKind::Name(name) => match name.as_str() {
                "null" => Literal::Null,
                "true" => Literal::Boolean(true),
                "false" => Literal::Boolean(false),
                _ => return Ok(None),
            },
            TokenKind::Alias(name) => match self.aliases.get(&name) {
                None => Literal::Null,
                Some(value) => {
                    let mut inner = Parser::new(value, self.aliases)?;
                    let token = inner.advance();
                    // An alias may not stand for another one: two that name each other would never end.
                    let literal = match token.kind {
                        TokenKind::Alias(_) => None,
                        kind => inner.literal(kind)?,
                    };
                    inner.end()?;
                    return literal
                        .map(Some)
                        .ok_or_else(|| SyntaxError::unexpected(token.position, value));
                }
            },
            _ => return Ok(None),
        }))
    }

    /// A word: a constant, a function, a property path or a lambda over one.
    fn named(&mut self, name: String) -> Result<Expression, SyntaxError> {
        if let Some(literal) = self.literal(TokenKind::Name(name.clone()))? {
            return Ok(Expression::Literal(literal));
        }
        if self.next_is(&TokenKind::Open) {
            self.advance();
            return match name.strip_prefix(NAMESPACE) {
                Some(function) => Ok(Expression::Dataverse(
                    function.to_owned(),
                    self.named_arguments()?,
                )),
                None => Ok(Expression::Call(name, self.arguments()?)),
            };
        }
        let mut segments = vec![name];
        while self.take(&TokenKind::Slash) {
            let token = self.advance();
            let TokenKind::Name(segment) = token.kind else {
                return Err(SyntaxError::unexpected(token.position, self.text));
            };
            let quantifier = match segment.as_str() {
                "any" => Some(Quantifier::Any),
                "all" => Some(Quantifier::All),
                _ => None,
            };
            match quantifier {
                Some(quantifier) if self.take(&TokenKind::Open) => {
                    return self.lambda(Path { segments }, quantifier);
                }
                _ => segments.push(segment),
            }
        }
        Ok(Expression::Path(Path { segments }))
    }

    fn lambda(
        &mut self,
        collection: Path,
        quantifier: Quantifier,
    ) -> Result<Expression, SyntaxError> {
        if self.take(&TokenKind::Close) {
            return Ok(Expression::Lambda {
                collection,
                quantifier,
                body: None,
            });
        }
        let token = self.advance();
        let TokenKind::Name(variable) = token.kind else {
            return Err(SyntaxError::unexpected(token.position, self.text));
        };
        if !self.take(&TokenKind::Colon) {
            return Err(SyntaxError::unexpected(self.position(), self.text));
        }
        let body = self.expression()?;
        if !self.take(&TokenKind::Close) {
            return Err(SyntaxError::close_or_operator_expected(
                self.position(),
                self.text,
            ));
        }
        Ok(Expression::Lambda {
            collection,
            quantifier,
            body: Some((variable, Box::new(body))),
        })
    }

    fn arguments(&mut self) -> Result<Vec<Expression>, SyntaxError> {
        let mut arguments = Vec::new();
        if self.take(&TokenKind::Close) {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.expression()?);
            if self.take(&TokenKind::Close) {
                return Ok(arguments);
            }
            if !self.take(&TokenKind::Comma) {
                return Err(SyntaxError::close_or_comma_expected(
                    self.position(),
                    self.text,
                ));
            }
        }
    }

    fn named_arguments(&mut self) -> Result<Vec<(String, Literal)>, SyntaxError> {
        let mut arguments = Vec::new();
        if self.take(&TokenKind::Close) {
            return Ok(arguments);
        }
        loop {
            let token = self.advance();
            let TokenKind::Name(name) = token.kind else {
                return Err(SyntaxError::unexpected(token.position, self.text));
            };
            if !self.take(&TokenKind::Assign) {
                return Err(SyntaxError::close_or_comma_expected(
                    self.position(),
                    self.text,
                ));
            }
            let token = self.advance();
            let Some(value) = self.literal(token.kind)? else {
                return Err(SyntaxError::expression_expected(token.position, self.text));
            };
            arguments.push((name, value));
            if self.take(&TokenKind::Close) {
                return Ok(arguments);
            }
            if !self.take(&TokenKind::Comma) {
                return Err(SyntaxError::close_or_comma_expected(
                    self.position(),
                    self.text,
                ));
            }
        }
    }

    fn take_comparison(&mut self) -> Option<Comparison> {
        let comparison = match self.tokens.peek().map(|token| &token.kind) {
            Some(TokenKind::Name(name)) => match name.as_str() {
                "eq" => Comparison::Equal,
                "ne" => Comparison::NotEqual,
                "gt" => Comparison::Greater,
                "ge" => Comparison::GreaterOrEqual,
                "lt" => Comparison::Less,
                "le" => Comparison::LessOrEqual,
                _ => return None,
            },
            _ => return None,
        };
        self.advance();
        Some(comparison)
    }

    fn take_word(&mut self, word: &str) -> bool {
        let taken = matches!(self.tokens.peek(), Some(Token { kind: TokenKind::Name(name), .. }) if name == word);
        if taken {
            self.advance();
        }
        taken
    }

    fn take(&mut self, kind: &TokenKind) -> bool {
        let taken = self.next_is(kind);
        if taken {
            self.advance();
        }
        taken
    }

    fn next_is(&mut self, kind: &TokenKind) -> bool {
        self.tokens.peek().is_some_and(|token| token.kind == *kind)
    }

    /// Everything must have been read.
    fn end(&mut self) -> Result<(), SyntaxError> {
        if self.next_is(&TokenKind::End) {
            return Ok(());
        }
        Err(SyntaxError::unexpected(self.position(), self.text))
    }

    fn position(&mut self) -> usize {
        self.tokens
            .peek()
            .map_or_else(|| self.text.chars().count(), |token| token.position)
    }

    fn advance(&mut self) -> Token {
        let end = Token {
            kind: TokenKind::End,
            position: self.text.chars().count(),
        };
        match self.tokens.peek() {
            Some(Token {
                kind: TokenKind::End,
                ..
            })
            | None => end,
            Some(_) => self.tokens.next().unwrap_or(end),
        }
    }
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;

//! What can be wrong with the text of a query option, in the words of the OData library that the real service uses.
//!
//! Layer: query, pure. Positions count characters from 0 within the option's decoded value; clients show these texts to
//! people, so they are reproduced exactly (reference §3.2, §11.4).

/// A text that does not follow the grammar.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// The service's own sentence.
    pub message: String,
}

impl SyntaxError {
    /// A token stands where none of its kind may stand.
    pub fn unexpected(position: usize, text: &str) -> Self {
        Self::new(format!("Syntax error at position {position} in '{text}'."))
    }

    /// A string, a JSON value or another quoted literal never ends.
    pub fn unterminated(position: usize, text: &str) -> Self {
        Self::new(format!(
            "There is an unterminated literal at position {position} in '{text}'."
        ))
    }

    /// A character begins no token.
    pub fn character(character: char, position: usize, text: &str) -> Self {
        Self::new(format!(
            "Syntax error: character '{character}' is not valid at position {position} in '{text}'."
        ))
    }

    /// An operand is missing.
    pub fn expression_expected(position: usize, text: &str) -> Self {
        Self::new(format!(
            "Expression expected at position {position} in '{text}'."
        ))
    }

    /// A parenthesis is not closed, or two operands lack an operator between them.
    pub fn close_or_operator_expected(position: usize, text: &str) -> Self {
        Self::new(format!(
            "')' or operator expected at position {position} in '{text}'."
        ))
    }

    /// An argument list is broken.
    pub fn close_or_comma_expected(position: usize, text: &str) -> Self {
        Self::new(format!(
            "')' or ',' expected at position {position} in '{text}'."
        ))
    }

    /// A function is named without its arguments.
    pub fn open_expected(position: usize, text: &str) -> Self {
        Self::new(format!("'(' expected at position {position} in '{text}'."))
    }

    /// Nesting beyond what a parser may be asked to follow.
    pub fn too_deep() -> Self {
        Self::new("Recursion depth exceeded allowed limit.".to_owned())
    }

    /// Any other sentence of the service.
    pub fn new(message: String) -> Self {
        Self { message }
    }
}

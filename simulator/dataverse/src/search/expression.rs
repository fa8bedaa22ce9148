//! What a search text means: words and how they are joined.
//!
//! Layer: search, pure data.

/// What has to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// Any row.
    Everything,
    /// A word, or several that stand as one: `ACC-1001`.
    Word(String),
    /// What begins so: `alp*`.
    Prefix(String),
    /// What fits a pattern of words: `/[mh]otel/`, `*pine`, `b?ue`. A regular expression over a whole word.
    Pattern(String),
    /// A word with at most so many letters wrong: `uniersty~`.
    Near(String, usize),
    /// Words one after the other: `"airport hotel"`.
    Phrase(String),
    /// Words within a distance of one another: `"airport hotel"~5`.
    Close(Vec<String>, u32),
    /// Found in one column: `city:Oslo`.
    In(String, Box<Expression>),
    /// All of them.
    All(Vec<Expression>),
    /// Any of them.
    Any(Vec<Expression>),
    /// What does not fit.
    Not(Box<Expression>),
}

impl Expression {
    /// Joins expressions; one alone stands for itself.
    pub(super) fn all(mut of: Vec<Self>) -> Option<Self> {
        match of.len() {
            0 | 1 => of.pop(),
            _ => Some(Self::All(of)),
        }
    }

    /// Joins alternatives; one alone stands for itself.
    pub(super) fn any(mut of: Vec<Self>) -> Option<Self> {
        match of.len() {
            0 | 1 => of.pop(),
            _ => Some(Self::Any(of)),
        }
    }
}

//! What a caller asks of search, whichever way it was written.
//!
//! Layer: search, pure data.

/// How a search text is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Syntax {
    /// `+`, `|`, `-`, quotes, parentheses and `*` at the end.
    #[default]
    Simple,
    /// Lucene's.
    Lucene,
}

/// Whether words side by side are all needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// One is enough.
    #[default]
    Any,
    /// Every one is.
    All,
}

/// A table to search, and what is said of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Logical name of the table.
    pub table: String,
    /// Columns that a hit shows; the usual ones when `None`.
    pub select: Option<Vec<String>>,
    /// Columns that are searched; the usual ones when `None`.
    pub search: Option<Vec<String>>,
    /// What the rows fulfil.
    pub filter: Option<String>,
}

/// A question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// The search text.
    pub text: String,
    /// The tables; all that are searched when empty.
    pub scopes: Vec<Scope>,
    /// What the rows of all tables fulfil, or those of the tables that it names.
    pub filter: Option<String>,
    /// How hits are grouped.
    pub facets: Vec<String>,
    /// How hits are ordered.
    pub order: Vec<String>,
    /// Hits to pass over.
    pub skip: usize,
    /// Hits to tell.
    pub top: usize,
    /// Whether all hits are counted.
    pub count: bool,
    /// How words side by side are joined.
    pub mode: Mode,
    /// How the text is read.
    pub syntax: Syntax,
    /// Whether a letter may be wrong.
    pub fuzzy: bool,
}

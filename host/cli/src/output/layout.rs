//! How an answer is to be laid out: what every format is given besides the answer.

use super::columns::Wish;
use super::csv::Style;

/// What a format needs to know besides the answer.
#[derive(Clone, Copy, Debug)]
pub struct Layout<'a> {
    /// The answer's property that tables, CSV and lines show (see `rows_property`).
    pub held: Option<&'a str>,
    /// The properties that the answer may have, in order, where its schema names them.
    pub properties: &'a [String],
    /// What the caller wants of columns.
    pub wish: &'a Wish,
    /// How CSV is written.
    pub csv: Style,
    /// Characters per line on a terminal; nothing in a pipe.
    pub width: Option<u16>,
    /// Whether headers stand out.
    pub color: bool,
}

impl<'a> Layout<'a> {
    /// Of an answer of which nothing is known.
    pub fn new(wish: &'a Wish) -> Self {
        Self {
            held: None,
            properties: &[],
            wish,
            csv: Style::default(),
            width: None,
            color: false,
        }
    }
}

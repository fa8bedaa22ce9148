//! Which documents an expression finds in the text of one table, and how well each fits.
//!
//! Layer: search. Leaves are matches of SQLite's full-text search; what joins them is set arithmetic, because its own NOT
//! needs something to take away from. A document's score is the sum of what its leaves score.

use std::collections::HashMap;

use regex::RegexBuilder;
use rusqlite::Connection;

use crate::rows::StoreError;
use crate::rows::storage::layout::quoted;

use super::expression::Expression;
use super::index::Texts;
use super::near::is_near;

/// Words that a pattern or a misspelt word stands for at most.
const MOST_WORDS: usize = 200;
/// Bytes of a compiled pattern.
const PATTERN_BYTES: usize = 1 << 18;

/// Documents by number, with their scores.
pub(super) type Found = HashMap<i64, f64>;

/// Evaluates expressions over the text of one table.
pub(super) struct Evaluator<'a> {
    texts: &'a Texts<'a>,
    /// Numbers of the columns that are searched.
    columns: Vec<usize>,
    /// The matches of all leaves that a document may fulfil, for the highlights.
    pub(super) matches: Vec<String>,
}

impl<'a> Evaluator<'a> {
    /// An evaluator that looks into some columns, or into all.
    pub(super) fn new(texts: &'a Texts<'a>, columns: Option<&[String]>) -> Self {
        let is_searched =
            |name: &str| columns.is_none_or(|columns| columns.iter().any(|column| column == name));
        let searched = texts.columns.iter().enumerate();
        Self {
            texts,
            columns: searched
                .filter(|(_, column)| is_searched(&column.logical_name))
                .map(|(number, _)| number)
                .collect(),
            matches: Vec::new(),
        }
    }

    /// The documents that an expression finds.
    ///
    /// # Errors
    /// When SQLite fails.
    pub(super) fn find(&mut self, expression: &Expression) -> Result<Found, StoreError> {
        match expression {
            Expression::Everything => self.everything(),
            Expression::Word(word) | Expression::Phrase(word) => self.matching(text(word)),
            Expression::Prefix(word) => self.matching(format!("{} *", text(word))),
            Expression::Close(words, distance) => {
                let words: Vec<String> = words.iter().map(|word| text(word)).collect();
                self.matching(format!("NEAR({}, {distance})", words.join(" ")))
            }
            Expression::Near(word, most) => {
                self.any_word(|candidate| is_near(word, candidate, *most))
            }
            Expression::Pattern(pattern) => {
                let whole = RegexBuilder::new(&format!("^(?:{pattern})$"))
                    .size_limit(PATTERN_BYTES)
                    .build();
                match whole {
                    Ok(whole) => self.any_word(|candidate| whole.is_match(candidate)),
                    // What is no pattern fits nothing.
                    Err(_) => Ok(Found::new()),
                }
            }
            Expression::In(column, inner) => {
                let mut named = self.texts.columns.iter();
                let Some(number) = named.position(|known| known.logical_name == *column) else {
                    return Ok(Found::new());
                };
                let searched = std::mem::replace(&mut self.columns, vec![number]);
                let found = self.find(inner);
                self.columns = searched;
                found
            }
            Expression::Any(parts) => {
                let mut found = Found::new();
                for part in parts {
                    for (document, score) in self.find(part)? {
                        *found.entry(document).or_default() += score;
                    }
                }
                Ok(found)
            }
            Expression::All(parts) => {
                let mut found: Option<Found> = None;
                for part in parts {
                    let next = self.find(part)?;
                    found = Some(match found {
                        None => next,
                        Some(found) => found
                            .into_iter()
                            .filter_map(|(document, score)| {
                                Some((document, score + next.get(&document)?))
                            })
                            .collect(),
                    });
                }
                Ok(found.unwrap_or_default())
            }
            Expression::Not(refused) => {
                let seen = self.matches.len();
                let refused = self.find(refused)?;
                // What is not wanted is not shown.
                self.matches.truncate(seen);
                let mut found = self.everything()?;
                found.retain(|document, score| {
                    *score = 0.0;
                    !refused.contains_key(document)
                });
                Ok(found)
            }
        }
    }

    fn everything(&self) -> Result<Found, StoreError> {
        let sql = format!("SELECT rowid, 1.0 FROM {}", self.texts.name);
        scores(self.texts.connection, &sql, [])
    }

    fn matching(&mut self, what: String) -> Result<Found, StoreError> {
        if self.columns.is_empty() {
            return Ok(Found::new());
        }
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|number| format!("c{number}"))
            .collect();
        let what = format!("{{{}}} : ({what})", columns.join(" "));
        let name = &self.texts.name;
        let sql = format!("SELECT rowid, -bm25({name}) FROM {name} WHERE {name} MATCH ?");
        let found = scores(self.texts.connection, &sql, [&what])?;
        self.matches.push(what);
        Ok(found)
    }

    /// The documents with any word that fits.
    fn any_word(&mut self, fits: impl Fn(&str) -> bool) -> Result<Found, StoreError> {
        let bare = self.texts.name.trim_matches('"');
        let sql = format!("SELECT term FROM {}", quoted(&format!("{bare}$word")));
        let mut statement = self.texts.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        let mut words = Vec::new();
        while let Some(row) = rows.next()? {
            let word: String = row.get(0)?;
            if fits(&word) {
                words.push(text(&word));
            }
            if words.len() == MOST_WORDS {
                break;
            }
        }
        match words.is_empty() {
            true => Ok(Found::new()),
            false => self.matching(words.join(" OR ")),
        }
    }
}

fn scores(
    connection: &Connection,
    sql: &str,
    parameters: impl rusqlite::Params,
) -> Result<Found, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_map(parameters, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<rusqlite::Result<Found>>()?)
}

/// A text as the full-text search takes it.
fn text(word: &str) -> String {
    format!("\"{}\"", word.replace('"', "\"\""))
}

//! The query string: decoded, its options parsed, and what the service does not know refused.
//!
//! Layer: query, pure. Option names are case sensitive and need their `$`; a parameter without one is somebody else's
//! (`tag`, `partitionId`) and ignored (reference §3.1).

use percent_encoding::percent_decode_str;
use uuid::Uuid;

use crate::http::SimError;

use super::values::{select, top};
use super::{
    apply::{self, Apply},
    ast::Expression,
    expand::{self, Expand},
    parse::{self, Aliases, SortKey},
    syntax::SyntaxError,
};

impl From<SyntaxError> for SimError {
    fn from(error: SyntaxError) -> Self {
        Self::bad_url(error.message)
    }
}

/// Largest number of `$expand` items in one query, nested ones included (reference §3.1).
const MAX_EXPANDS: usize = 15;

/// The options of a query.
#[derive(Debug, Default)]
pub struct Options {
    /// `$select` as sent, decoded.
    pub select_text: Option<String>,
    /// The properties of `$select`; `None` for all.
    pub select: Option<Vec<String>>,
    /// `$filter`.
    pub filter: Option<Expression>,
    /// `$orderby`.
    pub order: Vec<SortKey>,
    /// `$expand` as sent, decoded.
    pub expand_text: Option<String>,
    /// The items of `$expand`.
    pub expand: Vec<Expand>,
    /// `$top`.
    pub top: Option<u32>,
    /// `$count=true`.
    pub count: bool,
    /// `$skiptoken`, decoded once.
    pub skip_token: Option<String>,
    /// `$apply`.
    pub apply: Option<Apply>,
    /// A whole query in place of options.
    pub stored: Option<Stored>,
    /// `$id`, which names the row to unlink.
    pub id: Option<String>,
    /// The values of parameter aliases.
    pub aliases: Aliases,
    /// The query string without `$skiptoken`, still encoded: what a next link repeats.
    pub repeated: String,
}

/// A query that is not made of options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored {
    /// `fetchXml=`: its text.
    Fetch(String),
    /// `sql=`: its text.
    Sql(String),
    /// `savedQuery=` and `userQuery=`: the table and the id of the row that holds it.
    Row(&'static str, Uuid),
}

/// Which options an address understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    /// A set of rows.
    Collection,
    /// `…/$count`.
    Count,
    /// One row.
    Row,
    /// Nothing but `$id`: `…/$ref` when it is deleted.
    Reference,
}

impl Address {
    fn understands(self, option: &str) -> bool {
        match self {
            Self::Collection => {
                matches!(
                    option,
                    "$select"
                        | "$filter"
                        | "$orderby"
                        | "$expand"
                        | "$top"
                        | "$count"
                        | "$apply"
                        | "$skiptoken"
                )
            }
            Self::Count => option == "$filter",
            Self::Row => matches!(option, "$select" | "$expand"),
            Self::Reference => option == "$id",
        }
    }
}

impl Options {
    /// Parses a query string.
    ///
    /// # Errors
    /// Unsupported, repeated or malformed options, in the service's words.
    pub fn parse(query: Option<&str>, address: Address) -> Result<Self, SimError> {
        let mut options = Self::default();
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut repeated = Vec::new();
        for part in query
            .unwrap_or_default()
            .split('&')
            .filter(|part| !part.is_empty())
        {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let (name, value) = (decode(name), decode(value));
            if name != "$skiptoken" {
                repeated.push(part);
            }
            if let Some(alias) = name.strip_prefix('@') {
                options.aliases.insert(alias.to_owned(), value);
                continue;
            }
            if !name.starts_with('$') {
                if address == Address::Collection {
                    options.store(&name, value)?;
                }
                continue;
            }
            if !address.understands(&name) {
                return Err(SimError::bad_url(format!(
                    "The query parameter {name} is not supported"
                )));
            }
            if pairs.iter().any(|(seen, _)| *seen == name) {
                return Err(SimError::bad_url(format!(
                    "Query option '{name}' was specified more than once, but it must be specified at most once."
                )));
            }
            pairs.push((name, value));
        }
        options.repeated = repeated.join("&");
        let applies = pairs.iter().any(|(name, _)| name == "$apply");
        let goes_along = |name: &str| match (options.stored.is_some(), applies) {
            (true, _) => matches!(name, "$count" | "$skiptoken"),
            (_, true) => matches!(name, "$apply" | "$orderby" | "$top" | "$count"),
            _ => true,
        };
        if let Some((name, _)) = pairs.iter().find(|(name, _)| !goes_along(name)) {
            return Err(SimError::bad_url(format!(
                "The query parameter {name} is not supported"
            )));
        }
        for (name, value) in pairs {
            options.set(&name, value)?;
        }
        Ok(options)
    }

    /// Takes a query in place of options. The real service knows `fetchXml` in any spelling.
    fn store(&mut self, name: &str, value: String) -> Result<(), SimError> {
        let table = match name.to_ascii_lowercase().as_str() {
            "fetchxml" => {
                self.stored = Some(Stored::Fetch(value));
                return Ok(());
            }
            "sql" => {
                self.stored = Some(Stored::Sql(value));
                return Ok(());
            }
            "savedquery" => "savedquery",
            "userquery" => "userquery",
            _ => return Ok(()),
        };
        let id = Uuid::try_parse(value.trim_matches('\''))
            .map_err(|_| SimError::bad_url("Bad Request - Error in query syntax."))?;
        self.stored = Some(Stored::Row(table, id));
        Ok(())
    }

    fn set(&mut self, name: &str, value: String) -> Result<(), SimError> {
        match name {
            "$select" => {
                self.select = select(&value);
                self.select_text = Some(value);
            }
            "$filter" => self.filter = Some(parse::filter(&value, &self.aliases)?),
            "$orderby" => self.order = parse::order(&value, &self.aliases)?,
            "$expand" => {
                self.expand = expand::parse(&value)?;
                if expand::count(&self.expand) > MAX_EXPANDS {
                    return Err(SimError::bad_url(format!(
                        "The number of $expand options exceeds the limit of {MAX_EXPANDS}."
                    )));
                }
                self.expand_text = Some(value);
            }
            "$apply" => self.apply = Some(apply::parse(&value, &self.aliases)?),
            "$top" => self.top = Some(top(&value)?),
            "$count" => {
                self.count = match value.as_str() {
                    "true" => true,
                    "false" => false,
                    _ => {
                        return Err(SimError::bad_url(format!(
                            "Invalid value '{value}' for $count query option found. Valid values are 'true' or 'false'."
                        )));
                    }
                };
            }
            "$skiptoken" => self.skip_token = Some(value),
            "$id" => self.id = Some(value),
            _ => {}
        }
        Ok(())
    }
}

/// The parameter aliases of a query string, without judging its options.
pub fn aliases(query: Option<&str>) -> Aliases {
    let parts = query.unwrap_or_default().split('&');
    let named = parts
        .filter_map(|part| part.split_once('='))
        .map(|(name, value)| (decode(name), decode(value)));
    named
        .filter_map(|(name, value)| Some((name.strip_prefix('@')?.to_owned(), value)))
        .collect()
}

/// Undoes the encoding of a query string, where a plus sign is a space.
pub fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " "))
        .decode_utf8_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(query: &str) -> String {
        Options::parse(Some(query), Address::Collection)
            .unwrap_err()
            .message
    }

    #[test]
    fn options_are_decoded_and_strangers_ignored() {
        let options = Options::parse(
            Some("%24select=name,%20revenue&$filter=name+eq+'A%2BB'&$top=3&tag=x&filter=y&$count=true&@p=1"),
            Address::Collection,
        )
        .unwrap();
        assert_eq!(
            options.select,
            Some(vec!["name".to_owned(), "revenue".to_owned()])
        );
        assert!(options.filter.is_some());
        assert_eq!((options.top, options.count), (Some(3), true));
    }

    #[test]
    fn the_skip_token_is_not_repeated_in_the_next_link() {
        let options = Options::parse(
            Some("$select=name&$skiptoken=%3Ca%20/%3E&$orderby=name%20desc"),
            Address::Collection,
        )
        .unwrap();
        assert_eq!(options.repeated, "$select=name&$orderby=name%20desc");
        assert_eq!(options.skip_token.as_deref(), Some("<a />"));
    }

    #[test]
    fn what_the_service_does_not_support_is_refused_by_name() {
        assert_eq!(
            refused("$skip=2"),
            "The query parameter $skip is not supported"
        );
        assert_eq!(
            refused("$format=json"),
            "The query parameter $format is not supported"
        );
        assert_eq!(
            refused("$top=-1"),
            "Invalid value '-1' for $top query option found. The $top query option requires a non-negative integer value."
        );
        assert_eq!(
            refused("$top=1&$top=2"),
            "Query option '$top' was specified more than once, but it must be specified at most once."
        );
    }
}

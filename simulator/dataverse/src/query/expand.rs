//! `$expand`: navigation properties, each with options in parentheses separated by semicolons.
//!
//! Layer: query, pure.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::values;
use super::{
    ast::Expression,
    parse::{self, Aliases, SortKey},
    syntax::SyntaxError,
};

/// What must be encoded in the value of a query option.
const VALUE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+');

/// How deep expands may nest; the item limit would allow no more anyway.
const MAX_DEPTH: usize = 15;

/// One item of `$expand`.
#[derive(Debug, Clone, PartialEq)]
pub struct Expand {
    /// The navigation property.
    pub navigation: String,
    /// `/$ref`: the address of the related row in place of the row.
    pub reference: bool,
    /// `$select` as written.
    pub select_text: Option<String>,
    /// The properties of `$select`; `None` for all.
    pub select: Option<Vec<String>>,
    /// `$filter`.
    pub filter: Option<Expression>,
    /// `$orderby`.
    pub order: Vec<SortKey>,
    /// `$top`.
    pub top: Option<u32>,
    /// Nested items.
    pub expand: Vec<Expand>,
    /// The options joined and encoded as a query string: what the link to more rows repeats.
    pub repeated: String,
}

/// Parses a `$expand` value.
pub fn parse(text: &str) -> Result<Vec<Expand>, SyntaxError> {
    items(text, 0)
}

/// The number of items, nested ones included.
pub fn count(expands: &[Expand]) -> usize {
    expands.iter().map(|expand| 1 + count(&expand.expand)).sum()
}

fn items(text: &str, depth: usize) -> Result<Vec<Expand>, SyntaxError> {
    if depth > MAX_DEPTH {
        return Err(SyntaxError::too_deep());
    }
    split(text, ',')?
        .into_iter()
        .filter(|item| !item.trim().is_empty())
        .map(|item| one(item.trim(), depth))
        .collect()
}

fn one(text: &str, depth: usize) -> Result<Expand, SyntaxError> {
    let (path, options) = match text.split_once('(') {
        None => (text, None),
        Some((path, rest)) => match rest.strip_suffix(')') {
            Some(options) => (path.trim_end(), Some(options)),
            None => {
                return Err(SyntaxError::close_or_comma_expected(
                    text.chars().count(),
                    text,
                ));
            }
        },
    };
    let (navigation, reference) = match path.strip_suffix("/$ref") {
        Some(navigation) => (navigation, true),
        None => (path, false),
    };
    let mut expand = Expand {
        navigation: navigation.to_owned(),
        reference,
        select_text: None,
        select: None,
        filter: None,
        order: Vec::new(),
        top: None,
        expand: Vec::new(),
        repeated: String::new(),
    };
    let mut repeated = Vec::new();
    for option in split(options.unwrap_or_default(), ';')? {
        let option = option.trim();
        if option.is_empty() {
            continue;
        }
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        // Parameter aliases do not reach into an expand (reference §3.1).
        let aliases = Aliases::new();
        match name.trim() {
            "$select" => {
                expand.select = values::select(value);
                expand.select_text = Some(value.to_owned());
            }
            "$filter" => expand.filter = Some(parse::filter(value, &aliases)?),
            "$orderby" => expand.order = parse::order(value, &aliases)?,
            "$top" => expand.top = Some(values::top(value)?),
            "$expand" => expand.expand = items(value, depth + 1)?,
            other => {
                return Err(SyntaxError::new(format!(
                    "The query parameter {other} is not supported"
                )));
            }
        }
        repeated.push(format!(
            "{}={}",
            name.trim(),
            utf8_percent_encode(value, VALUE)
        ));
    }
    expand.repeated = repeated.join("&");
    Ok(expand)
}

/// Splits at a separator outside quotes and parentheses.
pub(super) fn split(text: &str, separator: char) -> Result<Vec<&str>, SyntaxError> {
    let mut parts = Vec::new();
    let (mut start, mut depth, mut quoted) = (0, 0usize, false);
    for (at, character) in text.char_indices() {
        match character {
            '\'' => quoted = !quoted,
            _ if quoted => {}
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if character == separator && depth == 0 => {
                parts.push(text.get(start..at).unwrap_or_default());
                start = at + character.len_utf8();
            }
            _ => {}
        }
    }
    if quoted {
        return Err(SyntaxError::unterminated(text.chars().count(), text));
    }
    parts.push(text.get(start..).unwrap_or_default());
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_nest_and_quotes_hide_separators() {
        let parsed = parse(
            "primarycontactid($select=fullname;$expand=createdby($select=fullname)),Account_Tasks($filter=subject eq \
             'a;b,(c' and statecode eq 0;$orderby=subject desc;$top=2),ownerid/$ref",
        )
        .unwrap();
        let names: Vec<_> = parsed
            .iter()
            .map(|expand| (expand.navigation.as_str(), expand.reference))
            .collect();
        assert_eq!(
            names,
            [
                ("primarycontactid", false),
                ("Account_Tasks", false),
                ("ownerid", true)
            ]
        );
        assert_eq!(
            parsed[0].expand[0].select,
            Some(vec!["fullname".to_owned()])
        );
        assert_eq!((parsed[1].top, parsed[1].order.len()), (Some(2), 1));
        assert_eq!(
            parsed[1].repeated,
            "$filter=subject%20eq%20'a;b,(c'%20and%20statecode%20eq%200&$orderby=subject%20desc&$top=2"
        );
        assert_eq!(count(&parsed), 4);
    }

    #[test]
    fn unknown_and_broken_options_are_refused() {
        assert_eq!(
            parse("tasks($skip=1)").unwrap_err().message,
            "The query parameter $skip is not supported"
        );
        assert!(parse("tasks($select=a").is_err());
        assert!(parse(&format!("{}{}", "a($expand=".repeat(500), ")".repeat(500))).is_err());
    }
}

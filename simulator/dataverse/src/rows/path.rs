//! The path of a request: segments, and the key in a segment's parentheses.
//!
//! Layer: rows, pure. A path is split before it is decoded, so that an encoded slash or quote stays part of a key value.

use percent_encoding::percent_decode_str;

use crate::http::SimError;

/// One part of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Decoded name, without parentheses.
    pub name: String,
    /// What stands in the parentheses, decoded; `None` for none and for empty ones.
    pub key: Option<String>,
    /// The segment as it was sent.
    pub raw: String,
}

/// Splits a path into its segments. Slashes inside quotes belong to a value.
///
/// # Errors
/// 400 for a quote or a key that does not end.
pub fn segments(path: &str) -> Result<Vec<Segment>, SimError> {
    let mut parts = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, character) in path.char_indices() {
        match character {
            '\'' => quoted = !quoted,
            '/' if !quoted => {
                parts.push(path.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    if quoted {
        return Err(malformed());
    }
    parts.push(path.get(start..).unwrap_or_default());
    parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(segment)
        .collect()
}

/// The service's answer to an address that it cannot read (reference §11.4).
pub(super) fn malformed() -> SimError {
    SimError::bad_url("Bad Request - Error in query syntax.")
}

fn segment(raw: &str) -> Result<Segment, SimError> {
    let decoded = percent_decode_str(raw).decode_utf8_lossy();
    let (name, key) = match decoded.split_once('(') {
        Some((name, rest)) if rest.ends_with(')') => (
            name,
            rest.strip_suffix(')').filter(|key| !key.trim().is_empty()),
        ),
        Some(_) => return Err(malformed()),
        None => (&*decoded, None),
    };
    Ok(Segment {
        name: name.to_owned(),
        key: key.map(str::to_owned),
        raw: raw.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &str) -> Vec<(String, Option<String>)> {
        segments(path)
            .unwrap()
            .into_iter()
            .map(|segment| (segment.name, segment.key))
            .collect()
    }

    #[test]
    fn keys_keep_slashes_quotes_and_parentheses() {
        for (path, expected) in [
            ("accounts", vec![("accounts", None)]),
            ("accounts/", vec![("accounts", None)]),
            (
                "accounts(1)/name/$value",
                vec![("accounts", Some("1")), ("name", None), ("$value", None)],
            ),
            (
                "accounts(accountnumber='A%2FB')",
                vec![("accounts", Some("accountnumber='A/B'"))],
            ),
            (
                "accounts(accountnumber='A/B''s')/name",
                vec![("accounts", Some("accountnumber='A/B''s'")), ("name", None)],
            ),
            (
                "accounts(name='x(y)')",
                vec![("accounts", Some("name='x(y)'"))],
            ),
            (
                "accounts()/$count",
                vec![("accounts", None), ("$count", None)],
            ),
        ] {
            let expected: Vec<_> = expected
                .into_iter()
                .map(|(name, key)| (name.to_owned(), key.map(str::to_owned)))
                .collect();
            assert_eq!(shown(path), expected, "{path}");
        }
    }

    #[test]
    fn what_does_not_end_is_no_path() {
        for path in [
            "accounts(accountnumber='A",
            "accounts(accountnumber='A)",
            "accounts(accountnumber=%27A",
            "accounts(accountnumber=%27A/B%27)",
            "accounts(1",
            "accounts(1)x",
        ] {
            assert!(segments(path).is_err(), "{path}");
        }
    }
}

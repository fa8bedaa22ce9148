//! Which form rows come in, and how it is recognised. Pure.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::Error;

/// The form that rows come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RowFormat {
    /// One JSON object a line.
    Ndjson,
    /// A header with the names of the columns, then one row a line.
    Csv,
    /// One JSON array of objects.
    Json,
}

/// As many bytes as tell an encoding.
pub(super) const MARK: usize = 3;

/// How long the byte order mark in front is.
///
/// # Errors
/// [`Error::InvalidInput`] for text in another encoding than UTF-8.
pub(super) fn mark(bytes: &[u8]) -> Result<usize, Error> {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => Ok(3),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Err(Error::invalid(
            "",
            "the rows are UTF-16 text: save them as UTF-8 (in Excel: \"CSV UTF-8\")",
        )),
        _ => Ok(0),
    }
}

/// What these first bytes are the beginning of; `None` when more have to be seen.
pub(super) fn recognised(bytes: &[u8]) -> Option<RowFormat> {
    let first = bytes.trim_ascii_start().first()?;
    Some(match first {
        b'[' => RowFormat::Json,
        b'{' => RowFormat::Ndjson,
        _ => RowFormat::Csv,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_byte_that_is_not_blank_tells_the_form() {
        for (text, expected) in [
            ("", None),
            (" \r\n", None),
            (" [", Some(RowFormat::Json)),
            ("\n{\"a\":1}", Some(RowFormat::Ndjson)),
            ("name;revenue", Some(RowFormat::Csv)),
            ("\"name\",\"x\"", Some(RowFormat::Csv)),
        ] {
            assert_eq!(recognised(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_passed_over_and_another_encoding_is_named() {
        assert_eq!(mark(b"\xef\xbb\xbfa").unwrap(), 3);
        assert_eq!(mark(b"a").unwrap(), 0);
        let error = mark(b"\xff\xfea\0").unwrap_err();
        assert!(error.to_string().contains("save them as UTF-8"), "{error}");
    }
}

//! Takes a path apart that calls an operation: segments, and the parameters in parentheses.
//!
//! Layer: operations, pure. Parameters may hold JSON, whose quotes and slashes split nothing. A path is split before it is
//! decoded, so that an encoded slash stays part of a value, but quotes and braces count however they are spelt.

use percent_encoding::percent_decode_str;

use crate::http::SimError;

/// Where a text stands: within quotes, braces or parentheses, or outside of all.
#[derive(Default)]
struct Nesting {
    quote: Option<u8>,
    is_escaped: bool,
    braces: usize,
    parentheses: usize,
}

impl Nesting {
    /// Takes one byte in; tells whether it stood outside of quotes and braces.
    fn step(&mut self, byte: u8) -> bool {
        if let Some(quote) = self.quote {
            if self.is_escaped {
                self.is_escaped = false;
            } else if byte == b'\\' && quote == b'"' {
                self.is_escaped = true;
            } else if byte == quote {
                self.quote = None;
            }
            return false;
        }
        match byte {
            b'\'' => self.quote = Some(byte),
            b'"' if self.braces > 0 => self.quote = Some(byte),
            b'{' | b'[' => self.braces += 1,
            b'}' | b']' => self.braces = self.braces.saturating_sub(1),
            b'(' if self.braces == 0 => self.parentheses += 1,
            b')' if self.braces == 0 => self.parentheses = self.parentheses.saturating_sub(1),
            _ => return self.braces == 0,
        }
        false
    }
}

/// One segment of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment<'a> {
    /// Name, without parentheses, decoded.
    pub name: String,
    /// What stands in the parentheses, decoded; `None` without parentheses.
    pub inner: Option<String>,
    /// As it was sent.
    pub raw: &'a str,
}

/// Splits a path.
pub(super) fn segments(path: &str) -> Vec<Segment<'_>> {
    let mut nesting = Nesting::default();
    let mut parts = Vec::new();
    let bytes = path.as_bytes();
    let (mut start, mut at) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        let (decoded, width) = match (byte, hex(bytes.get(at + 1)), hex(bytes.get(at + 2))) {
            (b'%', Some(high), Some(low)) => (high * 16 + low, 3),
            _ => (*byte, 1),
        };
        let outside = nesting.step(decoded);
        if *byte == b'/' && outside {
            parts.push(path.get(start..at).unwrap_or_default());
            start = at + 1;
        }
        at += width;
    }
    parts.push(path.get(start..).unwrap_or_default());
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.map(segment).collect()
}

fn hex(byte: Option<&u8>) -> Option<u8> {
    char::from(*byte?)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

fn segment(raw: &str) -> Segment<'_> {
    let decoded = percent_decode_str(raw).decode_utf8_lossy();
    let (name, inner) = match decoded
        .strip_suffix(')')
        .and_then(|text| text.split_once('('))
    {
        Some((name, inner)) => (name.to_owned(), Some(inner.to_owned())),
        None => (decoded.into_owned(), None),
    };
    Segment { name, inner, raw }
}

/// Splits `A='x',B=@p1` into names and values.
///
/// # Errors
/// 400 for a part without a name and for a name given twice.
pub(super) fn parameters(text: &str) -> Result<Vec<(&str, &str)>, SimError> {
    let mut nesting = Nesting::default();
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, byte) in text.bytes().enumerate() {
        if nesting.step(byte) && byte == b',' && nesting.parentheses == 0 {
            parts.push(text.get(start..at).unwrap_or_default());
            start = at + 1;
        }
    }
    parts.push(text.get(start..).unwrap_or_default());
    if let [only] = parts.as_slice()
        && only.trim().is_empty()
    {
        return Ok(Vec::new());
    }
    let mut named: Vec<(&str, &str)> = Vec::with_capacity(parts.len());
    for part in parts {
        let (name, value) = part.split_once('=').ok_or_else(malformed)?;
        let (name, value) = (name.trim(), value.trim());
        if name.is_empty() || named.iter().any(|(seen, _)| *seen == name) {
            return Err(malformed());
        }
        named.push((name, value));
    }
    Ok(named)
}

/// The service's answer to a URL that it cannot read (reference §11.4).
pub(super) fn malformed() -> SimError {
    SimError::bad_url("Bad Request - Error in query syntax.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &str) -> Vec<String> {
        segments(path)
            .into_iter()
            .map(|segment| segment.name)
            .collect()
    }

    #[test]
    fn slashes_in_quotes_and_json_split_nothing() {
        for path in [
            "systemusers(1)/Microsoft.Dynamics.CRM.F(T={'@odata.id':'/accounts(2)'})",
            "systemusers(1)/Microsoft.Dynamics.CRM.F(T={\"@odata.id\":\"https://x/y's(2)\"})",
            "systemusers(1)/Microsoft.Dynamics.CRM.F(T=%7B%22@odata.id%22:%22/accounts(2)%22%7D)",
            "systemusers(1)/Microsoft.Dynamics.CRM.F(T=%27a/b%27)",
        ] {
            assert_eq!(
                names(path),
                ["systemusers", "Microsoft.Dynamics.CRM.F"],
                "{path}"
            );
        }
        assert_eq!(names("accounts//x"), ["accounts", "x"]);
    }

    #[test]
    fn parameters_are_split_at_outer_commas() {
        let text =
            "A='x,(''y''',B=@p1,C={'k':[1,2],\"q\":\"it's, so\"},D=Microsoft.Dynamics.CRM.E'F,G'";
        let split = parameters(text).unwrap();
        assert_eq!(
            split,
            [
                ("A", "'x,(''y'''"),
                ("B", "@p1"),
                ("C", "{'k':[1,2],\"q\":\"it's, so\"}"),
                ("D", "Microsoft.Dynamics.CRM.E'F,G'"),
            ]
        );
        assert_eq!(parameters(" ").unwrap(), []);
        for wrong in ["A", "A='x',", "='x'", "A=1,A=2"] {
            assert!(parameters(wrong).is_err(), "{wrong}");
        }
    }
}

//! A request's header fields, for as many attempts as it takes. The first attempt gets the fields
//! themselves; a second one, which is rare, gets them back from a copy that is one run of bytes:
//! cloning the map would cost every request an allocation for each field.

use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};

/// Header fields to be sent once, and perhaps again.
#[derive(Debug)]
pub(crate) struct Fields {
    first: Option<HeaderMap>,
    copy: Bytes,
}

impl Fields {
    /// Keeps a copy of `fields`, unless the request cannot be sent again anyway.
    pub(crate) fn new(fields: HeaderMap, repeatable: bool) -> Self {
        let copy = if repeatable {
            copy(&fields)
        } else {
            Bytes::new()
        };
        Self {
            first: Some(fields),
            copy,
        }
    }

    /// The fields for the next attempt.
    pub(crate) fn next(&mut self) -> HeaderMap {
        match self.first.take() {
            Some(fields) => fields,
            None => restore(&self.copy),
        }
    }
}

/// As HTTP/1.1 writes them. Neither names nor values can hold a line feed, nor names a colon.
fn copy(fields: &HeaderMap) -> Bytes {
    let length = fields
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 2)
        .sum();
    let mut copy = Vec::with_capacity(length);
    for (name, value) in fields {
        copy.extend_from_slice(name.as_str().as_bytes());
        copy.push(b':');
        copy.extend_from_slice(value.as_bytes());
        copy.push(b'\n');
    }
    copy.into()
}

fn restore(copy: &[u8]) -> HeaderMap {
    let mut fields = HeaderMap::new();
    for line in copy.split(|byte| *byte == b'\n') {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            continue;
        };
        let (name, value) = line.split_at(colon);
        let value = value.strip_prefix(b":").unwrap_or(value);
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name), HeaderValue::from_bytes(value))
        {
            fields.append(name, value);
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_attempt_gets_the_same_fields() {
        let mut given = HeaderMap::new();
        for (name, value) in [
            ("accept", &b"application/json"[..]),
            ("prefer", b"return=representation"),
            ("prefer", b"odata.maxpagesize=50"),
            ("x-own", b""),
            ("x-colons", b"a:b: c\t:"),
            ("x-bytes", b"\xc3\xbc\xff"),
        ] {
            given.append(
                HeaderName::from_static(name),
                HeaderValue::from_bytes(value).unwrap(),
            );
        }
        let mut fields = Fields::new(given.clone(), true);
        for _ in 0..3 {
            assert_eq!(fields.next(), given);
        }
    }
}

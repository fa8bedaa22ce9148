//! Stage 8. What of an answer's head may come in. Cookies would be a memory shared behind the
//! host's back; fields of the connection end here; the host's own fields cannot be forged by a
//! service; and an echoed credential is taken out. A redirect comes in like any answer: it is not
//! followed, and where it points to the guest may go only if policy lets it.

use http::header::{
    CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue,
    TRANSFER_ENCODING,
};

use crate::redact::{REDACTED, Redactor};
use crate::stages::headers::{HeaderLimits, OWN_PREFIX, is_hop_by_hop};

/// Why an answer's head cannot come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum HeadError {
    /// More fields than permitted.
    #[error(
        "its answer has more than {0} header fields; raise max-response-headers under [egress] to permit it"
    )]
    TooMany(usize),
    /// More bytes than permitted.
    #[error(
        "its answer has header fields of more than {0} bytes; raise max-header-bytes under [egress] to permit it"
    )]
    TooLarge(usize),
    /// Compressed, so that nothing in it could be found.
    #[error(
        "it compressed its answer although it was asked not to, so that an echoed credential could not be found in it"
    )]
    Compressed,
}

/// Takes out of an answer's header fields what may not come in. With a `redactor` the body may
/// change its length, so its declared length goes too, unless the answer `has_no_body`.
///
/// # Errors
/// [`HeadError`].
pub(crate) fn filter(
    mut fields: HeaderMap,
    limits: HeaderLimits,
    redactor: Option<&Redactor>,
    has_no_body: bool,
) -> Result<HeaderMap, HeadError> {
    if fields.len() > limits.fields {
        return Err(HeadError::TooMany(limits.fields));
    }
    // One look at each field: most answers have nothing to take out.
    let searched = redactor.is_some() && !has_no_body;
    let (mut bytes, mut unwanted) = (0, Vec::new());
    for (name, value) in &fields {
        bytes += name.as_str().len() + value.len();
        if searched && is_compression(name, value) {
            return Err(HeadError::Compressed);
        }
        if *name == CONNECTION {
            unwanted.extend(named_by_connection(value));
        }
        if stays_out(name) || (searched && *name == CONTENT_LENGTH) {
            unwanted.push(name.clone());
        }
    }
    if bytes > limits.bytes {
        return Err(HeadError::TooLarge(limits.bytes));
    }
    for name in unwanted {
        fields.remove(name);
    }
    if let Some(redactor) = redactor {
        redact(&mut fields, redactor);
    }
    Ok(fields)
}

/// Filters the trailers of an answer in the same way.
pub(crate) fn filter_trailers(mut fields: HeaderMap, redactor: Option<&Redactor>) -> HeaderMap {
    take_out(&mut fields, |name| {
        stays_out(name) || *name == CONTENT_LENGTH
    });
    if let Some(redactor) = redactor {
        redact(&mut fields, redactor);
    }
    fields
}

fn take_out(fields: &mut HeaderMap, unwanted: impl Fn(&HeaderName) -> bool) {
    let unwanted: Vec<HeaderName> = fields
        .keys()
        .filter(|name| unwanted(name))
        .cloned()
        .collect();
    for name in unwanted {
        fields.remove(name);
    }
}

fn redact(fields: &mut HeaderMap, redactor: &Redactor) {
    // A name is always in lower case, so only a credential that is so too could hide in it.
    take_out(fields, |name| {
        redactor.redact(name.as_str().as_bytes()).is_some()
    });
    for value in fields.values_mut() {
        if let Some(clean) = redactor.redact(value.as_bytes()) {
            *value = HeaderValue::from_bytes(&clean)
                .or_else(|_| HeaderValue::from_bytes(REDACTED))
                .unwrap_or(HeaderValue::from_static(""));
        }
    }
}

fn is_compression(name: &HeaderName, value: &HeaderValue) -> bool {
    let plain: &[u8] = if *name == CONTENT_ENCODING {
        b"identity"
    } else if *name == TRANSFER_ENCODING {
        b"chunked"
    } else {
        return false;
    };
    !value
        .as_bytes()
        .split(|byte| *byte == b',')
        .all(|coding| coding.trim_ascii().eq_ignore_ascii_case(plain))
}

fn stays_out(name: &HeaderName) -> bool {
    is_hop_by_hop(name)
        || matches!(name.as_str(), "set-cookie" | "set-cookie2")
        || name.as_str().starts_with(OWN_PREFIX)
}

/// Fields that `Connection` names end at this hop as well (RFC 9110 §7.6.1).
fn named_by_connection(value: &HeaderValue) -> impl Iterator<Item = HeaderName> {
    value
        .as_bytes()
        .split(|byte| *byte == b',')
        .filter_map(|name| HeaderName::from_bytes(name.trim_ascii()).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: HeaderLimits = HeaderLimits {
        fields: 10,
        bytes: 500,
    };

    fn redactor() -> Redactor {
        Redactor::new(&[std::sync::Arc::new("token-1234".into())])
    }

    fn map(fields: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in fields {
            map.append(
                HeaderName::from_static(name),
                HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            );
        }
        map
    }

    fn names(map: &HeaderMap) -> Vec<&str> {
        map.keys().map(HeaderName::as_str).collect()
    }

    #[test]
    fn cookies_hop_fields_and_forged_own_fields_stay_out() {
        let given = map(&[
            ("content-type", "application/json"),
            ("content-length", "5"),
            ("etag", "W/\"1\""),
            ("www-authenticate", "Bearer authorization_uri=x"),
            ("retry-after", "3"),
            ("set-cookie", "session=1"),
            ("connection", "keep-alive, x-hop"),
            ("x-hop", "1"),
            ("transfer-encoding", "chunked"),
            ("airlock-refusal", "egress-denied"),
        ]);
        let clean = filter(given, LIMITS, None, false).unwrap();
        assert_eq!(
            names(&clean),
            [
                "content-type",
                "content-length",
                "etag",
                "www-authenticate",
                "retry-after"
            ]
        );
        let trailers = filter_trailers(
            map(&[("set-cookie", "a"), ("checksum", "b"), ("connection", "c")]),
            None,
        );
        assert_eq!(names(&trailers), ["checksum"]);
    }

    #[test]
    fn an_echoed_credential_is_taken_out_of_every_field() {
        let redactor = redactor();
        let given = map(&[
            ("x-echo", "Bearer token-1234"),
            (
                "location",
                "https://evil.example/?t=token-1234&u=token-1234",
            ),
            ("x-token-1234", "hidden in the name"),
            ("www-authenticate", "Bearer"),
        ]);
        let clean = filter(given, LIMITS, Some(&redactor), false).unwrap();
        assert_eq!(clean["x-echo"], "Bearer [redacted]");
        assert_eq!(
            clean["location"],
            "https://evil.example/?t=[redacted]&u=[redacted]"
        );
        assert_eq!(names(&clean), ["x-echo", "location", "www-authenticate"]);
        let trailers = filter_trailers(map(&[("x-echo", "token-1234")]), Some(&redactor));
        assert_eq!(trailers["x-echo"], "[redacted]");
    }

    #[test]
    fn with_a_credential_the_length_is_open_and_compression_is_refused() {
        let redactor = redactor();
        let length = || map(&[("content-length", "5")]);
        assert!(
            filter(length(), LIMITS, Some(&redactor), false)
                .unwrap()
                .is_empty()
        );
        assert_eq!(
            filter(length(), LIMITS, Some(&redactor), true)
                .unwrap()
                .len(),
            1
        );
        assert_eq!(filter(length(), LIMITS, None, false).unwrap().len(), 1);
        for (name, value, accepted) in [
            ("content-encoding", "gzip", false),
            ("content-encoding", "identity, br", false),
            ("content-encoding", "Identity", true),
            ("transfer-encoding", "gzip, chunked", false),
            ("transfer-encoding", "chunked", true),
        ] {
            let given = map(&[(name, value)]);
            assert_eq!(
                filter(given.clone(), LIMITS, Some(&redactor), false).is_ok(),
                accepted,
                "{name}: {value}"
            );
            assert!(filter(given, LIMITS, None, false).is_ok());
        }
    }

    #[test]
    fn too_many_or_too_large_fields_are_an_error() {
        let many = map(&vec![("a", "b"); 11]);
        assert_eq!(
            filter(many, LIMITS, None, false).unwrap_err(),
            HeadError::TooMany(10)
        );
        let large = map(&[("a", &"b".repeat(500))]);
        assert_eq!(
            filter(large, LIMITS, None, false).unwrap_err(),
            HeadError::TooLarge(500)
        );
    }
}

//! Stage 3. Which header fields a guest may send: everything but what names an identity, what the
//! host sets itself, and what steers proxies and connections. The same list holds for trailers, and
//! the runtime gives it to the sandbox, so that a field cannot slip in by another door.

use std::borrow::Cow;

use http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, HOST, HeaderMap, HeaderName, HeaderValue,
    TRAILER,
};

use crate::config::EgressConfig;
use crate::error::{EgressError, Stage};
use crate::stages::parse::Origin;

/// Marks a request that only prepares another; see the contract's conventions.
pub const PREPARES: &str = "airlock-prepares";

/// Fields with this beginning belong to host and guest alone and never leave or come in.
pub(crate) const OWN_PREFIX: &str = "airlock-";

/// Header fields that were accepted.
#[derive(Debug)]
pub(crate) struct CleanHeaders {
    /// What will be sent.
    pub fields: HeaderMap,
    /// The body's length as the guest declared it; the host frames the body itself.
    pub content_length: Option<u64>,
    /// The request only prepares another.
    pub prepares: bool,
}

/// How many fields and bytes a header section may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeaderLimits {
    /// Most fields.
    pub fields: usize,
    /// Most bytes, names and values together.
    pub bytes: usize,
}

impl HeaderLimits {
    /// What the operator permits, in either direction.
    pub(crate) fn of(config: &EgressConfig) -> Self {
        Self {
            fields: config.max_response_headers,
            bytes: config.max_header_bytes,
        }
    }
}

/// Whether a guest may not set `name`, in headers or trailers.
pub fn is_forbidden(name: &HeaderName) -> bool {
    let name = as_proxies_read(name);
    is_credential(&name) || is_claim(&name) || steers(&name) || is_of_the_connection(&name)
}

/// Whether a connector may have its credential put into the field `name`: those that are made for one,
/// and any of the service's own.
pub fn may_carry_credential(name: &HeaderName) -> bool {
    let name = as_proxies_read(name);
    !is_claim(&name)
        && !steers(&name)
        && !is_of_the_connection(&name)
        && !matches!(
            &*name,
            "content-length" | "accept-encoding" | "set-cookie" | "set-cookie2"
        )
        && !name.starts_with(OWN_PREFIX)
}

/// The name as programs behind CGI, WSGI and their like see it: there an underscore and a hyphen are
/// one.
fn as_proxies_read(name: &HeaderName) -> Cow<'_, str> {
    let name = name.as_str();
    if name.contains('_') {
        name.replace('_', "-").into()
    } else {
        name.into()
    }
}

/// Credentials, of which the host adds the only one.
fn is_credential(name: &str) -> bool {
    const ENDINGS: [&str; 8] = [
        "api-key",
        "apikey",
        "access-token",
        "auth-token",
        "private-token",
        "functions-key",
        "subscription-key",
        "security-token",
    ];
    matches!(
        name,
        "authorization" | "cookie" | "cookie2" | "set-cookie" | "set-cookie2"
    ) || ENDINGS.iter().any(|ending| name.ends_with(ending))
        || name.starts_with("x-ms-authorization-")
}

/// What proxies and gateways say about the sender: a service that trusts its own would believe it.
fn is_claim(name: &str) -> bool {
    const BEGINNINGS: [&str; 12] = [
        "x-forwarded-",
        "x-ms-client-principal",
        "x-ms-token-",
        "x-auth-request-",
        "x-amzn-oidc-",
        "x-goog-authenticated-user-",
        "x-goog-iap-",
        "x-envoy-",
        "x-ssl-client-",
        "ssl-client-",
        "x-client-cert",
        "cf-",
    ];
    matches!(
        name,
        "forwarded"
            | "x-forwarded"
            | "via"
            | "x-real-ip"
            | "true-client-ip"
            | "client-ip"
            | "x-client-ip"
            | "x-cluster-client-ip"
            | "fastly-client-ip"
            | "x-azure-clientip"
            | "x-azure-socketip"
            | "remote-user"
            | "x-remote-user"
            | "remote-addr"
            | "x-remote-addr"
            | "x-webauth-user"
    ) || BEGINNINGS
        .iter()
        .any(|beginning| name.starts_with(beginning))
}

/// What leads to another host, method or path than the one that was judged.
fn steers(name: &str) -> bool {
    matches!(
        name,
        "host"
            | "x-host"
            | "x-http-method"
            | "x-http-method-override"
            | "x-method-override"
            | "x-rewrite-url"
    ) || name.starts_with("x-original-")
}

/// Framing, and the connection itself (RFC 9110 §7.6.1).
fn is_of_the_connection(name: &str) -> bool {
    matches!(
        name,
        "connection"
            | "keep-alive"
            | "te"
            | "trailer"
            | "transfer-encoding"
            | "upgrade"
            | "expect"
            | "http2-settings"
    ) || name.starts_with("proxy-")
}

/// What is asked of a request's header fields.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    /// Number and size.
    pub limits: HeaderLimits,
    /// The sender is the host itself, which may identify itself, as to a token endpoint.
    pub may_authorize: bool,
}

/// Judges a request's header fields one by one and takes out what the host sets itself. What is
/// left has been seen field by field; nothing else leaves.
///
/// # Errors
/// [`EgressError::Denied`] at stage `headers` for a forbidden field, a `Host` other than the URL's,
/// several or malformed content lengths, or more than the limits.
pub(crate) fn judge(
    mut fields: HeaderMap,
    origin: &Origin,
    rules: Rules,
) -> Result<CleanHeaders, EgressError> {
    within(&fields, rules.limits)?;
    // One look at each field: most requests have nothing to take out.
    let (mut prepares, mut content_length, mut unwanted) = (false, None, Vec::new());
    for (name, value) in &fields {
        if *name == HOST {
            check_host(value, origin)?;
            unwanted.push(name.clone());
        } else if *name == CONTENT_LENGTH {
            if content_length.replace(length(value)?).is_some() {
                return Err(refuse(
                    "content-length",
                    "the guest gave more than one content length",
                ));
            }
            unwanted.push(name.clone());
        } else if name.as_str().starts_with(OWN_PREFIX) {
            prepares |= name == PREPARES && value.as_bytes().eq_ignore_ascii_case(b"true");
            unwanted.push(name.clone());
        } else if is_refused(name, rules) {
            return Err(refuse(
                "forbidden-field",
                format!(
                    "the guest may not set the header field {name}; the host sets what is needed"
                ),
            ));
        }
    }
    for name in unwanted {
        fields.remove(name);
    }
    // What is compressed could not be searched for an echoed credential, nor counted honestly.
    fields.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    Ok(CleanHeaders {
        fields,
        content_length,
        prepares,
    })
}

fn is_refused(name: &HeaderName, rules: Rules) -> bool {
    is_forbidden(name) && !(rules.may_authorize && *name == AUTHORIZATION)
}

/// Judges the trailers of a guest's body.
///
/// # Errors
/// [`EgressError::Denied`] for a field that may not be a header either, or frames the message.
pub(crate) fn judge_trailers(
    trailers: &HeaderMap,
    limits: HeaderLimits,
) -> Result<(), EgressError> {
    within(trailers, limits)?;
    match trailers.keys().find(|name| {
        is_forbidden(name) || **name == CONTENT_LENGTH || name.as_str().starts_with(OWN_PREFIX)
    }) {
        Some(name) => Err(refuse(
            "forbidden-field",
            format!("the guest may not set the trailer field {name}"),
        )),
        None => Ok(()),
    }
}

/// Counts fields and bytes, before anything is made of them.
pub(crate) fn within(headers: &HeaderMap, limits: HeaderLimits) -> Result<(), EgressError> {
    let bytes: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    if headers.len() > limits.fields {
        return Err(refuse(
            "too-many-fields",
            format!(
                "more than {} header fields; raise max-response-headers under [egress] to permit it",
                limits.fields
            ),
        ));
    }
    if bytes > limits.bytes {
        return Err(refuse(
            "too-large",
            format!(
                "header fields of more than {} bytes; raise max-header-bytes under [egress] to permit it",
                limits.bytes
            ),
        ));
    }
    Ok(())
}

fn length(value: &HeaderValue) -> Result<u64, EgressError> {
    // `parse` alone would accept a sign.
    std::str::from_utf8(value.as_bytes())
        .ok()
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| refuse("content-length", "the guest's content length is no number"))
}

fn check_host(value: &HeaderValue, origin: &Origin) -> Result<(), EgressError> {
    let matches = value.to_str().is_ok_and(|text| {
        text.eq_ignore_ascii_case(&origin.host_and_port())
            || (origin.port() == origin.default_port() && text.eq_ignore_ascii_case(origin.host()))
    });
    if matches {
        return Ok(());
    }
    Err(refuse(
        "host",
        format!(
            "the guest set a Host other than that of the URL ({})",
            origin.host()
        ),
    ))
}

fn refuse(rule: &'static str, message: impl Into<String>) -> EgressError {
    EgressError::denied(Stage::Headers, rule, message)
}

/// Fields that end at this hop (RFC 9110 §7.6.1), in either direction.
pub(crate) fn is_hop_by_hop(name: &HeaderName) -> bool {
    *name == TRAILER
        || matches!(
            name.as_str(),
            "connection"
                | "keep-alive"
                | "te"
                | "transfer-encoding"
                | "upgrade"
                | "proxy-connection"
                | "proxy-authenticate"
                | "proxy-authorization"
                | "proxy-authentication-info"
                | "http2-settings"
        )
}

#[cfg(test)]
mod tests;

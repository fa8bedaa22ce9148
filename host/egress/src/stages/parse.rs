//! Stage 1. A URL is read once, and what does not re-serialise to itself is refused: if two
//! readers could take it for two things, it never leaves. What is sent later is rebuilt from what
//! was read here, not from the guest's text.
//!
//! The origin is held against the `url` crate, which reads as browsers do. Path and query are
//! scanned byte by byte, because this runs for every request; a test holds the scan against the
//! same crate.

use std::fmt;
use std::net::IpAddr;

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};
use url::{Host, Url};

use crate::error::{EgressError, Stage};

/// Where a request goes: scheme, host and port, in their one canonical spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    https: bool,
    host: Box<str>,
    address: Option<IpAddr>,
    port: u16,
    authority: Authority,
}

impl Origin {
    /// Reads the origin of an absolute URL.
    ///
    /// # Errors
    /// [`EgressError::Denied`] at stage `parse` when it is not absolute, names a user, or spells
    /// its host or port in any but the canonical way (letter case and a default port aside).
    pub fn parse(uri: &Uri) -> Result<Self, EgressError> {
        let https = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            Some(scheme) => {
                return Err(refuse("scheme", format!("{scheme}: is not http or https")));
            }
            None => return Err(refuse("absolute", "it has no scheme; give the whole URL")),
        };
        let Some(authority) = uri.authority() else {
            return Err(refuse("absolute", "it has no host; give the whole URL"));
        };
        let text = authority.as_str();
        if text.contains('@') {
            return Err(refuse(
                "userinfo",
                "it names a user before the host; credentials are added by the host alone",
            ));
        }
        let (host, port) = split(text)?;
        let lower = host.to_ascii_lowercase();
        if lower.ends_with('.') {
            return Err(refuse(
                "host",
                format!("write {host} without the final dot"),
            ));
        }
        let read = Url::parse(&format!("https://{lower}/"))
            .map_err(|error| refuse("host", format!("\"{host}\" is no valid host: {error}")))?;
        if read.host_str() != Some(lower.as_str()) {
            return Err(refuse(
                "host",
                format!(
                    "\"{host}\" is an unusual spelling of {}",
                    read.host_str().unwrap_or("nothing")
                ),
            ));
        }
        let address = match read.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            _ => None,
        };
        Self::build(https, lower, address, port)
    }

    fn build(
        https: bool,
        host: String,
        address: Option<IpAddr>,
        port: Option<u16>,
    ) -> Result<Self, EgressError> {
        let default = default_port(https);
        let port = port.unwrap_or(default);
        let text = if port == default {
            host.clone()
        } else {
            format!("{host}:{port}")
        };
        let authority = Authority::try_from(text)
            .map_err(|error| refuse("host", format!("\"{host}\" is no valid host: {error}")))?;
        Ok(Self {
            https,
            host: host.into(),
            address,
            port,
            authority,
        })
    }

    /// Reads the origin as careless code would: it judges what stands first and dials the rest.
    #[cfg(feature = "lowered-defences")]
    pub(crate) fn parse_lowered(uri: &Uri) -> Result<Self, EgressError> {
        let https = uri.scheme() == Some(&Scheme::HTTPS);
        let Some(authority) = uri.authority() else {
            return Err(refuse("absolute", "it has no host"));
        };
        let (first, rest) = match authority.as_str().rsplit_once('@') {
            Some((user, rest)) => (user, rest),
            None => (authority.host(), authority.as_str()),
        };
        let authority =
            Authority::try_from(rest).map_err(|error| refuse("host", error.to_string()))?;
        Ok(Self {
            https,
            host: first.into(),
            address: authority.host().trim_matches(['[', ']']).parse().ok(),
            port: authority.port_u16().unwrap_or(default_port(https)),
            authority,
        })
    }

    /// Whether it speaks TLS.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// Host name in lower case and punycode, or an address (IPv6 in brackets).
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The host as it is looked up and dialled: without brackets.
    pub(crate) fn dial_host(&self) -> &str {
        self.authority.host().trim_matches(['[', ']'])
    }

    /// The address, where the host is one.
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// Port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The port that the scheme implies.
    pub fn default_port(&self) -> u16 {
        default_port(self.https)
    }

    /// `host:port`, always with the port, for messages and rules.
    pub fn host_and_port(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// The URL of `path` here, rebuilt from what was read.
    pub(crate) fn join(&self, path: PathAndQuery) -> Result<Uri, EgressError> {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(if self.https {
            Scheme::HTTPS
        } else {
            Scheme::HTTP
        });
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(path);
        Uri::from_parts(parts).map_err(|error| refuse("url", error.to_string()))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.https { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.authority)
    }
}

fn default_port(https: bool) -> u16 {
    if https { 443 } else { 80 }
}

/// Host and port of an authority, the port only in its canonical spelling.
fn split(authority: &str) -> Result<(&str, Option<u16>), EgressError> {
    let after_address = authority.rfind(']').map_or(0, |at| at + 1);
    let Some(colon) = authority
        .get(after_address..)
        .and_then(|rest| rest.find(':'))
    else {
        return Ok((authority, None));
    };
    let (host, port) = authority.split_at(after_address + colon);
    let digits = port.trim_start_matches(':');
    match digits.parse::<u16>() {
        Ok(number) if number != 0 && number.to_string() == digits => Ok((host, Some(number))),
        _ => Err(refuse("port", format!("\"{digits}\" is no port"))),
    }
}

/// What policy needs to know about a path that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathTraits {
    /// A reader that decodes `%2F` or `%5C` before it splits the path would find `.` or `..` in it.
    /// Harmless where the whole host is permitted; a way out of a permitted prefix otherwise.
    pub hides_dot_segments: bool,
}

/// Reads path and query.
///
/// # Errors
/// [`EgressError::Denied`] at stage `parse` for what two readers could take for two things: dot
/// segments, empty segments, backslashes, and characters that should have been percent-encoded.
pub fn path(path: &PathAndQuery) -> Result<PathTraits, EgressError> {
    let text = path.as_str();
    if !text.starts_with('/') {
        return Err(refuse("path", "the path has to begin with /"));
    }
    let (path, query) = match text.split_once('?') {
        Some((path, query)) => (path, query),
        None => (text, ""),
    };
    check_characters(query, QUERY, "query")?;
    if is_plain(path) {
        return Ok(PathTraits {
            hides_dot_segments: false,
        });
    }
    check_characters(path, PATH, "path")?;
    segments(path)
}

/// Nothing escaped or misplaced, no empty segment and none that begins with a dot: most paths, and
/// nothing in them could be read in two ways.
fn is_plain(path: &str) -> bool {
    let mut before = 0;
    path.bytes().all(|byte| {
        let begins = before == b'/';
        before = byte;
        is_of(byte, PATH) && !(begins && (byte == b'/' || byte == b'.'))
    })
}

fn segments(path: &str) -> Result<PathTraits, EgressError> {
    let mut hides_dot_segments = false;
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        if segment.is_empty() && segments.peek().is_some() {
            return Err(refuse("path", "the path has an empty segment (//)"));
        }
        if is_dot_segment(segment) {
            return Err(refuse("path", "the path has a segment . or .."));
        }
        hides_dot_segments = hides_dot_segments || hides_dots(segment);
    }
    Ok(PathTraits { hides_dot_segments })
}

/// Bytes that may stand in a path: RFC 3986 §3.3, `pchar` and the separator.
const PATH: u8 = 1;
/// Bytes that may stand in a query: RFC 3986 §3.4, and what no reader changes although it should
/// have been encoded.
const QUERY: u8 = 2;

/// Which of [`PATH`] and [`QUERY`] each byte belongs to. A table, because every byte of every URL is
/// looked up in it.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        let path = matches!(byte,
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~'
            | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'='
            | b':' | b'@' | b'/');
        let query = path || matches!(byte, b'?' | b'[' | b']' | b'{' | b'}' | b'|' | b'^' | b'`');
        #[allow(
            clippy::indexing_slicing,
            reason = "evaluated by the compiler, within 256"
        )]
        {
            classes[byte as usize] = (path as u8) | ((query as u8) << 1);
        }
        byte += 1;
    }
    classes
};

fn is_of(byte: u8, class: u8) -> bool {
    CLASSES
        .get(usize::from(byte))
        .is_some_and(|classes| classes & class != 0)
}

fn check_characters(text: &str, class: u8, part: &str) -> Result<(), EgressError> {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if is_of(byte, class) {
            continue;
        }
        if byte != b'%' {
            return Err(refuse(
                "encoding",
                format!(
                    "the {part} holds a character that has to be percent-encoded (%{byte:02X})"
                ),
            ));
        }
        let hex = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_hexdigit());
        if !(hex(bytes.next()) && hex(bytes.next())) {
            return Err(refuse(
                "encoding",
                format!("a % in the {part} is followed by no two hex digits"),
            ));
        }
    }
    Ok(())
}

/// `.` or `..`, each dot plain or as `%2e`.
fn is_dot_segment(segment: &str) -> bool {
    let Some(rest) = strip_dot(segment) else {
        return false;
    };
    rest.is_empty() || strip_dot(rest).is_some_and(str::is_empty)
}

fn strip_dot(text: &str) -> Option<&str> {
    text.strip_prefix('.')
        .or_else(|| text.strip_prefix("%2e"))
        .or_else(|| text.strip_prefix("%2E"))
}

fn hides_dots(segment: &str) -> bool {
    // Most paths have no escape at all.
    if !segment.contains('%') {
        return false;
    }
    let decoded = segment
        .replace("%2f", "/")
        .replace("%2F", "/")
        .replace("%5c", "/")
        .replace("%5C", "/");
    decoded.len() != segment.len() && decoded.split('/').any(is_dot_segment)
}

fn refuse(rule: &'static str, reason: impl fmt::Display) -> EgressError {
    EgressError::denied(Stage::Parse, rule, format!("URL refused: {reason}"))
}

#[cfg(test)]
mod tests;

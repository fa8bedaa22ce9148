//! Which hosts a rule means: `host`, `host:port`, `host:*`, and `*.host` for its subdomains.
//! Policy layer, pure. A pattern is canonical once parsed, so that matching is a comparison.
//!
//! Breadth is refused here, once, when a rule is written: a wildcard stands for whole labels only,
//! never for a public suffix (`*.co.uk`, `*.azurewebsites.net`) or a single label (`*.com`).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::Host;

use crate::stages::parse::Origin;

/// Hosts, and a port, that a rule applies to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HostPattern {
    /// Canonical: lower case, punycode, no trailing dot; addresses in their one spelling.
    host: String,
    subdomains: bool,
    port: Port,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Port {
    /// The one that the scheme implies.
    Default,
    Any,
    Number(u16),
}

/// A host pattern that cannot be accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is no host pattern: {reason}")]
pub struct HostPatternError {
    text: String,
    reason: &'static str,
}

impl HostPattern {
    /// Reads a pattern, as [`FromStr`] does.
    ///
    /// # Errors
    /// [`HostPatternError`], saying what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, HostPatternError> {
        text.parse()
    }

    /// Whether a request to `origin` is meant.
    pub fn matches(&self, origin: &Origin) -> bool {
        let port = match self.port {
            Port::Default => origin.port() == origin.default_port(),
            Port::Any => true,
            Port::Number(port) => origin.port() == port,
        };
        port && self.matches_host(origin.host())
    }

    fn matches_host(&self, host: &str) -> bool {
        if !self.subdomains {
            return host == self.host;
        }
        host.strip_suffix(self.host.as_str())
            .and_then(|rest| rest.strip_suffix('.'))
            .is_some_and(|labels| !labels.is_empty())
    }
}

impl FromStr for HostPattern {
    type Err = HostPatternError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = |reason| HostPatternError {
            text: text.into(),
            reason,
        };
        if text.contains("://") || text.contains(['/', '@', '?', '#', '\\']) {
            return Err(refuse(
                "write only host or host:port, no scheme, path or user",
            ));
        }
        let (host, port) = split_port(text).map_err(refuse)?;
        let (name, subdomains) = match host.strip_prefix("*.") {
            Some(name) => (name, true),
            None => (host, false),
        };
        if name.contains('*') {
            return Err(refuse(
                "a wildcard stands for whole labels at the front, as in *.example.com",
            ));
        }
        if name.ends_with('.') {
            return Err(refuse("write it without the final dot"));
        }
        let parsed = Host::parse(name).map_err(|_| refuse("the host name is not valid"))?;
        let host = parsed.to_string();
        match parsed {
            Host::Domain(_) if subdomains => judge_breadth(&host).map_err(refuse)?,
            Host::Domain(_) => {}
            // An unusual spelling of an address would otherwise read as one thing and mean another.
            Host::Ipv4(_) | Host::Ipv6(_) if subdomains => {
                return Err(refuse("an address has no subdomains"));
            }
            Host::Ipv4(_) | Host::Ipv6(_) if host != name => {
                return Err(refuse("write the address in its usual form"));
            }
            Host::Ipv4(_) | Host::Ipv6(_) => {}
        }
        Ok(Self {
            host,
            subdomains,
            port,
        })
    }
}

fn split_port(text: &str) -> Result<(&str, Port), &'static str> {
    // A colon inside brackets belongs to an IPv6 address.
    let after_address = text.rfind(']').map_or(0, |at| at + 1);
    let Some(colon) = text.get(after_address..).and_then(|rest| rest.rfind(':')) else {
        return Ok((text, Port::Default));
    };
    let (host, port) = text.split_at(after_address + colon);
    let port = match port.trim_start_matches(':') {
        "*" => Port::Any,
        digits if digits.bytes().all(|b| b.is_ascii_digit()) => match digits.parse() {
            Ok(0) | Err(_) => return Err("the port is a number from 1 to 65535, or *"),
            Ok(number) => Port::Number(number),
        },
        _ => return Err("the port is a number from 1 to 65535, or *"),
    };
    Ok((host, port))
}

/// Refuses a wildcard over names that belong to more than one owner.
fn judge_breadth(host: &str) -> Result<(), &'static str> {
    if !host.contains('.') {
        return Err("a wildcard over a single label is too wide");
    }
    match psl::suffix(host.as_bytes()) {
        Some(suffix) if suffix.as_bytes().len() == host.len() => {
            Err("a wildcard over a public suffix would mean other people's hosts too")
        }
        _ => Ok(()),
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.subdomains {
            f.write_str("*.")?;
        }
        f.write_str(&self.host)?;
        match self.port {
            Port::Default => Ok(()),
            Port::Any => f.write_str(":*"),
            Port::Number(port) => write!(f, ":{port}"),
        }
    }
}

impl TryFrom<String> for HostPattern {
    type Error = HostPatternError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<HostPattern> for String {
    fn from(pattern: HostPattern) -> Self {
        pattern.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> Origin {
        Origin::parse(&text.parse().unwrap()).unwrap()
    }

    #[test]
    fn patterns_match_whole_labels_and_the_right_port() {
        let cases = [
            ("org.example.com", "https://org.example.com/", true),
            ("ORG.Example.com", "https://org.example.com/", true),
            ("org.example.com", "https://org.example.com:8443/", false),
            (
                "org.example.com:8443",
                "https://org.example.com:8443/",
                true,
            ),
            ("org.example.com:443", "https://org.example.com/", true),
            ("org.example.com", "http://org.example.com/", true),
            ("org.example.com", "http://org.example.com:443/", false),
            ("org.example.com:*", "https://org.example.com:9/", true),
            ("org.example.com", "https://evil-org.example.com/", false),
            (
                "org.example.com",
                "https://org.example.com.evil.net/",
                false,
            ),
            ("*.example.com", "https://a.example.com/", true),
            ("*.example.com", "https://a.b.example.com/", true),
            ("*.example.com", "https://example.com/", false),
            ("*.example.com", "https://evilexample.com/", false),
            (
                "bücher.example.com",
                "https://xn--bcher-kva.example.com/",
                true,
            ),
            ("127.0.0.1:8080", "http://127.0.0.1:8080/", true),
            ("[::1]:8080", "http://[::1]:8080/", true),
            ("[::1]", "https://[::1]/", true),
        ];
        for (pattern, url, expected) in cases {
            let pattern: HostPattern = pattern.parse().unwrap();
            assert_eq!(
                pattern.matches(&origin(url)),
                expected,
                "{pattern} on {url}"
            );
        }
    }

    #[test]
    fn patterns_that_are_too_wide_or_ambiguous_are_refused() {
        for text in [
            "*",
            "*.com",
            "*.co.uk",
            "*.azurewebsites.net",
            "*.github.io",
            "*example.com",
            "a.*.example.com",
            "*.*.example.com",
            "https://example.com",
            "example.com/path",
            "user@example.com",
            "example.com.",
            "example.com:0",
            "example.com:65536",
            "example.com:",
            "example.com:+80",
            "0x7f.0.0.1",
            "2130706433",
            "127.1",
            "*.127.0.0.1",
            "exa mple.com",
            "",
            "a\\b.com",
        ] {
            assert!(
                text.parse::<HostPattern>().is_err(),
                "{text:?} was accepted"
            );
        }
    }

    #[test]
    fn a_pattern_prints_as_what_it_means() {
        for (text, printed) in [
            ("Example.COM", "example.com"),
            ("*.Example.com:8443", "*.example.com:8443"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("[::1]:*", "[::1]:*"),
        ] {
            assert_eq!(text.parse::<HostPattern>().unwrap().to_string(), printed);
        }
    }
}

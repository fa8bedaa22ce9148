//! Reads an origin, and holds it against the `url` crate, which reads as browsers do.

#[cfg(feature = "lowered-defences")]
mod careless;

use std::fmt;
use std::net::IpAddr;

use http::uri::{Authority, PathAndQuery, Scheme, Uri};
use url::{Host, Url};

use super::refuse;
use crate::error::EgressError;

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

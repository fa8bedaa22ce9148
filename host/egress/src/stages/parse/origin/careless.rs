//! How careless code reads an origin, for tests that lower a defence. Not compiled into any shipped build.

use http::uri::{Authority, Scheme, Uri};

use super::{Origin, default_port};
use crate::error::EgressError;
use crate::stages::parse::refuse;

impl Origin {
    /// Reads the origin as careless code would: it judges what stands first and dials the rest.
    pub(crate) fn parse_carelessly(uri: &Uri) -> Result<Self, EgressError> {
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
}

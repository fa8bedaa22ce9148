//! What all requests of one simulator share.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;
use uuid::Uuid;

use crate::control::{Faults, RequestLog};
use crate::organisation::Organisation;
use crate::token::{Authenticator, Authority, Signer};

/// One simulator.
pub(super) struct State {
    pub(super) organisation: Organisation,
    pub(super) authority: Authority,
    pub(super) signer: Signer,
    pub(super) authenticator: Authenticator,
    pub(super) faults: Faults,
    pub(super) log: RequestLog,
    pub(super) addresses: Addresses,
    pub(super) environment: Value,
    pub(super) ids: RequestIds,
}

/// The names under which the simulator is reached.
#[derive(Clone, Debug)]
pub(super) struct Addresses {
    pub(super) scheme: &'static str,
    pub(super) port: u16,
    /// Lower-case host names and addresses without port; the first is the organisation's own.
    pub(super) hosts: Vec<String>,
}

impl Addresses {
    /// Scheme, host and port of the organisation.
    pub(super) fn base_url(&self) -> String {
        let host = self.hosts.first().map_or("localhost", String::as_str);
        self.origin(&format!("{host}:{}", self.port))
    }

    /// Scheme and the authority that a caller wrote. A default port is left out, as callers may write it or not.
    pub(super) fn origin(&self, authority: &str) -> String {
        let default = if self.scheme == "https" {
            ":443"
        } else {
            ":80"
        };
        format!(
            "{}://{}",
            self.scheme,
            authority.strip_suffix(default).unwrap_or(authority)
        )
    }

    /// Whether an address without final slash means this organisation: the scheme and a known host, with the port
    /// or, as through a resolver of the caller's own, without.
    pub(super) fn is_own(&self, address: &str) -> bool {
        let Some(rest) = address
            .strip_prefix(self.scheme)
            .and_then(|rest| rest.strip_prefix("://"))
        else {
            return false;
        };
        let host = match rest.rsplit_once(':') {
            Some((host, port)) if port.parse() == Ok(self.port) => host,
            Some((_, port)) if port.parse::<u16>().is_ok() => return false,
            _ => rest,
        };
        self.hosts
            .iter()
            .any(|known| known.eq_ignore_ascii_case(host))
    }
}

/// Request ids: random enough to look like the real ones, cheap enough for every request.
#[derive(Debug)]
pub(super) struct RequestIds {
    base: u128,
    next: AtomicU64,
}

impl Default for RequestIds {
    fn default() -> Self {
        Self {
            base: Uuid::new_v4().as_u128(),
            next: AtomicU64::new(0),
        }
    }
}

impl RequestIds {
    /// An odd constant with well spread bits (the golden ratio), so that neighbours share no digits.
    const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

    pub(super) fn next(&self) -> Uuid {
        let count = u128::from(self.next.fetch_add(1, Ordering::Relaxed));
        let bits = self.base.wrapping_add(count.wrapping_mul(Self::SPREAD));
        uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses() -> Addresses {
        Addresses {
            scheme: "https",
            port: 8443,
            hosts: vec!["contoso.crm.dynamics.com".into(), "127.0.0.1".into()],
        }
    }

    #[test]
    fn an_address_is_own_with_the_port_or_without() {
        for own in [
            "https://contoso.crm.dynamics.com",
            "https://CONTOSO.crm.dynamics.com:8443",
            "https://127.0.0.1:8443",
        ] {
            assert!(addresses().is_own(own), "{own}");
        }
        for foreign in [
            "http://127.0.0.1:8443",
            "https://127.0.0.1:9",
            "https://evil.example",
            "127.0.0.1",
        ] {
            assert!(!addresses().is_own(foreign), "{foreign}");
        }
    }

    #[test]
    fn default_ports_are_left_out_of_links() {
        assert_eq!(addresses().origin("a.example:443"), "https://a.example");
        assert_eq!(
            addresses().origin("a.example:8443"),
            "https://a.example:8443"
        );
    }

    #[test]
    fn request_ids_differ() {
        let ids = RequestIds::default();
        assert_ne!(ids.next(), ids.next());
    }
}

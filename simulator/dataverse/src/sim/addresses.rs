//! The names under which one organisation is reached.
//!
//! An organisation has a name for its application and one for its API, `contoso.…` and `contoso.api.…`, as the real
//! service has; both serve everything.

use std::net::SocketAddr;

/// Scheme, host names and ports of an organisation.
#[derive(Clone, Debug)]
pub(super) struct Addresses {
    scheme: &'static str,
    /// Lower-case host names and addresses with their ports; the first is the organisation's own.
    hosts: Vec<(String, u16)>,
}

impl Addresses {
    /// Names at a port, and the listening address itself when the organisation has it for itself.
    pub(super) fn new(
        is_tls: bool,
        names: &[String],
        url_name: &str,
        address: SocketAddr,
        is_own_listener: bool,
    ) -> Self {
        let local = format!("{url_name}.localhost");
        let mut hosts = Vec::new();
        for name in names {
            hosts.push(name.to_ascii_lowercase());
        }
        if is_own_listener {
            hosts.push(literal(address));
            hosts.push("localhost".to_owned());
        }
        hosts.push(local);
        let api: Vec<_> = hosts.iter().filter_map(|host| api_host(host)).collect();
        hosts.extend(api);
        let port = address.port();
        Self {
            scheme: if is_tls { "https" } else { "http" },
            hosts: hosts.into_iter().map(|host| (host, port)).collect(),
        }
    }

    /// `https` or `http`.
    pub(super) fn scheme(&self) -> &'static str {
        self.scheme
    }

    /// Host names and addresses without ports.
    pub(super) fn hosts(&self) -> impl Iterator<Item = &str> {
        self.hosts.iter().map(|(host, _)| host.as_str())
    }

    /// Scheme, host and port of the organisation.
    pub(super) fn base_url(&self) -> String {
        match self.hosts.first() {
            Some((host, port)) => self.origin(&format!("{host}:{port}")),
            None => format!("{}://localhost", self.scheme),
        }
    }

    /// The same for the API's own name, where there is one.
    pub(super) fn api_url(&self) -> String {
        let api = self.hosts.first().and_then(|(host, _)| api_host(host));
        let known = api.and_then(|api| self.hosts.iter().find(|(host, _)| *host == api));
        match known {
            Some((host, port)) => self.origin(&format!("{host}:{port}")),
            None => self.base_url(),
        }
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
        address
            .strip_prefix(self.scheme)
            .and_then(|rest| rest.strip_prefix("://"))
            .is_some_and(|authority| self.answers_to(authority))
    }

    /// Whether a `Host` means this organisation.
    pub(super) fn answers_to(&self, authority: &str) -> bool {
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, digits)) if !digits.ends_with(']') => match digits.parse::<u16>() {
                Ok(port) => (host, Some(port)),
                Err(_) => return false,
            },
            _ => (authority, None),
        };
        self.hosts.iter().any(|(known, at)| {
            port.is_none_or(|port| port == *at) && known.eq_ignore_ascii_case(host)
        })
    }
}

/// A listening address as a host.
fn literal(address: SocketAddr) -> String {
    match address {
        _ if address.ip().is_unspecified() => "127.0.0.1".to_owned(),
        SocketAddr::V4(address) => address.ip().to_string(),
        SocketAddr::V6(address) => format!("[{}]", address.ip()),
    }
}

/// `contoso.crm.dynamics.com` → `contoso.api.crm.dynamics.com`.
fn api_host(host: &str) -> Option<String> {
    if host.starts_with('[') || host.parse::<std::net::IpAddr>().is_ok() {
        return None;
    }
    let (first, rest) = host.split_once('.')?;
    Some(format!("{first}.api.{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses() -> Addresses {
        let names = ["contoso.crm.dynamics.com".to_owned()];
        let address = "127.0.0.1:8443".parse().unwrap();
        Addresses::new(true, &names, "contoso", address, true)
    }

    #[test]
    fn an_address_is_own_with_the_port_or_without() {
        for own in [
            "https://contoso.crm.dynamics.com",
            "https://CONTOSO.crm.dynamics.com:8443",
            "https://contoso.api.crm.dynamics.com",
            "https://127.0.0.1:8443",
            "https://contoso.localhost:8443",
        ] {
            assert!(addresses().is_own(own), "{own}");
        }
        for foreign in [
            "http://127.0.0.1:8443",
            "https://127.0.0.1:9",
            "https://127.0.0.1:none",
            "https://evil.example",
            "127.0.0.1",
        ] {
            assert!(!addresses().is_own(foreign), "{foreign}");
        }
    }

    #[test]
    fn the_api_has_a_name_of_its_own() {
        assert_eq!(
            addresses().base_url(),
            "https://contoso.crm.dynamics.com:8443"
        );
        assert_eq!(
            addresses().api_url(),
            "https://contoso.api.crm.dynamics.com:8443"
        );
    }

    #[test]
    fn an_organisation_on_a_shared_listener_has_only_its_names() {
        let address = "[::1]:80".parse().unwrap();
        let addresses = Addresses::new(false, &[], "fabrikam", address, false);
        assert_eq!(addresses.base_url(), "http://fabrikam.localhost");
        assert!(!addresses.answers_to("[::1]:80"));
        assert!(Addresses::new(false, &[], "x", address, true).answers_to("[::1]"));
    }

    #[test]
    fn default_ports_are_left_out_of_links() {
        assert_eq!(addresses().origin("a.example:443"), "https://a.example");
        assert_eq!(
            addresses().origin("a.example:8443"),
            "https://a.example:8443"
        );
    }
}

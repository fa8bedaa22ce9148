//! What a connector's author declares is a wish, not a grant: every host that a connection reaches,
//! or signs in at, has to be named by the person whose connection it is. Pure.
//!
//! Without this rule an author could write a host of their own beside the service's, or a token URL
//! of their own, and be sent the credential. It holds at every wiring, so that a new version of a
//! connector cannot bring such a host along. Defaults do not count as named: the author wrote them.

use airlock_egress::HostPattern;
use serde_json::{Map, Value};
use url::{Position, Url};

/// The hosts that a person named: in a setting, or by allowing them.
pub(crate) struct Named(Vec<HostPattern>);

impl Named {
    /// From the settings as they were given and the hosts that were allowed besides.
    pub(crate) fn by(given: &Map<String, Value>, allowed: &[HostPattern]) -> Self {
        let mut hosts = allowed.to_vec();
        hosts.extend(given.values().filter_map(Value::as_str).filter_map(host));
        Self(hosts)
    }

    /// Whether `host` was named, port and all.
    ///
    /// # Errors
    /// What a person can do about a host that they did not name.
    pub(crate) fn includes(&self, host: &HostPattern, purpose: &str) -> Result<(), String> {
        if self.0.contains(host) {
            return Ok(());
        }
        Err(format!(
            "the connector wants to {purpose} {host}, which none of your settings names; if you trust that host, allow it: --allow-host {host}"
        ))
    }
}

/// The host that a setting names: a URL's, or the setting itself.
fn host(setting: &str) -> Option<HostPattern> {
    let setting = setting.trim();
    match Url::parse(setting) {
        Ok(url) if matches!(url.scheme(), "https" | "http") => {
            HostPattern::parse(&url[Position::BeforeHost..Position::AfterPort]).ok()
        }
        _ => HostPattern::parse(setting).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_host_counts_as_named_only_as_it_was_written() {
        let given = json!({
            "url": "https://Org.example/api/v1",
            "token-url": "https://login.example:8443/token",
            "server": "files.example",
            "subdomain": "acme",
            "retries": 3,
        });
        let allowed = [HostPattern::parse("*.extra.example").unwrap()];
        let named = Named::by(given.as_object().unwrap(), &allowed);
        for (host, expected) in [
            ("org.example", true),
            ("login.example:8443", true),
            ("files.example", true),
            ("*.extra.example", true),
            ("org.example:8443", false),
            ("org.example:*", false),
            ("login.example", false),
            ("*.org.example", false),
            ("a.extra.example", false),
            ("acme.service.example", false),
            ("evil.example", false),
        ] {
            let host = HostPattern::parse(host).unwrap();
            assert_eq!(named.includes(&host, "reach").is_ok(), expected, "{host}");
        }
    }

    #[test]
    fn a_refusal_says_how_to_allow_the_host() {
        let evil = HostPattern::parse("evil.example").unwrap();
        let text = Named::by(&Map::new(), &[])
            .includes(&evil, "reach")
            .unwrap_err();
        assert!(text.contains("--allow-host evil.example"), "{text}");
    }
}

//! What a connector's author declares is a wish, not a grant: every host that a connection reaches has
//! to be named by the person whose connection it is, and so has every address that its secrets are
//! sent to. Pure.
//!
//! Without this rule an author could write a host of their own beside the service's, or a token URL
//! of their own, and be sent the credential. It holds at every wiring, so that a new version of a
//! connector cannot bring such a host along. Defaults do not count as named: the author wrote them.
//!
//! A host that may be reached is not one that may be sent secrets: a service and its authority often
//! share one, and the service's pages may show what they were sent. So a token URL counts as a whole,
//! and only where it was given as one: the connection keeps which of the settings that is.

use crate::error::{ConnectionFault, Errand};
use airlock_egress::HostPattern;
use serde_json::{Map, Value};
use url::{Position, Url};

/// Begins the entry that keeps, among what a connection allows, where its secrets go.
const SIGN_IN: &str = "sign-in ";

/// What a person named: in a setting, or by allowing it.
pub(crate) struct Consent {
    /// Hosts that may be reached.
    hosts: Vec<HostPattern>,
    /// Hosts that may be reached besides those that the connector asks for.
    allowed: Vec<HostPattern>,
    /// Addresses that were given in a setting.
    given: Vec<(String, Url)>,
    /// Addresses that secrets may be sent to.
    addresses: Vec<Url>,
    /// Templates that gave the address when the connection was made.
    templates: Vec<String>,
}

impl Consent {
    /// From the settings as they were given and what was allowed besides.
    ///
    /// # Errors
    /// When something that was allowed is neither host nor address.
    pub(crate) fn by(
        given: &Map<String, Value>,
        allowed: &[String],
    ) -> Result<Self, ConnectionFault> {
        let mut named = Self {
            hosts: Vec::new(),
            allowed: Vec::new(),
            given: Vec::new(),
            addresses: Vec::new(),
            templates: Vec::new(),
        };
        for entry in allowed {
            if let Some(template) = entry.strip_prefix(SIGN_IN) {
                named.templates.push(template.to_owned());
            } else if entry.contains("://") {
                let url = address(entry).map_err(|reason| fault("an allowed address", reason))?;
                named.addresses.push(url);
            } else {
                let host = HostPattern::parse(entry)
                    .map_err(|error| fault(&format!("host \"{entry}\""), error.to_string()))?;
                named.hosts.push(host.clone());
                named.allowed.push(host);
            }
        }
        for (name, value) in given {
            let Some(text) = value.as_str().map(str::trim) else {
                continue;
            };
            match Url::parse(text) {
                Ok(url) if is_web(&url) => {
                    named.hosts.extend(host(&url));
                    named.given.push((name.clone(), url));
                }
                _ => named.hosts.extend(HostPattern::parse(text).ok()),
            }
        }
        Ok(named)
    }

    /// Hosts that may be reached besides those that the connector asks for.
    pub(crate) fn allowed(&self) -> &[HostPattern] {
        &self.allowed
    }

    /// Whether `host` was named, port and all.
    ///
    /// # Errors
    /// [`ConnectionFault::NotGranted`] for one that nobody named.
    pub(crate) fn includes(&self, host: &HostPattern) -> Result<(), ConnectionFault> {
        self.allows(host, Errand::Reach)
    }

    /// Whether `host` was named, for this `errand`.
    pub(crate) fn allows(&self, host: &HostPattern, errand: Errand) -> Result<(), ConnectionFault> {
        if self.hosts.contains(host) {
            return Ok(());
        }
        Err(ConnectionFault::NotGranted {
            errand,
            target: host.to_string(),
            setting: None,
        })
    }

    /// Whether secrets may be sent to `url`, which the connector's `template` came to.
    ///
    /// # Errors
    /// [`ConnectionFault::NotGranted`] for one that nobody named.
    pub(crate) fn trusts(&self, url: &Url, template: &str) -> Result<(), ConnectionFault> {
        if self.addresses.contains(url) || self.was_given_as(url, template) {
            return Ok(());
        }
        Err(ConnectionFault::NotGranted {
            errand: Errand::SendSecrets,
            target: url.to_string(),
            setting: setting(template).map(str::to_owned),
        })
    }

    /// The setting that holds the address is the one that it was when the connection was made.
    fn was_given_as(&self, url: &Url, template: &str) -> bool {
        let says_nothing = self.templates.is_empty() && self.addresses.is_empty();
        let is_known = says_nothing || self.templates.iter().any(|known| known == template);
        let given =
            setting(template).and_then(|name| self.given.iter().find(|(known, _)| known == name));
        is_known && given.is_some_and(|(_, given)| given == url)
    }
}

/// The entries by which a connection keeps, once and for all, which of the settings hold addresses to
/// sign in at: none of them where `templates` are more than a setting each, or there are none.
pub(crate) fn keep<'t>(templates: impl Iterator<Item = &'t str>) -> Vec<String> {
    let mut kept: Vec<_> = templates
        .filter(|template| setting(template).is_some())
        .map(|template| format!("{SIGN_IN}{template}"))
        .collect();
    if kept.is_empty() {
        kept.push(format!("{SIGN_IN}{{}}"));
    }
    kept
}

/// The setting that holds the address which a connection's secrets go to, of an entry of what the
/// connection allows; nothing for an entry that is a host or an address.
pub fn secrets_go_to(entry: &str) -> Option<&str> {
    entry.strip_prefix(SIGN_IN)
}

/// The setting that a template consists of.
fn setting(template: &str) -> Option<&str> {
    let name = template.strip_prefix('{')?.strip_suffix('}')?;
    (!name.is_empty() && !name.contains(['{', '}', ':'])).then_some(name)
}

/// An address that secrets may be sent to.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn address(text: &str) -> Result<Url, String> {
    let shown = |url: &Url| {
        let mut url = url.clone();
        // What stands there is perhaps a password.
        let _ = url.set_username("").and_then(|()| url.set_password(None));
        url.to_string()
    };
    let url = Url::parse(text.trim()).map_err(|error| {
        format!("it is no absolute URL ({error}); write it as https://login.example.com/oauth2/v2.0/token")
    })?;
    if !is_web(&url) {
        return Err("it begins with neither https nor http".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!(
            "user name and password do not belong into an address; write {}",
            shown(&url)
        ));
    }
    if url.fragment().is_some() {
        return Err("it has a fragment (#…), which no server ever sees".to_owned());
    }
    if url.path() == "/" {
        return Err(format!(
            "{url} is a host without a path; a token endpoint has one, such as /oauth2/v2.0/token"
        ));
    }
    Ok(url)
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "https" | "http") && url.host_str().is_some()
}

fn host(url: &Url) -> Option<HostPattern> {
    HostPattern::parse(&url[Position::BeforeHost..Position::AfterPort]).ok()
}

/// The host of an address, as requests to it are judged.
///
/// # Errors
/// When no rule can be about it.
pub(crate) fn host_of(url: &Url) -> Result<HostPattern, ConnectionFault> {
    let host = &url[Position::BeforeHost..Position::AfterPort];
    HostPattern::parse(host).map_err(|error| fault(&format!("\"{url}\""), error.to_string()))
}

/// An address that cannot be used.
pub(crate) fn fault(place: &str, reason: String) -> ConnectionFault {
    ConnectionFault::Address {
        place: place.to_owned(),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn named(given: Value, allowed: &[&str]) -> Consent {
        let allowed: Vec<_> = allowed.iter().map(|entry| (*entry).to_owned()).collect();
        Consent::by(given.as_object().unwrap(), &allowed).unwrap()
    }

    fn given() -> Value {
        json!({
            "url": "https://Org.example/api/v1",
            "token-url": "https://login.example:8443/token",
            "server": "files.example",
            "subdomain": "acme",
            "retries": 3,
        })
    }

    #[test]
    fn a_host_counts_as_named_only_as_it_was_written() {
        let named = named(given(), &["*.extra.example", "https://sso.example/token"]);
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
            // Where secrets may go is not where requests may go.
            ("sso.example", false),
        ] {
            let host = HostPattern::parse(host).unwrap();
            assert_eq!(named.includes(&host).is_ok(), expected, "{host}");
        }
        assert_eq!(named.allowed().len(), 1);
    }

    #[test]
    fn an_address_for_secrets_counts_as_a_whole_and_only_as_the_setting_that_it_was_given_in() {
        let kept = keep(["{token-url}"].into_iter()).remove(0);
        let allowed = [
            "login.example:8443",
            "org.example",
            "https://sso.example/token",
            &kept,
        ];
        let named = named(given(), &allowed);
        for (template, url, expected) in [
            ("{token-url}", "https://login.example:8443/token", true),
            ("{token-url}", "https://login.example:8443/other", false),
            // The service's own address, or one made of it, or of its host.
            ("{url}", "https://org.example/api/v1", false),
            ("{url:origin}/token", "https://org.example/token", false),
            (
                "https://{url:host}/token",
                "https://org.example/token",
                false,
            ),
            (
                "{token-url}?to={url}",
                "https://login.example:8443/token",
                false,
            ),
            // One that the author wrote, on a host that may be reached.
            (
                "https://login.example:8443/theirs",
                "https://login.example:8443/theirs",
                false,
            ),
            (
                "https://evil.example/token",
                "https://evil.example/token",
                false,
            ),
            // One that was allowed.
            (
                "https://sso.example/token",
                "https://sso.example/token",
                true,
            ),
            (
                "https://sso.example/theirs",
                "https://sso.example/theirs",
                false,
            ),
        ] {
            let url = Url::parse(url).unwrap();
            assert_eq!(named.trusts(&url, template).is_ok(), expected, "{template}");
        }
    }

    #[test]
    fn a_connection_that_keeps_no_setting_yet_goes_by_what_was_given() {
        let named = named(given(), &[]);
        let url = Url::parse("https://login.example:8443/token").unwrap();
        assert!(named.trusts(&url, "{token-url}").is_ok());
        assert!(named.trusts(&url, "{default-of-theirs}").is_err());
        assert_eq!(
            keep(["{token-url}", "{url:origin}/authorize", "{device-url}"].into_iter()),
            ["sign-in {token-url}", "sign-in {device-url}"]
        );
    }

    #[test]
    fn a_connection_that_gave_no_address_in_a_setting_never_did() {
        for template in [
            Some("https://x.example/token"),
            Some("{a}/{b}"),
            Some("{a:origin}"),
            Some("{a}/token"),
            Some("{}"),
            None,
        ] {
            let named = named(given(), &[&keep(template.into_iter()).remove(0)]);
            let url = Url::parse("https://login.example:8443/token").unwrap();
            assert!(named.trusts(&url, "{token-url}").is_err(), "{template:?}");
        }
    }

    #[test]
    fn a_refusal_names_what_would_have_to_be_allowed() {
        let nothing = named(json!({}), &[]);
        let refused = |fault: ConnectionFault| match fault {
            ConnectionFault::NotGranted { target, .. } => target,
            other => panic!("{other:?}"),
        };
        let evil = HostPattern::parse("evil.example").unwrap();
        assert_eq!(
            refused(nothing.includes(&evil).unwrap_err()),
            "evil.example"
        );
        let evil = Url::parse("https://evil.example/token").unwrap();
        let fault = nothing.trusts(&evil, evil.as_str()).unwrap_err();
        assert_eq!(refused(fault), "https://evil.example/token");
    }

    #[test]
    fn what_can_be_no_token_endpoint_is_refused_without_its_password() {
        for (text, part) in [
            ("login.example/token", "no absolute URL"),
            ("ftp://login.example/token", "neither https nor http"),
            ("https://login.example", "without a path"),
            ("https://login.example/", "without a path"),
            ("https://login.example/token#x", "fragment"),
            (
                "https://user:hunter2@login.example/token",
                "user name and password",
            ),
        ] {
            let error = address(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
        assert!(address(" https://login.example/t/oauth2/v2.0/token ").is_ok());
    }
}

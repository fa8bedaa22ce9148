//! Addresses among a connection's settings, judged when they are given instead of at their first use.
//! Pure.
//!
//! Which settings are addresses the connector's schema says (`format: uri`), and which addresses make
//! sense for it (`pattern`). Whether this host would let a request go there is the egress's judgement,
//! made here with the egress's own functions so that both can never differ.

use crate::error::FieldError;
use airlock_egress::{EgressConfig, Origin, Permitted, judge_addresses, judge_scheme};
use http::Uri;
use regex::RegexBuilder;
use serde_json::{Map, Value};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// A connector's pattern that compiles to more than this is not used: patterns of addresses need a few KiB.
const PATTERN_BYTES: usize = 1 << 20;

/// What is wrong with an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressFault {
    /// In words that never repeat a user or a password.
    pub message: String,
    /// The address that was most likely meant.
    pub instead: Option<String>,
    /// What the connector asks for, in its own words, where the address is one but not of that kind.
    pub wanted: Option<String>,
}

impl AddressFault {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            instead: None,
            wanted: None,
        }
    }

    fn instead(mut self, address: Option<String>) -> Self {
        self.instead = address;
        self
    }

    fn sentence(self) -> String {
        let hint = self
            .instead
            .map(|address| format!("; did you mean {address}?"));
        let wanted = self.wanted.map(|what| format!(" It asks for: {what}"));
        let (hint, wanted) = (hint.unwrap_or_default(), wanted.unwrap_or_default());
        let stop = if hint.is_empty() && !wanted.is_empty() {
            "."
        } else {
            ""
        };
        format!("{}{hint}{stop}{wanted}", self.message)
    }
}

/// Whether the schema says that a setting is an address.
pub fn is_address(property: &Value) -> bool {
    property.get("format").and_then(Value::as_str) == Some("uri")
}

/// Every address among `settings` that makes no sense or that requests would be kept from.
pub(crate) fn judge(
    schema: &Value,
    settings: &Map<String, Value>,
    egress: &EgressConfig,
) -> Vec<FieldError> {
    let properties = schema.get("properties").and_then(Value::as_object);
    let properties = properties.into_iter().flatten();
    properties
        .filter(|(_, property)| is_address(property))
        .filter_map(|(name, property)| {
            let fault = judge_address(settings.get(name)?.as_str()?, property, egress).err()?;
            Some(FieldError {
                pointer: format!("/settings/{name}"),
                message: fault.sentence(),
            })
        })
        .collect()
}

/// Judges one address for the setting that `property` describes.
///
/// # Errors
/// [`AddressFault`], saying what is wrong and what was most likely meant.
pub fn judge_address(
    text: &str,
    property: &Value,
    egress: &EgressConfig,
) -> Result<(), AddressFault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(AddressFault::new("is empty"));
    }
    if names_a_user(text) {
        return Err(AddressFault::new(
            "names a user or a password before the host; leave them out: what proves who you are belongs into the connection's secrets",
        ));
    }
    let strange =
        |character: char| character.is_whitespace() || character.is_control() || character == '\\';
    if text.contains(strange) {
        return Err(AddressFault::new(
            "has a blank, a backslash or another character that no address has",
        ));
    }
    let https = with_https(text).filter(|address| suits(address, property));
    match text.split_once("://") {
        Some((scheme, _)) if is(scheme, "https") || is(scheme, "http") => {}
        Some(_) => {
            let fault = "has to begin with https://";
            return Err(AddressFault::new(fault).instead(https));
        }
        None => {
            let fault = "has to be a whole address that begins with https://";
            return Err(AddressFault::new(fault).instead(https));
        }
    }
    let refused = |error: airlock_egress::EgressError| AddressFault::new(error.to_string());
    let uri: Uri = text
        .parse()
        .map_err(|error| AddressFault::new(format!("is no address: {error}")))?;
    let origin = Origin::parse(&uri).map_err(refused)?;
    if !suits(text, property) {
        let bare = Some(origin.to_string()).filter(|bare| suits(bare, property));
        let description = property.get("description").and_then(Value::as_str);
        return Err(AddressFault {
            message: "is not an address that the connector can use here".to_owned(),
            instead: bare,
            wanted: description.map(str::to_owned),
        });
    }
    if judge_scheme(&origin, &egress.allow_plain_http).is_err() {
        let setting = format!(
            "is not encrypted; use https, or add \"{}\" to allow-plain-http under [egress] (tests only)",
            origin.host_and_port()
        );
        return Err(AddressFault::new(setting));
    }
    judge_place(&origin, egress).map_err(refused)
}

/// Where the host is an address itself, or this machine's name, no look-up is needed to judge it.
fn judge_place(origin: &Origin, egress: &EgressConfig) -> Result<(), airlock_egress::EgressError> {
    let local = origin.host() == "localhost" || origin.host().ends_with(".localhost");
    let address = match origin.address() {
        Some(address) => address,
        None if local => IpAddr::V4(Ipv4Addr::LOCALHOST),
        None => return Ok(()),
    };
    let permitted = Permitted {
        loopback: egress.allow_loopback,
        private: &egress.allow_private,
    };
    judge_addresses(
        origin,
        &[SocketAddr::new(address, origin.port())],
        permitted,
    )?;
    Ok(())
}

/// Whether something stands before an `@` where a host is to be, in any spelling of an address.
fn names_a_user(text: &str) -> bool {
    let before_query = text.split(['?', '#']).next().unwrap_or_default();
    match before_query.split_once("://") {
        Some((scheme, rest)) => {
            let authority = rest.split('/').next().unwrap_or_default();
            scheme.contains('@') || authority.contains('@')
        }
        None => before_query.contains('@'),
    }
}

/// The address that somebody meant who left out, or mistyped, `https://`.
fn with_https(text: &str) -> Option<String> {
    let rest = match text.split_once(':') {
        Some((scheme, rest))
            if !scheme.contains(['.', '/', '['])
                && !rest.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            rest
        }
        _ => text,
    };
    let rest = rest.trim_start_matches(['/', ':']);
    let address = format!("https://{rest}");
    let uri: Uri = address.parse().ok()?;
    Origin::parse(&uri).ok().map(|_| address)
}

fn is(scheme: &str, expected: &str) -> bool {
    scheme.eq_ignore_ascii_case(expected)
}

/// Whether the address is one that the connector can use; a pattern that does not compile keeps nobody
/// from anything.
fn suits(text: &str, property: &Value) -> bool {
    let Some(pattern) = property.get("pattern").and_then(Value::as_str) else {
        return true;
    };
    RegexBuilder::new(pattern)
        .size_limit(PATTERN_BYTES)
        .build()
        .map_or(true, |pattern| pattern.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn organisation() -> Value {
        json!({
            "format": "uri",
            "description": "Address of the environment.",
            "pattern": "^[A-Za-z]+://[^/?#]+(/api/data(/v[0-9]+\\.[0-9]+)?)?/?$"
        })
    }

    fn fault(text: &str, egress: &EgressConfig) -> Option<AddressFault> {
        judge_address(text, &organisation(), egress).err()
    }

    #[test]
    fn usual_spellings_of_an_address_are_taken() {
        for text in [
            "https://contoso.crm.dynamics.com",
            "https://contoso.crm.dynamics.com/",
            "  HTTPS://Contoso.crm.dynamics.com:443/api/data/v9.2/ ",
            "https://contoso.crm.dynamics.com/api/data",
            "https://contoso.crm.dynamics.com:8443",
        ] {
            assert_eq!(fault(text, &EgressConfig::default()), None, "{text}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_what_was_meant() {
        let bare = Some("https://contoso.crm.dynamics.com");
        for (text, word, instead) in [
            ("contoso.crm.dynamics.com", "whole address", bare),
            ("https:/contoso.crm.dynamics.com", "whole address", bare),
            ("https:contoso.crm.dynamics.com", "whole address", bare),
            ("//contoso.crm.dynamics.com", "whole address", bare),
            ("ftp://contoso.crm.dynamics.com", "begin with https", bare),
            (
                "https://contoso.crm.dynamics.com/main.aspx?appid=1",
                "not an address",
                bare,
            ),
            (
                "https://contoso.crm.dynamics.com/XRMServices/2011/Organization.svc",
                "not an address",
                bare,
            ),
            (
                "https://contoso.crm.dynamics.com/api/data/v9.2/accounts",
                "not an address",
                bare,
            ),
            (
                "https://crm.example/Org/api/data/v9.1",
                "not an address",
                Some("https://crm.example"),
            ),
            ("https://con toso", "a blank", None),
            ("https://a\\b", "a blank", None),
            ("https://", "no address", None),
            ("https://host:port", "is no port", None),
            ("   ", "empty", None),
            ("tenant", "whole address", Some("https://tenant")),
        ] {
            let found = fault(text, &EgressConfig::default());
            let found = found.unwrap_or_else(|| panic!("{text} passed"));
            assert!(found.message.contains(word), "{text}: {found:?}");
            assert_eq!(found.instead.as_deref(), instead, "{text}");
        }
    }

    #[test]
    fn a_user_before_the_host_is_refused_and_never_repeated() {
        for text in [
            "https://me:hunter2@contoso.crm.dynamics.com",
            "https://hunter2@contoso.crm.dynamics.com/api/data/v9.2",
            "me:hunter2@contoso.crm.dynamics.com",
            "https:/me:hunter2@contoso.crm.dynamics.com",
            "//hunter2@contoso.crm.dynamics.com",
        ] {
            let found = fault(text, &EgressConfig::default());
            let found = found.unwrap_or_else(|| panic!("{text} passed"));
            assert!(found.message.contains("user"), "{found:?}");
            assert!(!format!("{found:?}").contains("hunter2"), "{found:?}");
        }
    }

    #[test]
    fn what_the_egress_would_refuse_is_refused_with_the_setting_that_opens_it() {
        for (text, setting) in [
            ("http://contoso.crm.dynamics.com", "allow-plain-http"),
            ("https://127.0.0.1:8443", "allow-loopback"),
            ("https://localhost", "allow-loopback"),
            ("https://[::1]:8443/", "allow-loopback"),
            ("https://10.1.2.3", "allow-private"),
            ("https://169.254.169.254", "no setting permits it"),
        ] {
            let found = fault(text, &EgressConfig::default());
            let found = found.unwrap_or_else(|| panic!("{text} passed"));
            assert!(found.message.contains(setting), "{text}: {found:?}");
        }
        let open = EgressConfig {
            allow_loopback: true,
            allow_plain_http: vec!["127.0.0.1:8080".parse().unwrap()],
            allow_private: vec!["10.0.0.0/8".parse().unwrap()],
            ..EgressConfig::default()
        };
        for text in [
            "http://127.0.0.1:8080",
            "https://localhost",
            "https://10.1.2.3",
        ] {
            assert_eq!(fault(text, &open), None, "{text}");
        }
        assert!(fault("https://169.254.169.254", &open).is_some());
    }

    #[test]
    fn a_pattern_that_cannot_be_used_keeps_nobody_out() {
        for pattern in ["(", "(?:a{1000}){1000}"] {
            let property = json!({"format": "uri", "pattern": pattern});
            let judged = judge_address("https://a.example", &property, &EgressConfig::default());
            assert_eq!(judged, Ok(()), "{pattern}");
        }
    }

    #[test]
    fn only_settings_that_are_addresses_are_judged() {
        let schema = json!({"properties": {
            "url": organisation(),
            "scopes": {"type": "string"}
        }});
        let settings = json!({"url": "contoso", "scopes": "not an address"});
        let faults = judge(
            &schema,
            settings.as_object().unwrap(),
            &EgressConfig::default(),
        );
        let [only] = faults.as_slice() else {
            panic!("{faults:?}");
        };
        assert_eq!(only.pointer, "/settings/url");
        assert!(
            only.message.ends_with("did you mean https://contoso?"),
            "{only:?}"
        );
    }
}

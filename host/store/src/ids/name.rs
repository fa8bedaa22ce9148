//! Names that people give: of tenants, connections, connectors and subscriptions.
//!
//! Store layer. They become command-line arguments, URL segments, file names and log fields, so
//! the alphabet is the one that needs quoting in none of them. 63 characters is the length of a
//! DNS label, so a name can become one later.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest name, in characters.
const MAX_LENGTH: usize = 63;

/// Why a text cannot be a name. The message says what a name may consist of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} cannot name a {what}: {reason}")]
pub struct NameError {
    what: &'static str,
    given: String,
    reason: String,
}

fn check(what: &'static str, given: &str, punctuation: &str) -> Result<(), NameError> {
    let refuse = |reason: String| {
        Err(NameError {
            what,
            // A pasted file must not fill the screen.
            given: given.chars().take(MAX_LENGTH + 1).collect(),
            reason,
        })
    };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if given.is_empty() {
        return refuse("it is empty".into());
    }
    if given.chars().count() > MAX_LENGTH {
        return refuse(format!("it is longer than {MAX_LENGTH} characters"));
    }
    if let Some(c) = given
        .chars()
        .find(|&c| !plain(c) && !punctuation.contains(c))
    {
        return refuse(format!(
            "{c:?} is not allowed; use lower-case letters, digits and any of {}",
            punctuation
                .chars()
                .map(String::from)
                .collect::<Vec<_>>()
                .join(" ")
        ));
    }
    // No hidden files, no `..`, nothing that an option parser takes for a flag.
    if !given.starts_with(plain) {
        return refuse("it has to begin with a letter or a digit".into());
    }
    Ok(())
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $what:literal, $punctuation:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $type(String);

        impl $type {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $type {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                check($what, text, $punctuation).map(|()| Self(text.to_owned()))
            }
        }

        impl TryFrom<String> for $type {
            type Error = NameError;

            fn try_from(text: String) -> Result<Self, NameError> {
                check($what, &text, $punctuation).map(|()| Self(text))
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> String {
                name.0
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

name!(
    /// The customer, team or environment that rows, secrets, budgets and pools belong to:
    /// 1 to 63 of `a-z 0-9 - _`, beginning with a letter or digit.
    TenantId,
    "tenant",
    "-_"
);
name!(
    /// What a person calls a connection, unique within its tenant:
    /// 1 to 63 of `a-z 0-9 - _ .`, beginning with a letter or digit.
    ConnectionName,
    "connection",
    "-_."
);
name!(
    /// What a person calls an installed connector, unique within its tenant:
    /// 1 to 63 of `a-z 0-9 - _ .`, beginning with a letter or digit.
    ConnectorName,
    "connector",
    "-_."
);

name!(
    /// What a person calls a subscription, unique within its tenant:
    /// 1 to 63 of `a-z 0-9 - _ .`, beginning with a letter or digit.
    SubscriptionName,
    "subscription",
    "-_."
);

impl Default for TenantId {
    /// `default`: the tenant of whoever does not think in tenants.
    fn default() -> Self {
        Self("default".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_names_are_names() {
        let longest = "a".repeat(63);
        for text in ["a", "0", "default", "contoso-eu_2", longest.as_str()] {
            assert_eq!(text.parse::<TenantId>().unwrap().as_str(), text);
        }
        assert_eq!(
            "dynamics-0.1.0"
                .parse::<ConnectorName>()
                .unwrap()
                .to_string(),
            "dynamics-0.1.0"
        );
    }

    #[test]
    fn the_default_tenant_is_a_name_like_any_other() {
        assert_eq!("default".parse::<TenantId>(), Ok(TenantId::default()));
    }

    #[test]
    fn names_that_need_quoting_or_mean_a_path_are_refused_with_the_reason() {
        let long = "a".repeat(64);
        for (text, reason) in [
            ("", "empty"),
            (long.as_str(), "longer than 63"),
            ("Contoso", "'C' is not allowed"),
            ("a b", "' ' is not allowed"),
            ("a/b", "'/' is not allowed"),
            ("a\0", "'\\0' is not allowed"),
            ("straße", "'ß' is not allowed"),
            ("..", "begin with"),
            (".hidden", "begin with"),
            ("--help", "begin with"),
        ] {
            let error = text.parse::<ConnectionName>().unwrap_err().to_string();
            assert!(error.contains(reason), "{text:?}: {error}");
            assert!(error.contains("connection"), "{text:?}: {error}");
        }
        assert!("a.b".parse::<TenantId>().is_err());
    }

    #[test]
    fn an_endless_name_is_not_echoed_in_full() {
        let error = "x".repeat(1 << 20).parse::<TenantId>().unwrap_err();
        assert!(error.to_string().len() < 200);
    }

    #[test]
    fn a_name_read_from_json_is_checked_too() {
        assert!(serde_json::from_str::<TenantId>("\"ok\"").is_ok());
        assert!(serde_json::from_str::<TenantId>("\"../x\"").is_err());
    }
}

//! Names of the service, told apart by type: a table is not its entity set.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Whether `text` can be an OData identifier: a letter or `_`, then letters, digits or `_`, at
/// most 128 characters (OData 4.01 CSDL, 17.2).
#[must_use]
pub fn is_identifier(text: &str) -> bool {
    let mut characters = text.chars();
    let starts = characters
        .next()
        .is_some_and(|first| first == '_' || first.is_alphabetic());
    starts
        && text.chars().count() <= 128
        && characters.all(|next| next == '_' || next.is_alphanumeric())
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes a name that could exist.
            ///
            /// # Errors
            /// The text has characters that no name of the service has.
            pub fn new(text: impl Into<String>) -> Result<Self, NotAName> {
                let text = text.into();
                if is_identifier(&text) {
                    Ok(Self(text))
                } else {
                    Err(NotAName { text, what: $what })
                }
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAName;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }
    };
}

/// The text cannot be a name of the service.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` cannot be {what}: only letters, digits and _ are allowed, and no digit in front")]
pub struct NotAName {
    text: String,
    what: &'static str,
}

name!(
    /// A table's logical name, such as `account`.
    TableName,
    "the name of a table"
);
name!(
    /// A table's name in URLs, such as `accounts`; never derived, always read from metadata.
    EntitySetName,
    "the name of an entity set"
);
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_carry_a_path_or_a_query() {
        for wrong in [
            "",
            "accounts/x",
            "accounts?$top=1",
            "a b",
            "../x",
            "1st",
            "a(b)",
            "a%2f",
        ] {
            assert!(EntitySetName::new(wrong).is_err(), "{wrong}");
        }
        for right in ["accounts", "contoso_Things", "_ownerid_value", "größe"] {
            assert!(EntitySetName::new(right).is_ok(), "{right}");
        }
    }
}

//! A row's primary key, in whatever spelling a person pastes it.

use std::{fmt, str::FromStr};

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The GUID of a row; prints lower case and hyphenated, the only form the Web API takes bare in
/// a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RowId(Uuid);

impl RowId {
    /// The GUID itself.
    #[must_use]
    pub fn as_uuid(&self) -> &Uuid {
        &self.0
    }
}

impl From<Uuid> for RowId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

/// The text is not a GUID.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a row id: a GUID such as 5f3e0c11-1111-4222-8333-000000000001 is needed; braces, upper case and missing hyphens are fine"
)]
pub struct NotARowId(String);

impl FromStr for RowId {
    type Err = NotARowId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let trimmed = text.trim();
        // Copied out of an address, braces come encoded.
        let decoded = percent_decode_str(trimmed).decode_utf8_lossy();
        let trimmed = decoded.trim();
        let bare = match trimmed
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'))
        {
            Some(inner) => inner.trim(),
            None => trimmed,
        };
        let lower = bare.to_ascii_lowercase();
        Uuid::try_parse(&lower)
            .map(Self)
            .map_err(|_| NotARowId(shorten(trimmed)))
    }
}

fn shorten(text: &str) -> String {
    const SHOWN: usize = 60;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

impl TryFrom<String> for RowId {
    type Error = NotARowId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<RowId> for String {
    fn from(id: RowId) -> Self {
        id.to_string()
    }
}

impl fmt::Display for RowId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANONICAL: &str = "5f3e0c11-aaaa-4222-8333-00000000000f";

    #[test]
    fn every_usual_spelling_is_the_same_row() {
        let spellings = [
            CANONICAL,
            "5F3E0C11-AAAA-4222-8333-00000000000F",
            "{5F3E0C11-AAAA-4222-8333-00000000000F}",
            "(5f3e0c11-aaaa-4222-8333-00000000000f)",
            "%7b5F3E0C11-AAAA-4222-8333-00000000000F%7d",
            "%7B5f3e0c11-aaaa-4222-8333-00000000000f%7D",
            "5f3e0c11aaaa4222833300000000000f",
            "urn:uuid:5f3e0c11-aaaa-4222-8333-00000000000f",
            "URN:UUID:5F3E0C11-AAAA-4222-8333-00000000000F",
            "  5f3e0c11-aaaa-4222-8333-00000000000f\n",
        ];
        for spelling in spellings {
            let id: RowId = spelling.parse().unwrap();
            assert_eq!(id.to_string(), CANONICAL, "{spelling}");
        }
    }

    #[test]
    fn anything_else_is_refused_with_an_example() {
        for wrong in [
            "",
            "42",
            "5f3e0c11-aaaa-4222-8333-00000000000",
            "{}",
            "contoso",
        ] {
            let error = wrong.parse::<RowId>().unwrap_err();
            assert!(error.to_string().contains("GUID such as"), "{wrong}");
        }
    }
}

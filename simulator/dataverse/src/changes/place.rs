//! Where a page of changes ended.
//!
//! Layer: changes, pure.

use rusqlite::types::Value;
use uuid::Uuid;

use crate::query::cookie::{self, Mark};
use crate::rows::storage::encoding::guid;

/// Where the page before ended. The answer as a whole is about the rows as they were when its first page was asked for, and
/// what happens meanwhile belongs to the next delta: that moment travels along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Number of the page that follows.
    pub number: u32,
    /// The newest version at the first page.
    pub until: i64,
    /// Version of the last row or deletion that was told.
    pub version: i64,
    /// Whether deletions were reached.
    pub in_deletions: bool,
    /// Id of the last row that was told.
    pub id: Uuid,
}

impl Place {
    /// The beginning.
    pub(super) fn first(until: i64, version: i64) -> Self {
        Self {
            number: 1,
            until,
            version,
            in_deletions: false,
            id: Uuid::nil(),
        }
    }

    /// Reads a place back from a cookie.
    pub(super) fn read(found: &cookie::Place) -> Option<Self> {
        let text = |wanted: &str| {
            let (_, text) = found.last.iter().find(|(name, _)| name == wanted)?;
            text.as_deref()
        };
        Some(Self {
            number: found.next_page,
            until: text("until")?.parse().ok()?,
            version: text("version")?.parse().ok()?,
            in_deletions: text("deletions")? == "1",
            id: Uuid::try_parse(text("id")?.trim_matches(['{', '}'])).ok()?,
        })
    }

    /// The cookie, percent-encoded for a URL.
    pub(super) fn encode(&self) -> String {
        let mark = |name: &str, value: Value| Mark {
            name: name.to_owned(),
            last: value.clone(),
            first: value,
        };
        let marks = [
            mark("id", guid(self.id)),
            mark("version", Value::Integer(self.version)),
            mark("until", Value::Integer(self.until)),
            mark("deletions", Value::Integer(self.in_deletions.into())),
        ];
        cookie::encode(self.number, &marks)
            .replace("istracking=%22False%22", "istracking=%22True%22")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::options::decode;

    #[test]
    fn a_place_travels_in_a_tracking_cookie() {
        let place = Place {
            number: 3,
            until: 77,
            version: 42,
            in_deletions: true,
            id: Uuid::from_u128(7),
        };
        let text = place.encode();
        assert!(text.contains("istracking=%22True%22"), "{text}");
        let found = cookie::decode(&decode(&text)).unwrap();
        assert_eq!(Place::read(&found), Some(place));
    }
}

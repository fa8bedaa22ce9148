//! One page of an answer about changes: where it begins, and how it looks.
//!
//! Layer: changes.

use http::StatusCode;
use rusqlite::types::Value;
use uuid::Uuid;

use crate::http::{MetadataLevel, ODataRequest, Response};
use crate::organisation::OrgContext;
use crate::query::cookie::{self, Mark};
use crate::rows::read::json;
use crate::rows::read::retrieve::{page_size, preferences_applied};
use crate::rows::storage::encoding::guid;

use super::question::Question;
use super::token::Token;

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
    fn encode(&self) -> String {
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

/// The elements of a page and how the answer goes on.
pub(super) struct Page {
    /// The elements, without brackets.
    pub elements: Vec<u8>,
    /// Where the next page begins; `None` for the last one.
    pub next: Option<Place>,
    /// What `$count=true` asked for.
    pub count: Option<i64>,
}

/// Puts a page into its frame. `context_end` follows the selection in the context.
pub(super) fn respond(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    question: &Question,
    about: &str,
    until: i64,
    page: Page,
) -> Response {
    let mut body = Vec::with_capacity(page.elements.len() + 512);
    body.push(b'{');
    let root = &context.service_root;
    if request.metadata_level != MetadataLevel::None {
        json::text_member(
            &mut body,
            "@odata.context",
            &format!("{root}/$metadata#{about}"),
        );
    }
    if let Some(count) = page.count {
        json::separate(&mut body);
        body.extend_from_slice(&json::key("@odata.count"));
        json::value(&mut body, &count);
    }
    let link = |option: &str| {
        let separator = if question.repeated.is_empty() {
            ""
        } else {
            "&"
        };
        format!(
            "{root}/{}?{}{separator}{option}",
            request.path, question.repeated
        )
    };
    if page.next.is_none() {
        let token = Token {
            version: until,
            time: context.now,
        };
        let link = link(&format!("$deltatoken={}", token.encode()));
        json::text_member(&mut body, "@odata.deltaLink", &link);
    }
    json::separate(&mut body);
    body.extend_from_slice(b"\"value\":[");
    body.extend_from_slice(&page.elements);
    body.push(b']');
    if let Some(next) = &page.next {
        // The token of a delta goes along: it tells which answer is continued, and may expire meanwhile.
        let since = question.since.map_or_else(String::new, |token| {
            format!("$deltatoken={}&", token.encode())
        });
        let link = link(&format!("{since}$skiptoken={}", next.encode()));
        json::text_member(&mut body, "@odata.nextLink", &link);
    }
    body.push(b'}');
    let mut applied = Vec::new();
    if request.preferences.track_changes {
        applied.push("odata.track-changes".to_owned());
    }
    if request.preferences.max_page_size.is_some() {
        applied.push(format!("odata.maxpagesize={}", page_size(request)));
    }
    let response = Response::json(StatusCode::OK, body, request.metadata_level);
    preferences_applied(response, request, &applied)
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

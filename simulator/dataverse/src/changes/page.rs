//! One page of an answer about changes: where it begins, and how it looks.
//!
//! Layer: changes.

use http::StatusCode;

use crate::http::{MetadataLevel, ODataRequest, Response};
use crate::organisation::OrgContext;
use crate::rows::read::json;
use crate::rows::read::retrieve::{page_size, preferences_applied};

use super::place::Place;
use super::question::Question;
use super::token::Token;

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

//! How the answer of many rows begins, and where it goes on.
//!
//! Layer: read (reference §3.4, §3.6).

use crate::http::{MetadataLevel, ODataRequest};
use crate::organisation::OrgContext;
use crate::query::options::Options;
use crate::schema::GLOBAL_VERSION;

use super::json;
use super::scan::MAX_COUNT;

/// `@odata.count` is not the only way to ask for a total.
const TOTAL: &str = "Microsoft.Dynamics.CRM.totalrecordcount";

const TOTAL_EXCEEDED: &str = "Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded";

/// Begins an answer: its context and its totals.
pub fn head(
    body: &mut Vec<u8>,
    context: &OrgContext<'_>,
    request: &ODataRequest,
    about: &str,
    total: Option<i64>,
) {
    body.push(b'{');
    if request.metadata_level != MetadataLevel::None {
        json::text_member(
            body,
            "@odata.context",
            &format!("{}/$metadata#{about}", context.service_root),
        );
    }
    let member = |body: &mut Vec<u8>, name: &str, number: i64| {
        json::separate(body);
        body.extend_from_slice(&json::key(name));
        json::value(body, &number);
    };
    if let Some(total) = total {
        member(body, "@odata.count", total.min(MAX_COUNT));
    }
    if request.preferences.annotations.includes(TOTAL) {
        member(
            body,
            &format!("@{TOTAL}"),
            total.map_or(-1, |total| total.min(MAX_COUNT)),
        );
    }
    if request.preferences.annotations.includes(TOTAL_EXCEEDED) {
        json::separate(body);
        body.extend_from_slice(&json::key(&format!("@{TOTAL_EXCEEDED}")));
        json::value(body, &total.is_some_and(|total| total > MAX_COUNT));
    }
    if request.preferences.annotations.includes(GLOBAL_VERSION) {
        let version = context.schema.global_version();
        json::text_member(body, &format!("@{GLOBAL_VERSION}"), &version);
    }
}

/// Begins an answer up to its first row.
pub(super) fn begin(
    body: &mut Vec<u8>,
    context: &OrgContext<'_>,
    request: &ODataRequest,
    about: &str,
    total: Option<i64>,
) {
    head(body, context, request, about, total);
    json::separate(body);
    body.extend_from_slice(b"\"value\":[");
}

/// The address of the page that a token stands for: the request's own, with another token.
pub fn next_page(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    options: &Options,
    token: &str,
) -> String {
    let (root, path) = (&context.service_root, &request.path);
    let separator = if options.repeated.is_empty() { "" } else { "&" };
    format!(
        "{root}/{path}?{}{separator}$skiptoken={token}",
        options.repeated
    )
}

//! Headers that every answer of the Web API carries, whatever it is about (reference: recorded answers).
//!
//! Rate figures are those of an idle user; where limits are in force they replace these.

use http::header::{self, HeaderName, HeaderValue};
use uuid::Uuid;

use super::Response;

const REQ_ID: HeaderName = HeaderName::from_static("req_id");
const SERVICE_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-service-request-id");
const AUTH_ACTIVITY_ID: HeaderName = HeaderName::from_static("authactivityid");
const ODATA_VERSION: HeaderName = HeaderName::from_static("odata-version");
const DOP_HINT: HeaderName = HeaderName::from_static("x-ms-dop-hint");
/// Seconds of execution left to the user.
pub const TIME_REMAINING: HeaderName =
    HeaderName::from_static("x-ms-ratelimit-time-remaining-xrm-requests");
/// Requests left to the user.
pub const BURST_REMAINING: HeaderName =
    HeaderName::from_static("x-ms-ratelimit-burst-remaining-xrm-requests");
const SERVICE_ID: HeaderName = HeaderName::from_static("crm.serviceid");

/// Adds the standard headers. What the answer already says stays.
pub fn add(mut response: Response, request_id: Uuid, scheme: &str) -> Response {
    let headers = &mut response.headers;
    headers.reserve(13);
    let id = request_id
        .hyphenated()
        .encode_lower(&mut Uuid::encode_buffer())
        .to_owned();
    if let Ok(id) = HeaderValue::try_from(id) {
        headers.insert(REQ_ID, id.clone());
        headers.insert(SERVICE_REQUEST_ID, id.clone());
        headers.insert(AUTH_ACTIVITY_ID, id);
    }
    for (name, value) in [
        (ODATA_VERSION, "4.0"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::EXPIRES, "-1"),
        (SERVICE_ID, "CRMAppPool"),
        (DOP_HINT, "4"),
        (TIME_REMAINING, "1,200.00"),
        (BURST_REMAINING, "7999"),
        (header::ALLOW, "OPTIONS,GET,HEAD,POST"),
    ] {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if scheme == "https" {
        let security = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, security);
    }
    let affinity = "ARRAffinity=5a7e1f0000000000000000000000000000000000; path=/; secure; HttpOnly";
    headers.append(header::SET_COOKIE, HeaderValue::from_static(affinity));
    response
}

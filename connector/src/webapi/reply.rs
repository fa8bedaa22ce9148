//! Reading responses: the error that one carries, or the ids and tags of a success.

use airlock_connector::{
    Error, Failure, FieldError,
    http::{Headers, Response, retry_after},
    input::below,
};
use serde::Deserialize;

use super::{
    codes::{self, Meaning},
    refusal::{challenge, is_hosts_form, is_of_host},
    row_id::RowId,
};

/// Longest raw text (HTML pages of gateways) that is worth showing.
const SHOWN: usize = 300;

#[derive(Deserialize)]
struct Wire {
    error: Option<WireError>,
    #[serde(rename = "Message", alias = "message")]
    message: Option<String>,
}

#[derive(Deserialize)]
struct WireError {
    code: Option<String>,
    message: Option<String>,
}

/// The error that a response with a status of 400 or more stands for. What the host refuses in the
/// service's place has the same shape and keeps the host's words.
#[must_use]
pub fn error_of(response: &Response) -> Error {
    let mut failure = failure_of(response);
    let code = failure.code.clone();
    if let Some(advice) = code.as_deref().and_then(codes::advice) {
        failure.message = format!("{} ({advice})", failure.message.trim_end());
    }
    build(
        codes::classify(response.status, code.as_deref()),
        failure,
        &response.headers,
    )
}

fn build(meaning: Meaning, failure: Failure, headers: &Headers) -> Error {
    match meaning {
        Meaning::InvalidInput => Error::InvalidInput(vec![fault(&failure)]),
        Meaning::Unauthenticated => Error::Unauthenticated(failure),
        Meaning::Forbidden => Error::Forbidden(failure),
        Meaning::NotFound => Error::NotFound(failure),
        Meaning::Conflict => Error::Conflict(failure),
        Meaning::Throttled => Error::Throttled {
            failure,
            retry_after: retry_after(headers),
        },
        Meaning::Unavailable => Error::Unavailable(failure),
        Meaning::Rejected => Error::Rejected(failure),
        Meaning::CursorExpired => Error::CursorExpired(failure),
    }
}

/// What the response says, whatever it means.
#[must_use]
pub fn failure_of(response: &Response) -> Failure {
    let (code, message) = words(&response.body);
    let of_host = is_of_host(&response.headers);
    let challenge = challenge(&response.headers).filter(|_| response.status == 401 && !of_host);
    let message = match (message, challenge) {
        (Some(message), Some(why)) if !message.contains(why) => format!("{message} ({why})"),
        (Some(message), _) => message,
        (None, Some(why)) => format!("the service refused the credential (401): {why}"),
        (None, None) => silent(response.status),
    };
    Failure {
        message: match challenge {
            Some(why) if why.to_lowercase().contains("audience") => format!(
                "{}; the token was made for another service: the connection's scopes have to name this organisation, as their default does",
                message.trim_end().trim_end_matches('.')
            ),
            _ => message,
        },
        status: Some(response.status),
        code: code.filter(|code| !code.is_empty() && (of_host || !is_hosts_form(code))),
        request_id: request_id(&response.headers),
    }
}

fn words(body: &[u8]) -> (Option<String>, Option<String>) {
    match serde_json::from_slice::<Wire>(body) {
        Ok(wire) => {
            let (code, message) = match wire.error {
                Some(error) => (error.code, error.message),
                None => (None, None),
            };
            let message = message.or(wire.message);
            (code, message.filter(|text| !text.trim().is_empty()))
        }
        Err(_) => (None, raw_words(body)),
    }
}

/// Plain text as it is; of HTML only what a browser would show.
fn raw_words(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let visible = if text.trim_start().starts_with('<') {
        visible_text(&text)
    } else {
        text.into_owned()
    };
    let words: Vec<&str> = visible.split_whitespace().collect();
    let joined = words.join(" ");
    if joined.is_empty() {
        return None;
    }
    Some(match joined.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", joined.get(..end).unwrap_or_default()),
        None => joined,
    })
}

fn visible_text(html: &str) -> String {
    let mut shown = String::new();
    let mut hidden_until: Option<&str> = None;
    for piece in html.split('<') {
        let (tag, text) = piece.split_once('>').unwrap_or(("", piece));
        let tag = tag.to_ascii_lowercase();
        match hidden_until {
            Some(end) if !tag.starts_with(end) => continue,
            _ => hidden_until = None,
        }
        if tag.starts_with("style") {
            hidden_until = Some("/style");
        } else if tag.starts_with("script") {
            hidden_until = Some("/script");
        } else {
            shown.push(' ');
            shown.push_str(text);
        }
    }
    shown
}

fn silent(status: u16) -> String {
    match status {
        401 => "the service refused the credential (401) and gave no reason".to_owned(),
        403 => "the service forbade the request (403) and gave no reason".to_owned(),
        404 => "the service knows nothing under this address (404)".to_owned(),
        412 => "a precondition of the request does not hold (412)".to_owned(),
        413 => "the request is too large for the service (413)".to_owned(),
        429 => "too many requests (429)".to_owned(),
        503 => "the service is not available at the moment (503)".to_owned(),
        other => format!("the service answered with status {other} and gave no reason"),
    }
}

/// The service's request id: `REQ_ID`, or `x-ms-service-request-id`; the first of a list.
#[must_use]
pub fn request_id(headers: &Headers) -> Option<String> {
    ["req_id", "x-ms-service-request-id"]
        .into_iter()
        .filter_map(|name| headers.get(name))
        .filter_map(|value| value.split(',').next())
        .map(str::trim)
        .find(|id| !id.is_empty())
        .map(str::to_owned)
}

/// Turns a failure that blames the input into a fault; where in the input it lies only the caller
/// knows.
fn fault(failure: &Failure) -> FieldError {
    let mut message = failure.message.clone();
    let mut notes = Vec::new();
    if let Some(code) = &failure.code {
        notes.push(format!("code {code}"));
    }
    if let Some(id) = &failure.request_id {
        notes.push(format!("request {id}"));
    }
    if !notes.is_empty() {
        message = format!("{} [{}]", message.trim_end(), notes.join(", "));
    }
    FieldError::new("", message)
}

/// The same error with faults that blame a column's value placed at that column of the row at
/// `pointer`.
#[must_use]
pub fn within_row(error: Error, pointer: &str) -> Error {
    let Error::InvalidInput(mut faults) = error else {
        return error;
    };
    for fault in &mut faults {
        if fault.pointer.is_empty()
            && let Some(column) = value_column(&fault.message)
        {
            fault.pointer = below(pointer, column);
        }
    }
    Error::InvalidInput(faults)
}

/// The column whose *value* a validation text complains about.
fn value_column(message: &str) -> Option<&str> {
    [
        ("The length of the '", "' attribute"),
        (" of '", "' on record of type"),
        ("Invalid property '", "' was found in entity"),
        ("An undeclared property '", "' which only has"),
        ("Invalid Attribute Value Type for ", ". Expected"),
        ("The field '", "' contains one or more invalid"),
    ]
    .into_iter()
    .find_map(|(before, after)| between(message, before, after))
    .filter(|column| !column.is_empty() && !column.contains(char::is_whitespace))
}

/// The name that the service could not find on a table (`select`, `filter`, `orderby`, `expand`).
#[must_use]
pub fn unknown_property(message: &str) -> Option<&str> {
    between(message, "Could not find a property named '", "' on type")
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (head, _) = text.split_once(after)?;
    let (_, found) = head.rsplit_once(before)?;
    Some(found)
}

/// The id that the service gave or confirmed: `…/accounts(<guid>)` of `OData-EntityId`.
#[must_use]
pub fn row_id(headers: &Headers) -> Option<RowId> {
    let link = headers
        .get("odata-entityid")
        .or_else(|| headers.get("location"))?;
    let (_, key) = link.trim().strip_suffix(')')?.rsplit_once('(')?;
    key.parse().ok()
}

/// The version tag of the row.
#[must_use]
pub fn etag(headers: &Headers) -> Option<String> {
    headers.get("etag").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, body: &str) -> Response {
        Response {
            status,
            headers: Headers::new(),
            body: body.as_bytes().to_vec(),
        }
    }

    #[test]
    fn every_shape_of_error_body_gives_its_words() {
        let long = "x".repeat(1000);
        let table = [
            (
                r#"{"error":{"code":"0x80040217","message":"account Does Not Exist"}}"#,
                "account Does Not Exist",
            ),
            (
                r#"{"Message":"No HTTP resource was found"}"#,
                "No HTTP resource was found",
            ),
            (
                "<html><head><style>p{}</style><title>Oops</title></head><body><p>Down for\n maintenance</p></body></html>",
                "Oops Down for maintenance",
            ),
            ("plain words", "plain words"),
            ("", "a precondition of the request does not hold (412)"),
            (
                r#"{"error":{"code":"","message":""}}"#,
                "a precondition of the request does not hold (412)",
            ),
        ];
        for (body, words) in table {
            assert_eq!(failure_of(&response(412, body)).message, words, "{body}");
        }
        let shown = failure_of(&response(500, &long)).message;
        assert_eq!(shown.chars().count(), SHOWN + 1);
    }

    #[test]
    fn code_and_request_id_are_kept_for_the_support_desk() {
        let mut response = response(404, r#"{"error":{"code":"0x80040217","message":"gone"}}"#);
        response.headers.set("x-ms-service-request-id", "b,b");
        assert_eq!(failure_of(&response).request_id.as_deref(), Some("b"));
        response.headers.set("REQ_ID", "a,a");
        let Error::NotFound(failure) = error_of(&response) else {
            panic!("not found expected");
        };
        assert_eq!(failure.request_id.as_deref(), Some("a"));
        assert_eq!(failure.code.as_deref(), Some("0x80040217"));
        assert_eq!(failure.status, Some(404));
    }

    #[test]
    fn a_complaint_about_a_value_points_at_its_column() {
        let table = [
            (
                "A validation error occurred.  The length of the 'subject' attribute of the 'task' entity exceeded the maximum allowed length of '200'.",
                "/row/subject",
            ),
            (
                "A validation error occurred. The value 9 of 'prioritycode' on record of type 'task' is outside the valid range. Accepted Values: 0,1,2",
                "/row/prioritycode",
            ),
            (
                "An error occurred while validating input parameters: Microsoft.Crm.CrmException: Invalid property 'Name' was found in entity 'Microsoft.Dynamics.CRM.account'. ---> x",
                "/row/Name",
            ),
            (
                "An undeclared property 'contoso_project' which only has property annotations in the payload",
                "/row/contoso_project",
            ),
            ("Something else is wrong", ""),
        ];
        for (message, pointer) in table {
            let body = serde_json::json!({"error": {"code": "0x80048d19", "message": message}});
            let error = error_of(&response(400, &body.to_string()));
            let Error::InvalidInput(faults) = within_row(error, "/row") else {
                panic!("invalid input expected: {message}");
            };
            assert_eq!(faults[0].pointer, pointer, "{message}");
            assert!(faults[0].message.contains("0x80048d19"));
        }
    }

    #[test]
    fn an_unknown_name_in_a_query_is_recognised() {
        let text =
            "Could not find a property named 'nmae' on type 'Microsoft.Dynamics.CRM.account'.";
        assert_eq!(unknown_property(text), Some("nmae"));
    }

    #[test]
    fn the_id_of_a_written_row_is_read_from_the_headers() {
        let table = [
            (
                "https://o/api/data/v9.2/accounts(5F3E0C11-1111-4222-8333-000000000001)",
                Some("5f3e0c11-1111-4222-8333-000000000001"),
            ),
            ("https://o/api/data/v9.2/accounts(accountnumber='A1')", None),
            ("nonsense", None),
        ];
        for (link, id) in table {
            let mut headers = Headers::new();
            headers.set("OData-EntityId", link);
            assert_eq!(row_id(&headers).map(|id| id.to_string()).as_deref(), id);
        }
    }
}

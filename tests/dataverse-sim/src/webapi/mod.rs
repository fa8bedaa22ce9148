//! The Web API's front door: version, sign-in, and which room answers.

mod service_document;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode};
use time::OffsetDateTime;

use crate::http::{ODataRequest, Preferences, Response, SimError};
use crate::organisation::{OrgContext, Organisation};
use crate::token::{Authenticator, Realm, Signer};
use crate::{metadata, operations, rows};

/// Longest URL of a plain GET, in characters.
const MAX_URL: usize = 32_768;
/// Where the data API lives.
const ROOT: &str = "/api/data/";

/// All that the front door needs of the simulator.
pub struct Site<'a> {
    /// The organisation.
    pub organisation: &'a Organisation,
    /// Remembers tokens.
    pub authenticator: &'a Authenticator,
    /// Verifies tokens.
    pub signer: &'a Signer,
    /// Scheme and host as the caller wrote them.
    pub origin: &'a str,
    /// Scheme and host of the authority.
    pub authority_origin: &'a str,
    /// Whether an address means this organisation.
    pub is_own: &'a dyn Fn(&str) -> bool,
}

/// What follows `/api/data/`, when a path is the Web API's.
pub fn relative_path(path: &str) -> Option<&str> {
    path.strip_prefix(ROOT)
}

/// Answers a Web API request; `rest` is its path after `/api/data/`.
pub fn handle(
    site: &Site<'_>,
    parts: &Parts,
    rest: &str,
    body: &Bytes,
    now: OffsetDateTime,
) -> Response {
    answer(site, parts, rest, body, now).unwrap_or_else(|error| {
        error.into_annotated_response(&Preferences::from_headers(&parts.headers).annotations)
    })
}

fn answer(
    site: &Site<'_>,
    parts: &Parts,
    rest: &str,
    body: &Bytes,
    now: OffsetDateTime,
) -> Result<Response, SimError> {
    let (version, path) = rest.split_once('/').unwrap_or((rest, ""));
    if !is_version(version) {
        return Err(SimError::unknown_segment(version));
    }
    let length = parts
        .uri
        .path_and_query()
        .map_or(0, |target| target.as_str().len());
    if site.origin.len() + length > MAX_URL {
        return Err(SimError::new(
            StatusCode::URI_TOO_LONG,
            "0x80060888",
            "The request URL is too long.",
        ));
    }
    let realm = Realm {
        authority_origin: site.authority_origin,
        resource: site.origin,
        is_audience: site.is_own,
    };
    let caller = site.authenticator.authenticate(
        &parts.headers,
        site.signer,
        site.organisation,
        &realm,
        now,
    )?;
    let context = OrgContext {
        organisation: site.organisation,
        schema: site.organisation.schema(),
        caller,
        service_root: format!("{}{ROOT}{version}", site.origin),
        now,
    };
    let request = ODataRequest::new(
        parts.method.clone(),
        path.to_owned(),
        parts.uri.query().map(str::to_owned),
        without_credential(&parts.headers),
        body.clone(),
    );
    route(&context, &request)
}

/// Headers for the rooms behind the door, which have no business with tokens.
fn without_credential(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    headers.remove(http::header::AUTHORIZATION);
    headers
}

/// `v9.2` and its older likes.
fn is_version(segment: &str) -> bool {
    matches!(segment, "v8.0" | "v8.1" | "v8.2" | "v9.0" | "v9.1" | "v9.2")
}

fn route(context: &OrgContext<'_>, request: &ODataRequest) -> Result<Response, SimError> {
    let first = request.path.split('/').next().unwrap_or_default();
    let name = first.split('(').next().unwrap_or_default();
    if context.schema.table_by_set(name).is_some() {
        if operations::is_bound(request)
            && let Some(answer) = operations::bound(context, request)
        {
            return answer;
        }
        return rows::handle(context, request);
    }
    match name {
        "" => read_only(request, || service_document::answer(context)),
        "$metadata" => read_only(request, || metadata::csdl(context)),
        "$batch" => Err(SimError::not_simulated("$batch")),
        _ if metadata::is_resource(name) => metadata::handle(context, request),
        _ => operations::unbound(context, request),
    }
}

fn read_only(
    request: &ODataRequest,
    answer: impl FnOnce() -> Result<Response, SimError>,
) -> Result<Response, SimError> {
    if request.method == Method::GET || request.method == Method::HEAD {
        answer()
    } else {
        Err(SimError::method_not_allowed(
            "The requested resource does not support this http method.",
        ))
    }
}

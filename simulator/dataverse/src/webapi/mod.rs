//! The Web API's front door: version, sign-in, and which room answers.

mod service_document;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode, header};
use time::OffsetDateTime;

use crate::http::{ODataRequest, Preferences, Response, SimError};
use crate::operations::Repertoire;
use crate::organisation::{OrgContext, Organisation};
use crate::rows::write::terms;
use crate::token::{Authenticator, Realm, Signer};
use crate::{batch, metadata, operations, rows, search};

/// Longest URL of a plain GET, in characters.
const MAX_URL: usize = 32_768;
/// The version of addresses that name none.
const LATEST: &str = "v9.2";
/// Where the data API lives.
const ROOT: &str = "/api/data/";

/// The header of a write that tells callback registrations nothing.
const SUPPRESS: &str = "mscrm.suppresscallbackregistrationexpanderjob";

/// All that the front door needs of the simulator.
pub struct Site<'a> {
    /// The organisation.
    pub organisation: &'a Organisation,
    /// What it can do.
    pub repertoire: &'a Repertoire,
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
    let door = Door { site, now };
    let request = ODataRequest::new(
        parts.method.clone(),
        path.to_owned(),
        parts.uri.query().map(str::to_owned),
        without_credential(&parts.headers),
        body.clone(),
    );
    // Whoever may not come in learns nothing about how a batch is written.
    let context = door.admit(version, &request, &parts.headers, MAX_URL)?;
    operations::run_due(site.repertoire, &context);
    if path != "$batch" {
        return route(site.repertoire, &context, &request);
    }
    let dispatch = |inner: Option<&str>, request: ODataRequest| {
        let headers = with_credential(&request.headers, &parts.headers);
        door.admit(inner.unwrap_or(version), &request, &headers, batch::MAX_URL)
            .and_then(|context| route(site.repertoire, &context, &request))
            .unwrap_or_else(|error| error.into_annotated_response(&request.preferences.annotations))
    };
    let surroundings = batch::Surroundings {
        organisation: site.organisation,
        dispatch: &dispatch,
    };
    batch::handle(&surroundings, &request)
}

/// Answers a request about a background operation; `id` is its path after [`operations::BACKGROUND`].
pub fn background(site: &Site<'_>, parts: &Parts, id: &str, now: OffsetDateTime) -> Response {
    let door = Door { site, now };
    let request = ODataRequest::new(
        parts.method.clone(),
        String::new(),
        None,
        without_credential(&parts.headers),
        Bytes::new(),
    );
    door.admit(LATEST, &request, &parts.headers, MAX_URL)
        .and_then(|context| {
            operations::run_due(site.repertoire, &context);
            operations::background(&context, &request.method, id)
        })
        .unwrap_or_else(|error| error.into_annotated_response(&request.preferences.annotations))
}

/// Answers a request to search; `rest` is its path after [`search::ROOT`].
pub fn search(
    site: &Site<'_>,
    parts: &Parts,
    rest: &str,
    body: &Bytes,
    now: OffsetDateTime,
) -> Response {
    let door = Door { site, now };
    let request = ODataRequest::new(
        parts.method.clone(),
        rest.to_owned(),
        None,
        without_credential(&parts.headers),
        body.clone(),
    );
    door.admit(LATEST, &request, &parts.headers, MAX_URL)
        .and_then(|context| search::handle(&context, &request))
        .unwrap_or_else(|error| error.into_annotated_response(&request.preferences.annotations))
}

/// The way in for a request, alone or inside a batch.
struct Door<'a> {
    site: &'a Site<'a>,
    now: OffsetDateTime,
}

impl<'a> Door<'a> {
    /// Checks version, length of the URL and caller; `headers` say who that is.
    fn admit(
        &self,
        version: &str,
        request: &ODataRequest,
        headers: &HeaderMap,
        max_url: usize,
    ) -> Result<OrgContext<'a>, SimError> {
        if !is_version(version) {
            return Err(SimError::unknown_segment(version));
        }
        let site = self.site;
        if site.organisation.is_disabled() {
            return Err(SimError::new(
                StatusCode::FORBIDDEN,
                "0x80048405",
                "The organization is disabled.",
            ));
        }
        let service_root = format!("{}{ROOT}{version}", site.origin);
        let query = request.query.as_ref().map_or(0, |query| query.len() + 1);
        if service_root.len() + 1 + request.path.len() + query > max_url {
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
            headers,
            site.signer,
            site.organisation,
            &realm,
            self.now,
        )?;
        Ok(OrgContext {
            organisation: site.organisation,
            schema: site.organisation.schema(),
            caller,
            service_root,
            now: self.now,
        })
    }
}

/// Headers that say who calls inside a batch: the token came with the batch, whom to impersonate with the request.
fn with_credential(headers: &HeaderMap, of_batch: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    headers.remove(header::AUTHORIZATION);
    if let Some(token) = of_batch.get(header::AUTHORIZATION) {
        headers.insert(header::AUTHORIZATION, token.clone());
    }
    headers
}

/// Headers for the rooms behind the door, which have no business with tokens.
fn without_credential(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    headers.remove(header::AUTHORIZATION);
    headers
}

/// `v9.2` and its older likes.
fn is_version(segment: &str) -> bool {
    matches!(segment, "v8.0" | "v8.1" | "v8.2" | "v9.0" | "v9.1" | "v9.2")
}

fn route(
    repertoire: &Repertoire,
    context: &OrgContext<'_>,
    request: &ODataRequest,
) -> Result<Response, SimError> {
    terms::check(context, request)?;
    let is_quiet = request
        .header(SUPPRESS)
        .is_some_and(|value| value.eq_ignore_ascii_case("true"));
    rows::listeners::quietly(is_quiet, || steer(repertoire, context, request))
}

/// Which room answers.
fn steer(
    repertoire: &Repertoire,
    context: &OrgContext<'_>,
    request: &ODataRequest,
) -> Result<Response, SimError> {
    let first = request.path.split('/').next().unwrap_or_default();
    let name = first.split('(').next().unwrap_or_default();
    if context.schema.table_by_set(name).is_some() {
        if operations::is_bound(request)
            && let Some(answer) = operations::bound(repertoire, context, request)
        {
            return answer;
        }
        return rows::handle(context, request);
    }
    match name {
        "" => read_only(request, || service_document::answer(context)),
        "$metadata" => read_only(request, || metadata::csdl(context, request)),
        "$batch" => Err(SimError::bad_url("A batch cannot contain another batch.")),
        _ if metadata::is_resource(name) => metadata::handle(context, request),
        _ if metadata::is_action(name) => metadata::act(context, request, name),
        _ => operations::unbound(repertoire, context, request),
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

//! One request from the socket to the socket: fault, body, route, headers, log.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use bytes::{Bytes, BytesMut};
use http::request::Parts;
use http::{StatusCode, header};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use time::OffsetDateTime;
use uuid::Uuid;

use super::state::State;
use crate::control::{self, Effect, Fault, LoggedRequest};
use crate::http::server::{Handler, ResetSwitch, SimBody};
use crate::http::{Response, SimError, service_headers};
use crate::token::{self, Issue};
use crate::webapi;

/// Largest request body: the message limit of the service, 116.85 MB.
const BODY_BYTES: usize = 122_525_000;

impl Handler for State {
    async fn handle(
        self: Arc<Self>,
        request: http::Request<Incoming>,
        _peer: SocketAddr,
        reset: ResetSwitch,
    ) -> Option<http::Response<SimBody>> {
        let started = Instant::now();
        let now = self.organisation.clock.now();
        let request_id = self.ids.next();
        let (parts, body) = request.into_parts();
        let fault = self.fault(&parts);
        if let Some(delay) = fault.as_ref().and_then(Fault::delay) {
            tokio::time::sleep(delay).await;
        }
        if matches!(
            fault,
            Some(Fault {
                effect: Effect::Reset,
                ..
            })
        ) {
            reset.arm();
            self.record(&parts, &Bytes::new(), None, fault, started, now, request_id);
            return None;
        }
        let (response, body) = match collect(body).await {
            Ok(body) => (
                self.answer(&parts, &body, fault.as_ref(), now, request_id),
                body,
            ),
            Err(error) => (error.into_response(), Bytes::new()),
        };
        if matches!(
            fault,
            Some(Fault {
                effect: Effect::ResetAfter,
                ..
            })
        ) {
            reset.arm();
            self.record(&parts, &body, None, fault, started, now, request_id);
            return None;
        }
        let kept = match &fault {
            Some(Fault {
                effect: Effect::Truncate { bytes },
                ..
            }) => Some(*bytes),
            _ => None,
        };
        let length = response.body.len();
        self.record(
            &parts,
            &body,
            Some((response.status, length)),
            fault,
            started,
            now,
            request_id,
        );
        Some(into_http(response, kept))
    }
}

impl State {
    fn fault(&self, parts: &Parts) -> Option<Fault> {
        let path = parts.uri.path();
        if path.starts_with(control::PREFIX) {
            None
        } else {
            self.faults.strike(&parts.method, path)
        }
    }

    fn answer(
        &self,
        parts: &Parts,
        body: &Bytes,
        fault: Option<&Fault>,
        now: OffsetDateTime,
        request_id: Uuid,
    ) -> Response {
        let path = parts.uri.path();
        if let Some(rest) = path.strip_prefix(control::PREFIX)
            && (rest.is_empty() || rest.starts_with('/'))
        {
            return control::handle(
                &parts.method,
                rest,
                body,
                &self.log,
                &self.faults,
                &self.environment,
            );
        }
        if let Some(Fault {
            effect:
                Effect::Status {
                    status,
                    code,
                    message,
                    retry_after,
                    body,
                },
            ..
        }) = fault
        {
            let failure = Failure {
                status: *status,
                code,
                message,
                retry_after: *retry_after,
                body: body.as_deref(),
            };
            return service_headers::add(
                failure.into_response(),
                request_id,
                self.addresses.scheme,
            );
        }
        let origin = self.addresses.origin(&host(parts));
        if let Some(rest) = webapi::relative_path(path) {
            let site = webapi::Site {
                organisation: &self.organisation,
                authenticator: &self.authenticator,
                signer: &self.signer,
                origin: &origin,
                authority_origin: &origin,
                is_own: &|address| self.addresses.is_own(address),
            };
            let response = webapi::handle(&site, parts, rest, body, now);
            return service_headers::add(response, request_id, self.addresses.scheme);
        }
        let issue = Issue {
            authority: &self.authority,
            signer: &self.signer,
            origin: &origin,
            is_resource: &|address| self.addresses.is_own(address),
            request_id,
            now,
        };
        token::handle(&issue, &parts.method, path, &parts.headers, body)
            .unwrap_or_else(|| nowhere(&origin, parts))
    }

    #[allow(clippy::too_many_arguments)]
    fn record(
        &self,
        parts: &Parts,
        body: &Bytes,
        answered: Option<(StatusCode, usize)>,
        fault: Option<Fault>,
        started: Instant,
        at: OffsetDateTime,
        request_id: Uuid,
    ) {
        if !self.log.is_on() || parts.uri.path().starts_with(control::PREFIX) {
            return;
        }
        let mut headers = parts.headers.clone();
        let authorization = headers.remove(header::AUTHORIZATION);
        let scheme = authorization
            .as_ref()
            .and_then(|value| value.to_str().ok()?.split(' ').next());
        self.log.push(LoggedRequest {
            sequence: 0,
            at,
            method: parts.method.clone(),
            host: host(parts),
            target: parts
                .uri
                .path_and_query()
                .map(ToString::to_string)
                .unwrap_or_default(),
            version: format!("{:?}", parts.version),
            headers,
            authorization: scheme.map(str::to_owned),
            body: body.clone(),
            status: answered.map_or(0, |(status, _)| status.as_u16()),
            response_bytes: answered.map_or(0, |(_, length)| length as u64),
            micros: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
            request_id,
            fault: fault.map(|fault| fault.name),
        });
    }
}

/// The host the caller named: `:authority` over HTTP/2, `Host` over HTTP/1.1.
fn host(parts: &Parts) -> String {
    let named = || parts.headers.get(header::HOST)?.to_str().ok();
    let authority = parts.uri.authority().map(http::uri::Authority::as_str);
    authority
        .or_else(named)
        .unwrap_or_default()
        .to_ascii_lowercase()
}

async fn collect(mut body: Incoming) -> Result<Bytes, SimError> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let mut first = Bytes::new();
    let mut more = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame
            .map_err(|error| SimError::bad_url(format!("The request body broke off: {error}.")))?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if first.len() + more.len() + data.len() > BODY_BYTES {
            return Err(SimError::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "0x80060888",
                "The request is too large.",
            ));
        }
        // Nearly every body arrives in one piece, which is then used as it is.
        match (first.is_empty(), more.is_empty()) {
            (true, true) => first = data,
            (false, true) => {
                more.extend_from_slice(&std::mem::take(&mut first));
                more.extend_from_slice(&data);
            }
            _ => more.extend_from_slice(&data),
        }
    }
    Ok(if more.is_empty() {
        first
    } else {
        more.freeze()
    })
}

fn into_http(response: Response, kept: Option<usize>) -> http::Response<SimBody> {
    let body = match kept {
        Some(kept) => SimBody::truncated(response.body, kept),
        None => SimBody::whole(response.body),
    };
    let mut answer = http::Response::new(body);
    *answer.status_mut() = response.status;
    *answer.headers_mut() = response.headers;
    answer
}

/// A path that is neither the Web API's nor the authority's: the answer of the layer below both.
fn nowhere(origin: &str, parts: &Parts) -> Response {
    let url = format!("{origin}{}", parts.uri);
    let message = format!("No HTTP resource was found that matches the request URI '{url}'.");
    Response::of_type(
        StatusCode::NOT_FOUND,
        "application/json; charset=utf-8",
        serde_json::json!({ "Message": message }).to_string(),
    )
}

/// An answer that a fault rule gives in place of the service.
struct Failure<'a> {
    status: u16,
    code: &'a str,
    message: &'a str,
    retry_after: Option<u32>,
    body: Option<&'a str>,
}

impl Failure<'_> {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = match self.body {
            Some(body) => Response::of_type(status, "text/html; charset=utf-8", body.to_owned()),
            None => {
                let mut error = SimError::new(status, "", self.message);
                error.code = self.code.to_owned().into();
                error.into_response()
            }
        };
        if let Some(seconds) = self.retry_after {
            response = response.with_header("retry-after", &seconds.to_string());
        }
        response
    }
}

//! One request from the socket to the socket: fault, body, route, headers, log.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::request::Parts;
use http::{StatusCode, header};
use hyper::body::Incoming;
use time::OffsetDateTime;
use uuid::Uuid;

use super::request_body::collect;
use super::state::State;
use crate::control::{self, Effect, Fault, LoggedRequest};
use crate::http::server::{Handler, ResetSwitch, SimBody};
use crate::http::{Response, service_headers};
use crate::token::{self, Issue};
use crate::webapi;

/// What is known of a request before it is handled.
struct Arrival {
    started: Instant,
    at: OffsetDateTime,
    request_id: Uuid,
    fault: Option<Fault>,
}

impl Handler for State {
    async fn handle(
        self: Arc<Self>,
        request: http::Request<Incoming>,
        _peer: SocketAddr,
        reset: ResetSwitch,
    ) -> Option<http::Response<SimBody>> {
        let (parts, body) = request.into_parts();
        let arrival = Arrival {
            started: Instant::now(),
            at: self.organisation.clock.now(),
            request_id: self.ids.next(),
            fault: self.fault(&parts),
        };
        if let Some(delay) = arrival.fault.as_ref().and_then(Fault::delay) {
            tokio::time::sleep(delay).await;
        }
        let effect = arrival.fault.as_ref().map(|fault| fault.effect.clone());
        if effect == Some(Effect::Reset) {
            reset.arm();
            self.record(&parts, &Bytes::new(), None, arrival);
            return None;
        }
        let (response, body) = match collect(body).await {
            Ok(body) => (self.answer(&parts, &body, &arrival), body),
            Err(error) => (error.into_response(), Bytes::new()),
        };
        if effect == Some(Effect::ResetAfter) {
            reset.arm();
            self.record(&parts, &body, None, arrival);
            return None;
        }
        let answered = Some((response.status, response.body.len()));
        self.record(&parts, &body, answered, arrival);
        let kept = match effect {
            Some(Effect::Truncate { bytes }) => Some(bytes),
            _ => None,
        };
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

    fn answer(&self, parts: &Parts, body: &Bytes, arrival: &Arrival) -> Response {
        let (request_id, now) = (arrival.request_id, arrival.at);
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
        if let Some(response) = arrival.fault.as_ref().and_then(Fault::answer) {
            return service_headers::add(response, arrival.request_id, self.addresses.scheme);
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
            let handle = || webapi::handle(&site, parts, rest, body, now);
            // A batch may run for seconds; the other requests of this worker go on meanwhile.
            let response = if rest.ends_with("/$batch") {
                tokio::task::block_in_place(handle)
            } else {
                handle()
            };
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

    fn record(
        &self,
        parts: &Parts,
        body: &Bytes,
        answered: Option<(StatusCode, usize)>,
        arrival: Arrival,
    ) {
        let Arrival {
            started,
            at,
            request_id,
            fault,
        } = arrival;
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

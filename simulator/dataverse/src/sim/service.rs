//! One request from the socket to the socket: fault, limits, body, answer, log.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::request::Parts;
use hyper::body::Incoming;
use time::OffsetDateTime;
use uuid::Uuid;

use super::request_body::collect;
use super::site::Site;
use super::state::State;
use crate::control::{self, Effect, Fault};
use crate::http::server::{Handler, ResetSwitch, SimBody};
use crate::http::{Response, SimError, service_headers};
use crate::limits::Admission;
use crate::organisation::Clock;
use crate::webapi;

/// What is known of a request before it is handled.
pub(super) struct Arrival {
    pub(super) started: Instant,
    pub(super) at: OffsetDateTime,
    pub(super) request_id: Uuid,
    pub(super) fault: Option<Fault>,
    /// The host the caller named, in lower case.
    pub(super) host: String,
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
            at: self.clock.now(),
            request_id: self.ids.next(),
            fault: self.fault(&parts),
            host: host(&parts),
        };
        let effect = arrival.fault.as_ref().map(|fault| fault.effect.clone());
        if effect == Some(Effect::Reset) {
            reset.arm();
            self.record(&parts, &Bytes::new(), None, arrival);
            return None;
        }
        // Before the pause and the body: whoever waits runs.
        let admission = self.admit(&parts, &arrival);
        if let Some(delay) = arrival.fault.as_ref().and_then(Fault::delay) {
            tokio::time::sleep(delay).await;
        }
        let (response, body) = match collect(body).await {
            Ok(body) => (self.limited(&parts, &body, &arrival, admission), body),
            Err(error) => (error.into_response(), Bytes::new()),
        };
        if effect == Some(Effect::ResetAfter) {
            reset.arm();
            self.record(&parts, &body, None, arrival);
            return None;
        }
        self.record(&parts, &body, Some(&response), arrival);
        let kept = match effect {
            Some(Effect::Truncate { bytes }) => Some(bytes),
            _ => None,
        };
        Some(into_http(response, kept))
    }
}

impl State {
    fn fault(&self, parts: &Parts) -> Option<Fault> {
        if control::relative_path(parts.uri.path()).is_some() {
            return None;
        }
        self.faults
            .strike(&parts.method, parts.uri.path_and_query()?)
    }

    /// Counts a Web API request against its user, where limits are in force.
    fn admit(&self, parts: &Parts, arrival: &Arrival) -> Option<Result<Admission, SimError>> {
        let site = self.site(&arrival.host);
        if !site.limits.is_on() || webapi::relative_path(parts.uri.path()).is_none() {
            return None;
        }
        let claims = self.claims(site, parts, arrival.at)?;
        Some(site.limits.enter(claims.identified(), arrival.at))
    }

    /// Who calls, when the token is good.
    pub(super) fn claims(
        &self,
        site: &Site,
        parts: &Parts,
        now: OffsetDateTime,
    ) -> Option<Arc<crate::token::Claims>> {
        let tenant = site.organisation.identity.tenant_id;
        let signer = &self.authority.signer;
        let is_audience = |address: &str| site.addresses.is_own(address);
        let found = site
            .authenticator
            .identify(&parts.headers, signer, tenant, &is_audience, now);
        found.ok()
    }

    /// Answers within the limits.
    fn limited(
        &self,
        parts: &Parts,
        body: &Bytes,
        arrival: &Arrival,
        admission: Option<Result<Admission, SimError>>,
    ) -> Response {
        match admission {
            None => self.answer(parts, body, arrival),
            Some(Ok(admission)) => {
                let response = self.answer(parts, body, arrival);
                admission.leave(response, arrival.started.elapsed(), self.clock.now())
            }
            Some(Err(error)) => {
                let scheme = self.site(&arrival.host).addresses.scheme();
                service_headers::add(error.into_response(), arrival.request_id, scheme)
            }
        }
    }
}

/// The host the caller named: `:authority` over HTTP/2, `Host` over HTTP/1.1.
pub(super) fn host(parts: &Parts) -> String {
    let named = || parts.headers.get(http::header::HOST)?.to_str().ok();
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

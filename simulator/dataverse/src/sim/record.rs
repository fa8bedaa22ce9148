//! What the log keeps of a request.

use bytes::Bytes;
use http::header;
use http::request::Parts;

use super::service::Arrival;
use super::state::State;
use crate::control::{self, LoggedAnswer, LoggedRequest, without_secrets};
use crate::http::Response;
use crate::{discovery, webapi};

impl State {
    /// Logs a request; `response` is absent when the connection was cut instead.
    pub(super) fn record(
        &self,
        parts: &Parts,
        body: &Bytes,
        response: Option<&Response>,
        arrival: Arrival,
    ) {
        let path = parts.uri.path();
        if !self.log.is_on() || control::relative_path(path).is_some() {
            return;
        }
        let Arrival {
            started,
            at,
            request_id,
            fault,
            host,
        } = arrival;
        let mut headers = parts.headers.clone();
        let authorization = headers.remove(header::AUTHORIZATION);
        // A browser's session is a credential too.
        headers.remove(header::COOKIE);
        let scheme = authorization
            .as_ref()
            .and_then(|value| value.to_str().ok()?.split(' ').next());
        let is_data =
            webapi::relative_path(path).is_some() || discovery::relative_path(path).is_some();
        let site = self.site(&host);
        let answer = response.filter(|_| is_data).map(LoggedAnswer::of);
        self.log.push(LoggedRequest {
            sequence: 0,
            at,
            method: parts.method.clone(),
            organisation: site.organisation.identity.url_name.clone(),
            target: parts
                .uri
                .path_and_query()
                .map(ToString::to_string)
                .unwrap_or_default(),
            version: format!("{:?}", parts.version),
            headers,
            authorization: scheme.map(str::to_owned),
            is_cut: false,
            body: if is_data {
                body.clone()
            } else {
                without_secrets(body)
            },
            status: response.map_or(0, |response| response.status.as_u16()),
            response_bytes: response.map_or(0, |response| response.body.len() as u64),
            micros: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
            request_id,
            fault: fault.map(|fault| fault.name),
            claims: if is_data {
                self.claims(site, parts, at)
            } else {
                None
            },
            answer,
            host,
        });
    }
}

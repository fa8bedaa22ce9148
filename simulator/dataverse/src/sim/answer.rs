//! Which room answers a request: the simulator's own, the Web API, discovery, or the authority.

use bytes::Bytes;
use http::StatusCode;
use http::request::Parts;
use uuid::Uuid;

use super::service::Arrival;
use super::state::State;
use crate::control;
use crate::http::{Response, service_headers};
use crate::token::{self, Issue};
use crate::{discovery, operations, search, webapi};

impl State {
    /// Answers a request as the fault that strikes it lets.
    pub(super) fn answer(&self, parts: &Parts, body: &Bytes, arrival: &Arrival) -> Response {
        let path = parts.uri.path();
        if let Some(rest) = control::relative_path(path) {
            return self.control(parts, rest, body, arrival.at);
        }
        let site = self.site(&arrival.host);
        let fault = arrival.fault.as_ref();
        if let Some(response) = fault.and_then(|fault| fault.answer(arrival.at)) {
            return service_headers::add(response, arrival.request_id, site.addresses.scheme());
        }
        let origin = site.addresses.origin(&arrival.host);
        let door = webapi::Site {
            organisation: &site.organisation,
            repertoire: &site.repertoire,
            authenticator: &site.authenticator,
            signer: &self.authority.signer,
            origin: &origin,
            authority_origin: &origin,
            is_own: &|address| site.addresses.is_own(address),
        };
        if let Some(id) = path.strip_prefix(operations::BACKGROUND) {
            let response = webapi::background(&door, parts, id, arrival.at);
            return service_headers::add(response, arrival.request_id, site.addresses.scheme());
        }
        if let Some(rest) = path.strip_prefix(search::ROOT) {
            let handle = || webapi::search(&door, parts, rest, body, arrival.at);
            // The words of a million rows are taken in once; the other requests of this worker go on meanwhile.
            let response = tokio::task::block_in_place(handle);
            return service_headers::add(response, arrival.request_id, site.addresses.scheme());
        }
        if let Some(rest) = webapi::relative_path(path) {
            let handle = || webapi::handle(&door, parts, rest, body, arrival.at);
            // A batch may run for seconds; the other requests of this worker go on meanwhile.
            let response = if rest.ends_with("/$batch") {
                tokio::task::block_in_place(handle)
            } else {
                handle()
            };
            return service_headers::add(response, arrival.request_id, site.addresses.scheme());
        }
        if let Some(rest) = discovery::relative_path(path) {
            let response = self.discover(parts, rest, &origin, arrival);
            return service_headers::add(response, arrival.request_id, site.addresses.scheme());
        }
        let issue = Issue {
            authority: &self.authority,
            people: self,
            origin: &origin,
            is_resource: &|tenant, address| self.is_resource(tenant, address),
            request_id: arrival.request_id,
            now: arrival.at,
        };
        token::handle(&issue, parts, body).unwrap_or_else(|| nowhere(&origin, parts))
    }

    /// Whether an address is an organisation of a tenant, or the local discovery of organisations.
    fn is_resource(&self, tenant: Uuid, address: &str) -> bool {
        let is_own = self.sites().any(|site| {
            site.organisation.identity.tenant_id == tenant && site.addresses.is_own(address)
        });
        is_own || self.is_discovery(address)
    }

    /// Whether an address is the local discovery of organisations.
    pub(super) fn is_discovery(&self, address: &str) -> bool {
        let host = address.split_once("://").map_or(address, |(_, host)| host);
        let name = host.split(':').next().unwrap_or_default();
        name == super::DISCOVERY_HOST
    }
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

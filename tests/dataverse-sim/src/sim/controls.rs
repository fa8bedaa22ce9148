//! The simulator's own interface, with what it needs of the rest.

use bytes::Bytes;
use http::request::Parts;
use serde_json::json;

use super::state::State;
use crate::control;
use crate::http::Response;

impl State {
    pub(super) fn control(&self, parts: &Parts, rest: &str, body: &Bytes) -> Response {
        control::handle(
            &parts.method,
            rest,
            body,
            &self.log,
            &self.faults,
            &self.environment(),
        )
    }

    /// What a client needs to know, as `GET /sim/environment` tells it.
    fn environment(&self) -> serde_json::Value {
        let base = self.first.addresses.base_url();
        let development = &self.development;
        let tenant = development.tenant;
        json!({
            "url": base,
            "web-api-url": format!("{base}/api/data/v9.2/"),
            "token-url": format!("{base}/{tenant}/oauth2/v2.0/token"),
            "scope": format!("{base}/.default"),
            "tenant-id": tenant,
            "client-id": development.client_id,
            "client-secret": development.client_secret,
        })
    }
}

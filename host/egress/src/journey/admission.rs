//! Stages 1 to 5: from what a guest wants to send to a request that may leave.

use std::sync::Arc;

use bytes::Bytes;
use http::header::HeaderMap;
use http::uri::PathAndQuery;
use http::{Method, Request};

use crate::body::request::{self, Prepared};
use crate::body::streamed::BodyLimits;
use crate::error::EgressError;
use crate::journey::audit_entry::AuditEntry;
use crate::journey::context::Journey;
use crate::lane::quota::QuotaPermit;
use crate::lane::target::{Route, Target};
use crate::message::{Body, Sender};
use crate::stages::headers::Rules;

/// A request that stages 1 to 5 have passed.
pub(crate) struct AdmittedRequest {
    pub(crate) method: Method,
    pub(crate) path: PathAndQuery,
    pub(crate) fields: HeaderMap,
    /// It only prepares another one, as its component says.
    pub(crate) prepares: bool,
    pub(crate) body: Prepared,
    pub(crate) target: Arc<Target>,
    pub(crate) route: Arc<Route>,
    /// Its permit of the quota; nothing once it went over to the answer.
    pub(crate) permit: Option<QuotaPermit>,
}

impl Journey<'_> {
    /// Takes a request through stages 1 to 5.
    pub(crate) async fn admit(
        &self,
        request: Request<Body>,
        entry: &mut AuditEntry,
    ) -> Result<AdmittedRequest, EgressError> {
        let (parts, body) = request.into_parts();
        let judge = &self.core.shared.judge;
        // 1 and 2. The origin's verdict is remembered; path and method are judged every time.
        let path = parts
            .uri
            .path_and_query()
            .cloned()
            .unwrap_or(PathAndQuery::from_static("/"));
        let target = self.core.target(&parts.uri)?;
        judge.request(&parts.method, &path, &self.core.policy)?;
        entry.permitted(&target.rule);
        // 3.
        let rules = Rules {
            limits: self.core.header_limits(),
            may_authorize: self.sender == Sender::Host,
        };
        let clean = judge.headers(parts.headers, &target.origin, rules)?;
        // 4.
        let permit = self.permit(&target).await?;
        // 5.
        let route = match target.route(self.started, self.core.shared.config.dns_cache()) {
            Some(route) => route,
            None => self.core.route(&target, self.total).await?,
        };

        // Nothing is sent, and no credential leased, for a body that never comes.
        let body = self
            .prepare_body(body, clean.content_length, &target)
            .await?;
        Ok(AdmittedRequest {
            method: parts.method,
            path,
            fields: clean.fields,
            prepares: clean.prepares,
            body,
            target,
            route,
            permit: Some(permit),
        })
    }

    async fn permit(&self, target: &Target) -> Result<QuotaPermit, EgressError> {
        if let Some(permit) = self.core.quota.try_permit() {
            return Ok(permit);
        }
        let waiting = self.core.quota.permit(&self.core.policy.connection);
        self.total.wait(&target.name, waiting).await?
    }

    async fn prepare_body(
        &self,
        body: Body,
        declared: Option<u64>,
        target: &Target,
    ) -> Result<Prepared, EgressError> {
        if request::is_empty(&body, declared) {
            return Ok(Prepared::Held(Bytes::new()));
        }
        let config = &self.core.shared.config;
        let limits = BodyLimits {
            largest: config.max_request_body_bytes,
            held: config.replay_body_bytes,
            trailers: self.core.header_limits(),
            judge: self.core.shared.judge.clone(),
        };
        let reading = request::prepare(body, declared, &limits);
        self.total.wait(&target.name, reading).await?
    }
}

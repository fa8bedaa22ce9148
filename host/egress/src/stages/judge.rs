//! What the driver asks of the stages, in one place: every decision about a request and its answer is made here or
//! in a stage, and nowhere else.
//!
//! Behaviour tests put another judge in this one's place, which asks this one and, where a test lowers a defence,
//! does not listen. So there is no exception in the code that ships.

use std::net::SocketAddr;
use std::sync::Arc;

use http::header::HeaderName;
use http::uri::PathAndQuery;
use http::{HeaderMap, Method, Uri};

use crate::config::EgressConfig;
use crate::error::EgressError;
use crate::policy::{LaneId, LanePolicy};
use crate::redact::confidential::Confidential;
use crate::redact::{Redaction, Redactor};
use crate::stages::addresses::{self, Permitted};
use crate::stages::headers::{self, CleanHeaders, HeaderLimits, Rules};
use crate::stages::parse::{self, Origin};
use crate::stages::policy;
use crate::stages::response_headers::{self, HeadError};

/// What policy said of an origin.
#[derive(Debug)]
pub(crate) struct Permission {
    /// The rule that permits it.
    pub(crate) rule: String,
    /// Whether the credential may go there.
    pub(crate) credential: bool,
}

/// How much of an answer's head may come in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeadLimits {
    /// Number and size of its header fields.
    pub(crate) fields: HeaderLimits,
    /// Interim answers before it.
    pub(crate) interim: usize,
}

/// Decides.
#[derive(Clone, Debug)]
pub(crate) struct Judge(());

impl Judge {
    /// Interim answers to one request. Services send one or two.
    const INTERIM: usize = 32;

    /// The one that ships.
    pub(crate) fn strict() -> Self {
        Self(())
    }

    /// Whose a request is: what it shares, it shares with this lane's alone.
    pub(crate) fn lane(&self, id: LaneId, policy: LanePolicy) -> (LaneId, LanePolicy) {
        (id, policy)
    }

    /// Stage 1: where a request goes.
    pub(crate) fn origin(&self, uri: &Uri) -> Result<Origin, EgressError> {
        Origin::parse(uri)
    }

    /// Stage 2, for an origin.
    pub(crate) fn permission(
        &self,
        origin: &Origin,
        policy: &LanePolicy,
        config: &EgressConfig,
    ) -> Result<Permission, EgressError> {
        let rule = policy::judge_host(origin, policy)?;
        policy::judge_scheme(origin, &config.allow_plain_http)?;
        let credential = policy::may_carry_credential(origin, policy);
        Ok(Permission { rule, credential })
    }

    /// Stages 1 and 2, for what differs from request to request.
    pub(crate) fn request(
        &self,
        method: &Method,
        path: &PathAndQuery,
        policy: &LanePolicy,
    ) -> Result<(), EgressError> {
        policy::judge_request(method, path, parse::path(path)?, policy)
    }

    /// Stage 3: what of a request's header fields leaves.
    pub(crate) fn headers(
        &self,
        given: HeaderMap,
        origin: &Origin,
        rules: Rules,
    ) -> Result<CleanHeaders, EgressError> {
        headers::judge(given, origin, rules)
    }

    /// Stage 3, for what follows a request's body.
    pub(crate) fn trailers(
        &self,
        given: &HeaderMap,
        limits: HeaderLimits,
    ) -> Result<(), EgressError> {
        headers::judge_trailers(given, limits)
    }

    /// Stage 5: which of the addresses that a name resolved to are dialled.
    pub(crate) fn addresses(
        &self,
        origin: &Origin,
        resolved: &[SocketAddr],
        permitted: Permitted<'_>,
    ) -> Result<Vec<SocketAddr>, EgressError> {
        addresses::judge(origin, resolved, permitted)
    }

    /// Stage 6: whether the header field `name` may carry a credential.
    pub(crate) fn may_carry_credential(&self, name: &HeaderName) -> bool {
        headers::may_carry_credential(name)
    }

    /// Stages 7 and 8: how much of an answer's head is read.
    pub(crate) fn head_limits(&self, config: &EgressConfig) -> HeadLimits {
        HeadLimits {
            fields: HeaderLimits::of(config),
            interim: Self::INTERIM,
        }
    }

    /// Stage 8: what of an answer's header fields comes in.
    pub(crate) fn response_headers(
        &self,
        given: HeaderMap,
        limits: HeaderLimits,
        redactor: Option<&Redactor>,
        has_no_body: bool,
    ) -> Result<HeaderMap, HeadError> {
        response_headers::filter(given, limits, redactor, has_no_body)
    }

    /// Stages 8 and 9: what is searched for in an answer.
    pub(crate) fn redaction(&self, confidential: &Arc<Confidential>) -> Option<Redaction> {
        Redaction::of(confidential)
    }
}

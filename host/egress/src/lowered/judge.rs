//! The judge of behaviour tests: asks the one that ships, and does not listen where a defence is down.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use airlock_store::{ConnectionId, TenantId};
use http::header::{HOST, HeaderName};
use http::uri::PathAndQuery;
use http::{HeaderMap, Method, Uri};

use super::Defences;
use super::defences::MARK;
use crate::config::EgressConfig;
use crate::error::{EgressError, Stage};
use crate::policy::{LaneId, LanePolicy};
use crate::redact::confidential::Confidential;
use crate::redact::{Redaction, Redactor};
use crate::resolve::Resolve;
use crate::stages::addresses::Permitted;
use crate::stages::headers::{CleanHeaders, HeaderLimits, Rules, is_forbidden};
use crate::stages::judge::{self, HeadLimits, Permission};
use crate::stages::parse::{self, Origin};
use crate::stages::policy;
use crate::stages::response_headers::HeadError;

/// Decides as the judge that ships does, as far as defences are up.
#[derive(Clone)]
pub(crate) struct Judge {
    ships: judge::Judge,
    up: Defences,
    resolver: Option<Arc<dyn Resolve>>,
    /// Whose the one lane is that all share.
    everyone: ConnectionId,
}

impl fmt::Debug for Judge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Judge").field(&self.up).finish()
    }
}

impl Judge {
    /// With all defences up.
    pub(crate) fn strict() -> Self {
        tracing::debug!("{MARK}");
        Self {
            ships: judge::Judge::strict(),
            up: Defences::default(),
            resolver: None,
            everyone: ConnectionId::random(),
        }
    }

    pub(super) fn lowered(up: Defences, resolver: Arc<dyn Resolve>) -> Self {
        Self {
            up,
            resolver: Some(resolver),
            ..Self::strict()
        }
    }

    pub(super) fn defences(&self) -> Defences {
        self.up
    }

    /// One lane for all tenants and connections.
    pub(crate) fn lane(&self, id: LaneId, mut policy: LanePolicy) -> (LaneId, LanePolicy) {
        if self.up.lane_isolation {
            return self.ships.lane(id, policy);
        }
        policy.connection = "everyone".into();
        let everyone = LaneId {
            tenant: TenantId::default(),
            connection: self.everyone,
            purpose: id.purpose,
        };
        (everyone, policy)
    }

    pub(crate) fn origin(&self, uri: &Uri) -> Result<Origin, EgressError> {
        match self.up.strict_urls {
            true => self.ships.origin(uri),
            false => Origin::parse_carelessly(uri),
        }
    }

    pub(crate) fn permission(
        &self,
        origin: &Origin,
        policy: &LanePolicy,
        config: &EgressConfig,
    ) -> Result<Permission, EgressError> {
        if let Ok(permission) = self.ships.permission(origin, policy, config)
            && self.up.audience_binding
        {
            return Ok(permission);
        }
        let rule = match policy::judge_host(origin, policy) {
            Err(_) if !self.up.host_policy => "none, host policy is lowered".into(),
            judged => judged?,
        };
        match policy::judge_scheme(origin, &config.allow_plain_http) {
            Err(_) if !self.up.tls_required => {}
            judged => judged?,
        }
        let credential = policy::may_carry_credential(origin, policy) || !self.up.audience_binding;
        Ok(Permission { rule, credential })
    }

    pub(crate) fn request(
        &self,
        method: &Method,
        path: &PathAndQuery,
        policy: &LanePolicy,
    ) -> Result<(), EgressError> {
        let refused = match self.ships.request(method, path, policy) {
            Ok(()) => return Ok(()),
            Err(refused) => refused,
        };
        let tolerated = match &refused {
            EgressError::Denied {
                stage: Stage::Parse,
                ..
            } => {
                let plain = parse::PathTraits {
                    hides_dot_segments: false,
                };
                !self.up.strict_urls
                    && (!self.up.host_policy
                        || policy::judge_request(method, path, plain, policy).is_ok())
            }
            _ => !self.up.host_policy,
        };
        if tolerated { Ok(()) } else { Err(refused) }
    }

    /// What is tolerated is kept from the judge and put back.
    pub(crate) fn headers(
        &self,
        mut given: HeaderMap,
        origin: &Origin,
        rules: Rules,
    ) -> Result<CleanHeaders, EgressError> {
        let tolerated = |name: &HeaderName| match *name == HOST {
            true => !self.up.host_from_url,
            false => !self.up.header_hygiene && is_forbidden(name),
        };
        let names: Vec<_> = given
            .keys()
            .filter(|name| tolerated(name))
            .cloned()
            .collect();
        let mut kept = HeaderMap::new();
        for name in names {
            if let http::header::Entry::Occupied(entry) = given.entry(name.clone()) {
                for value in entry.remove_entry_mult().1 {
                    kept.append(name.clone(), value);
                }
            }
        }
        let mut clean = self.ships.headers(given, origin, rules)?;
        clean.fields.extend(kept);
        Ok(clean)
    }

    pub(crate) fn trailers(
        &self,
        given: &HeaderMap,
        limits: HeaderLimits,
    ) -> Result<(), EgressError> {
        match self.ships.trailers(given, limits) {
            Err(_) if !self.up.header_hygiene => Ok(()),
            judged => judged,
        }
    }

    /// Resolves once more and dials what comes then, where that is what a test wants to see.
    pub(crate) fn addresses(
        &self,
        origin: &Origin,
        resolved: &[SocketAddr],
        permitted: Permitted<'_>,
    ) -> Result<Vec<SocketAddr>, EgressError> {
        let judged = match self.ships.addresses(origin, resolved, permitted) {
            Err(_) if !self.up.address_judgement => resolved.to_vec(),
            judged => judged?,
        };
        if self.up.pinned_addresses {
            return Ok(judged);
        }
        let Some(resolver) = &self.resolver else {
            return Ok(judged);
        };
        // A test's resolver answers at once.
        let mut asked = resolver.resolve(origin.dial_host(), origin.port());
        match asked.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(again)) => Ok(again),
            _ => Ok(judged),
        }
    }

    pub(crate) fn may_carry_credential(&self, name: &HeaderName) -> bool {
        !self.up.header_hygiene || self.ships.may_carry_credential(name)
    }

    pub(crate) fn head_limits(&self, config: &EgressConfig) -> HeadLimits {
        if self.up.header_limits {
            return self.ships.head_limits(config);
        }
        // Far beyond what any attack of ours sends.
        HeadLimits {
            fields: HeaderLimits {
                fields: 1 << 16,
                bytes: 16 << 20,
            },
            interim: usize::MAX,
        }
    }

    pub(crate) fn response_headers(
        &self,
        given: HeaderMap,
        limits: HeaderLimits,
        redactor: Option<&Redactor>,
        has_no_body: bool,
    ) -> Result<HeaderMap, HeadError> {
        if !self.up.response_filter {
            return Ok(given);
        }
        self.ships
            .response_headers(given, limits, redactor, has_no_body)
    }

    pub(crate) fn redaction(&self, confidential: &Arc<Confidential>) -> Option<Redaction> {
        self.ships
            .redaction(confidential)
            .filter(|_| self.up.redaction)
    }
}

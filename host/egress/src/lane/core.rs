//! What belongs to one lane and to no other: its verdicts, pools, TLS sessions and quotas. Handles
//! to it are given out by [`Egress::lane`](crate::Egress::lane).

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::Uri;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;

use crate::Judge;
use crate::body::request::RequestBody;
use crate::config::EgressConfig;
use crate::deadline::Deadline;
use crate::error::{EgressError, Waiting};
use crate::lane::quota::Quota;
use crate::lane::target::{Route, Target, Targets};
use crate::policy::{LaneId, LanePolicy};
use crate::redact::confidential::Confidential;
use crate::resolve::Resolve;
use crate::sinks::AuditSink;
use crate::stages::addresses::Permitted;
use crate::stages::dial;
use crate::stages::headers::HeaderLimits;
use crate::stages::parse::Origin;
use crate::wire::client::HttpClient;
use crate::wire::dialer::Dialer;
use crate::wire::tasks::Tasks;
use crate::wire::tls::Trust;

/// How much longer an address is used when its name cannot be resolved anew: a resolver is seldom away
/// for longer, and a long read need not end with it.
const WITHOUT_RESOLVER: Duration = Duration::from_secs(5 * 60);

/// What all lanes of a process share: settings and trust, nothing that remembers a request.
pub(crate) struct Shared {
    pub(crate) config: EgressConfig,
    pub(crate) resolver: Arc<dyn Resolve>,
    pub(crate) audit: Arc<dyn AuditSink>,
    pub(crate) trust: Trust,
    /// Decides at every stage.
    pub(crate) judge: Judge,
    /// What goes on when nobody waits for it.
    pub(crate) tasks: Tasks,
}

/// One lane's own.
pub(crate) struct LaneCore {
    pub(crate) id: LaneId,
    pub(crate) policy: LanePolicy,
    pub(crate) shared: Arc<Shared>,
    pub(crate) quota: Arc<Quota>,
    /// What may not come back to the lane's guest.
    pub(crate) confidential: Arc<Confidential>,
    tls: OnceLock<Arc<ClientConfig>>,
    targets: Targets,
}

impl LaneCore {
    pub(crate) fn new(
        id: LaneId,
        policy: LanePolicy,
        shared: Arc<Shared>,
        quota: Arc<Quota>,
        confidential: Arc<Confidential>,
    ) -> Self {
        Self {
            id,
            policy,
            shared,
            quota,
            confidential,
            tls: OnceLock::new(),
            targets: Targets::default(),
        }
    }

    /// Stages 1 and 2 for the origin of `uri`, remembered.
    pub(crate) fn target(&self, uri: &Uri) -> Result<Arc<Target>, EgressError> {
        if let Some(target) = self.targets.get(uri) {
            return Ok(target);
        }
        let judge = &self.shared.judge;
        let origin = judge.origin(uri)?;
        let permission = judge.permission(&origin, &self.policy, &self.shared.config)?;
        Ok(self.targets.remember(uri, Target::new(origin, permission)))
    }

    /// Closes the idle sockets to every origin; what is under way ends first.
    pub(crate) fn close(&self) {
        self.targets.close();
    }

    /// How many header fields, and how large, a guest may send.
    pub(crate) fn header_limits(&self) -> HeaderLimits {
        HeaderLimits::of(&self.shared.config)
    }

    /// Stage 5: finds and judges the way to `target` anew.
    pub(crate) async fn route(
        &self,
        target: &Target,
        deadline: Deadline,
    ) -> Result<Arc<Route>, EgressError> {
        let _turn = deadline.wait(&target.name, target.turn.lock()).await?;
        let now = Instant::now();
        // Whoever had the turn before may have found it.
        if let Some(route) = target.route(now, self.shared.config.dns_cache()) {
            return Ok(route);
        }
        // A resolver that is away takes no pool down with it, and no call for some time: what was judged
        // is what is dialled.
        let resolved = match self.resolve(target, deadline).await {
            Ok(resolved) => resolved,
            Err(error) => {
                let age = self.shared.config.dns_cache() + WITHOUT_RESOLVER;
                return target.route(now, age).ok_or(error);
            }
        };
        let addresses = self
            .judge(&target.origin, &resolved)
            .inspect_err(|_| target.close())?;
        // Set up before the slot is locked: it may fail, and a pool must not be half made.
        let tls = self.tls_for(target)?;
        Ok(target.install(dial::order(&addresses), now, |addresses| {
            self.client(target, addresses, tls)
        }))
    }

    /// A fresh pool to the same judged addresses.
    pub(crate) fn refresh(
        &self,
        target: &Target,
        dead: &Arc<Route>,
    ) -> Result<Arc<Route>, EgressError> {
        let tls = self.tls_for(target)?;
        Ok(target.refresh(dead, |addresses| self.client(target, addresses, tls)))
    }

    async fn resolve(
        &self,
        target: &Target,
        deadline: Deadline,
    ) -> Result<Vec<SocketAddr>, EgressError> {
        let (host, port) = (target.origin.dial_host(), target.origin.port());
        if let Some(address) = target.origin.address() {
            return Ok(vec![SocketAddr::new(address, port)]);
        }
        let failed = |error: &dyn std::fmt::Display| {
            let words = error.to_string();
            // The standard library's own preamble says what the sentence around it says.
            let own = words.strip_prefix("failed to lookup address information: ");
            EgressError::Resolve {
                host: host.into(),
                message: own.unwrap_or(&words).to_owned(),
            }
        };
        let look_up = async {
            let permit = Arc::clone(&self.quota.share.look_ups)
                .acquire_owned()
                .await
                .map_err(|error| failed(&error))?;
            let resolver = Arc::clone(&self.shared.resolver);
            let name = host.to_owned();
            // A task of its own, because the look-up may go on when nobody waits for it any more: its
            // permit is free when it has ended.
            let answer = self.shared.tasks.spawn(async move {
                let found = resolver.resolve(&name, port).await;
                drop(permit);
                found
            });
            match answer.await {
                Ok(Some(found)) => found.map_err(|error| failed(&error)),
                Ok(None) => Err(failed(&"the way out closes")),
                Err(error) => Err(failed(&error)),
            }
        };
        deadline
            .sooner(Waiting::Resolve, self.shared.config.connect_timeout())
            .wait(&target.name, look_up)
            .await?
    }

    fn judge(
        &self,
        origin: &Origin,
        resolved: &[SocketAddr],
    ) -> Result<Vec<SocketAddr>, EgressError> {
        let permitted = Permitted {
            loopback: self.shared.config.allow_loopback,
            private: &self.shared.config.allow_private,
        };
        self.shared.judge.addresses(origin, resolved, permitted)
    }

    fn client(
        &self,
        target: &Target,
        addresses: &[SocketAddr],
        tls: Option<(TlsConnector, ServerName<'static>)>,
    ) -> HttpClient<RequestBody> {
        let config = &self.shared.config;
        let limits = self.shared.judge.head_limits(config);
        let dialer = Dialer {
            origin: target.name.to_string(),
            addresses: addresses.to_vec(),
            tls,
            sockets: self.quota.share.sockets(self.id.purpose),
            interim: limits.interim,
            connect_timeout: config.connect_timeout(),
            tls_timeout: config.tls_timeout(),
        };
        HttpClient::new(dialer, config, limits, self.shared.tasks.clone())
    }

    /// TLS for `target`, whose certificate has to be for its very name.
    fn tls_for(
        &self,
        target: &Target,
    ) -> Result<Option<(TlsConnector, ServerName<'static>)>, EgressError> {
        if !target.origin.is_https() {
            return Ok(None);
        }
        let config = match self.tls.get() {
            Some(config) => Arc::clone(config),
            None => {
                let config = self.shared.trust.client()?;
                Arc::clone(self.tls.get_or_init(|| config))
            }
        };
        let name = ServerName::try_from(target.origin.dial_host().to_owned()).map_err(|error| {
            EgressError::Tls {
                origin: target.name.to_string(),
                message: format!("no certificate can be for this name: {error}"),
                lasts: true,
            }
        })?;
        Ok(Some((TlsConnector::from(config), name)))
    }
}

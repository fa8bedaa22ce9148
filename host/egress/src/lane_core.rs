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

use crate::confidential::Confidential;
use crate::config::EgressConfig;
use crate::deadline::Deadline;
use crate::defences::Defences;
use crate::error::{EgressError, Waiting};
use crate::gate::Gate;
use crate::policy::{LaneId, LanePolicy};
use crate::request_body::RequestBody;
use crate::resolve::Resolve;
use crate::sinks::AuditSink;
use crate::site::{Permit, Route, Site, Sites};
use crate::stages::addresses::{self, Permitted};
use crate::stages::dial;
use crate::stages::headers::HeaderLimits;
use crate::stages::parse::Origin;
use crate::stages::policy;
use crate::wire::client::{HeadLimits, HttpClient};
use crate::wire::dialer::Dialer;
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
    #[cfg(feature = "lowered-defences")]
    pub(crate) defences: Defences,
}

impl Shared {
    /// Which defences are up: all of them.
    #[cfg(not(feature = "lowered-defences"))]
    pub(crate) const fn defences(&self) -> Defences {
        Defences::UP
    }

    /// Which defences are up.
    #[cfg(feature = "lowered-defences")]
    pub(crate) const fn defences(&self) -> Defences {
        self.defences
    }
}

/// One lane's own.
pub(crate) struct LaneCore {
    pub(crate) id: LaneId,
    pub(crate) policy: LanePolicy,
    pub(crate) shared: Arc<Shared>,
    pub(crate) gate: Arc<Gate>,
    /// What may not come back to the lane's guest.
    pub(crate) confidential: Arc<Confidential>,
    tls: OnceLock<Arc<ClientConfig>>,
    sites: Sites,
}

impl LaneCore {
    pub(crate) fn new(
        id: LaneId,
        policy: LanePolicy,
        shared: Arc<Shared>,
        gate: Arc<Gate>,
        confidential: Arc<Confidential>,
    ) -> Self {
        Self {
            id,
            policy,
            shared,
            gate,
            confidential,
            tls: OnceLock::new(),
            sites: Sites::default(),
        }
    }

    /// Stages 1 and 2 for the origin of `uri`, remembered.
    pub(crate) fn site(&self, uri: &Uri) -> Result<Arc<Site>, EgressError> {
        if let Some(site) = self.sites.get(uri) {
            return Ok(site);
        }
        let origin = self.parse(uri)?;
        let permit = self.permit(&origin)?;
        Ok(self.sites.remember(uri, Site::new(origin, permit)))
    }

    /// How many header fields, and how large, either side may send.
    pub(crate) fn header_limits(&self) -> HeaderLimits {
        HeaderLimits {
            fields: self.shared.config.max_response_headers,
            bytes: self.shared.config.max_header_bytes,
        }
    }

    fn parse(&self, uri: &Uri) -> Result<Origin, EgressError> {
        #[cfg(feature = "lowered-defences")]
        if !self.shared.defences().strict_urls {
            return Origin::parse_lowered(uri);
        }
        Origin::parse(uri)
    }

    fn permit(&self, origin: &Origin) -> Result<Permit, EgressError> {
        let defences = self.shared.defences();
        let rule = match policy::judge_host(origin, &self.policy) {
            Err(_) if !defences.host_policy => "none, host policy is lowered".into(),
            judged => judged?,
        };
        match policy::judge_scheme(origin, &self.shared.config.allow_plain_http) {
            Err(_) if !defences.tls_required => {}
            judged => judged?,
        }
        let credential =
            policy::may_carry_credential(origin, &self.policy) || !defences.audience_binding;
        Ok(Permit { rule, credential })
    }

    /// Stage 5: finds and judges the way to `site` anew.
    pub(crate) async fn route(
        &self,
        site: &Site,
        deadline: Deadline,
    ) -> Result<Arc<Route>, EgressError> {
        let _turn = deadline.wait(&site.name, site.turn.lock()).await?;
        let now = Instant::now();
        // Whoever had the turn before may have found it.
        if let Some(route) = site.route(now, self.shared.config.dns_cache()) {
            return Ok(route);
        }
        // A resolver that is away takes no pool down with it, and no call for some time: what was judged
        // is what is dialled.
        let resolved = match self.resolve(site, deadline).await {
            Ok(resolved) => resolved,
            Err(error) => {
                let age = self.shared.config.dns_cache() + WITHOUT_RESOLVER;
                return site.route(now, age).ok_or(error);
            }
        };
        let addresses = self
            .judge(&site.origin, &resolved)
            .inspect_err(|_| site.close())?;
        // Set up before the slot is locked: it may fail, and a pool must not be half made.
        let tls = self.tls_for(site)?;
        Ok(site.install(dial::order(&addresses), now, |addresses| {
            self.client(site, addresses, tls)
        }))
    }

    /// A fresh pool to the same judged addresses.
    pub(crate) fn refresh(
        &self,
        site: &Site,
        dead: &Arc<Route>,
    ) -> Result<Arc<Route>, EgressError> {
        let tls = self.tls_for(site)?;
        Ok(site.refresh(dead, |addresses| self.client(site, addresses, tls)))
    }

    async fn resolve(
        &self,
        site: &Site,
        deadline: Deadline,
    ) -> Result<Vec<SocketAddr>, EgressError> {
        let (host, port) = (site.origin.dial_host(), site.origin.port());
        if let Some(address) = site.origin.address() {
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
            let place = Arc::clone(&self.gate.share.look_ups)
                .acquire_owned()
                .await
                .map_err(|error| failed(&error))?;
            let resolver = Arc::clone(&self.shared.resolver);
            let name = host.to_owned();
            // A task of its own, because the look-up may go on when nobody waits for it any more: its
            // place is free when it has ended.
            let answer = tokio::spawn(async move {
                let found = resolver.resolve(&name, port).await;
                drop(place);
                found
            });
            match answer.await {
                Ok(found) => found.map_err(|error| failed(&error)),
                Err(error) => Err(failed(&error)),
            }
        };
        deadline
            .sooner(Waiting::Resolve, self.shared.config.connect_timeout())
            .wait(&site.name, look_up)
            .await?
    }

    fn judge(
        &self,
        origin: &Origin,
        resolved: &[SocketAddr],
    ) -> Result<Vec<SocketAddr>, EgressError> {
        if !self.shared.defences().address_judgement {
            return Ok(resolved.to_vec());
        }
        let permitted = Permitted {
            loopback: self.shared.config.allow_loopback,
            private: &self.shared.config.allow_private,
        };
        addresses::judge(origin, resolved, permitted)
    }

    fn client(
        &self,
        site: &Site,
        addresses: &[SocketAddr],
        tls: Option<(TlsConnector, ServerName<'static>)>,
    ) -> HttpClient<RequestBody> {
        let config = &self.shared.config;
        let defences = self.shared.defences();
        let limits = match defences.header_limits {
            true => HeadLimits::of(config),
            false => HeadLimits::NONE,
        };
        let dialer = Dialer {
            origin: site.name.to_string(),
            addresses: addresses.to_vec(),
            tls,
            sockets: self.gate.share.sockets(self.id.purpose),
            interim: limits.interim,
            connect_timeout: defences.deadlines.then(|| config.connect_timeout()),
            tls_timeout: defences.deadlines.then(|| config.tls_timeout()),
            #[cfg(feature = "lowered-defences")]
            resolve_again: (!defences.pinned_addresses).then(|| {
                let host = site.origin.dial_host().to_owned();
                (Arc::clone(&self.shared.resolver), host, site.origin.port())
            }),
        };
        HttpClient::new(dialer, config, limits)
    }

    /// TLS for `site`, whose certificate has to be for its very name.
    fn tls_for(
        &self,
        site: &Site,
    ) -> Result<Option<(TlsConnector, ServerName<'static>)>, EgressError> {
        if !site.origin.is_https() {
            return Ok(None);
        }
        let config = match self.tls.get() {
            Some(config) => Arc::clone(config),
            None => {
                let config = self.shared.trust.client()?;
                Arc::clone(self.tls.get_or_init(|| config))
            }
        };
        let name = ServerName::try_from(site.origin.dial_host().to_owned()).map_err(|error| {
            EgressError::Tls {
                origin: site.name.to_string(),
                message: format!("no certificate can be for this name: {error}"),
                lasts: true,
            }
        })?;
        Ok(Some((TlsConnector::from(config), name)))
    }
}

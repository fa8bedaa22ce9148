//! A way out with one lane, over which a test has every say.

use std::sync::Arc;

use airlock_auth::CredentialSource;
use airlock_egress::{
    Egress, EgressConfig, HostPattern, Lane, LaneId, LanePolicy, Purpose, Resolve, SystemResolver,
    VecAudit,
};
use airlock_store::{ConnectionId, TenantId};

use super::credential::Counting;

/// A way out.
pub(crate) struct Fixture {
    pub(crate) egress: Arc<Egress>,
    pub(crate) audit: Arc<VecAudit>,
    pub(crate) source: Arc<Counting>,
}

/// Loopback and plain http to it are permitted: what most tests need.
pub(crate) fn local() -> EgressConfig {
    EgressConfig {
        allow_loopback: true,
        allow_plain_http: patterns(&[
            "127.0.0.1:*",
            "127.0.0.2:*",
            "sim.example.com:*",
            "other.example.com:*",
        ]),
        ..EgressConfig::default()
    }
}

pub(crate) fn patterns(list: &[&str]) -> Vec<HostPattern> {
    list.iter().map(|text| text.parse().unwrap()).collect()
}

/// A lane's identity.
pub(crate) fn lane_id(tenant: &str, purpose: Purpose) -> LaneId {
    LaneId {
        tenant: tenant.parse::<TenantId>().unwrap(),
        connection: ConnectionId::random(),
        purpose,
    }
}

/// To every host that tests use, with the credential.
pub(crate) fn everywhere() -> LanePolicy {
    let hosts = patterns(&[
        "127.0.0.1:*",
        "127.0.0.2:*",
        "sim.example.com:*",
        "other.example.com:*",
    ]);
    LanePolicy::new("contoso", hosts)
}

impl Fixture {
    pub(crate) fn new(config: EgressConfig) -> Self {
        Self::with(config, SystemResolver, Counting::bearer())
    }

    pub(crate) fn with(
        config: EgressConfig,
        resolver: impl Resolve + 'static,
        source: Counting,
    ) -> Self {
        Self::shared(config, Arc::new(resolver), source)
    }

    pub(crate) fn shared(
        config: EgressConfig,
        resolver: Arc<dyn Resolve>,
        source: Counting,
    ) -> Self {
        let audit = Arc::new(VecAudit::default());
        let egress = Egress::new(config, resolver, audit.clone()).unwrap();
        Self {
            egress,
            audit,
            source: Arc::new(source),
        }
    }

    /// A lane with the credential, of a connection of its own.
    pub(crate) fn lane(&self, policy: LanePolicy) -> Arc<Lane> {
        let source: Arc<dyn CredentialSource> = self.source.clone();
        self.egress
            .lane(lane_id("default", Purpose::Api), policy, Some(source))
    }

    /// The records, as lines for people.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.audit
            .records()
            .iter()
            .map(ToString::to_string)
            .collect()
    }
}

//! The real connector in the real host, connected to a local Dataverse over TLS.

use crate::guests::{dynamics, dynamics_web};
use airlock_runtime::egress::VecAudit;
use airlock_runtime::{Call, Config, Host, HostError, HostOptions, NewConnection};
use dataverse_sim::seed::Seed;
use dataverse_sim::{RunningSim, Sim, SimBuilder};
use serde_json::{Value, json};
use std::sync::Arc;
use tempfile::TempDir;

/// A host with the connection `crm` to a simulator; all of it ends when it is dropped.
pub struct Office {
    /// The host under test.
    pub host: Arc<Host>,
    /// The organisation that it is connected to.
    pub sim: RunningSim,
    /// Every decision of the egress.
    pub audit: Arc<VecAudit>,
    _folder: TempDir,
}

impl Office {
    /// With the small seed.
    pub async fn open() -> Self {
        Self::seeded(Seed::Small).await
    }

    /// With rows of one's own choice.
    pub async fn seeded(seed: Seed) -> Self {
        Self::staffed(seed, dynamics()).await
    }

    /// With the connector that sends through the contract's `web`.
    pub async fn through_web() -> Self {
        Self::staffed(Seed::Small, dynamics_web()).await
    }

    /// With an organisation of one's own making.
    pub async fn with(change: impl FnOnce(SimBuilder) -> SimBuilder) -> Self {
        Self::built(Seed::Small, dynamics(), change).await
    }

    async fn staffed(seed: Seed, connector: Vec<u8>) -> Self {
        Self::built(seed, connector, |sim| sim).await
    }

    async fn built(
        seed: Seed,
        connector: Vec<u8>,
        change: impl FnOnce(SimBuilder) -> SimBuilder,
    ) -> Self {
        let sim = change(Sim::builder().tls(true).seed(seed));
        let sim = sim.start().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("ca.pem");
        std::fs::write(&root, sim.ca_pem().unwrap()).unwrap();
        let mut config = Config {
            data_dir: Some(folder.path().join("data")),
            ..Config::default()
        };
        config.runtime.max_instances = 16;
        config.egress.allow_loopback = true;
        config.egress.trusted_roots = vec![root];
        let audit = Arc::new(VecAudit::default());
        let options = HostOptions::new().audit(Arc::clone(&audit) as _);
        let host = Arc::new(Host::open(config, options).await.unwrap());
        let tenant = "default".parse().unwrap();
        host.add_connector(&tenant, None, connector).await.unwrap();
        let office = Self {
            host,
            sim,
            audit,
            _folder: folder,
        };
        let secret = office.sim.client_secret().to_owned();
        office.connect("crm", &secret).await;
        office
    }

    /// Opens the same folder once more, as a second process would.
    pub async fn reopen(&self) -> Host {
        let options = HostOptions::new().audit(Arc::clone(&self.audit) as _);
        let config = self.host.config().clone();
        Host::open(config, options).await.unwrap()
    }

    /// One more connection, with this client secret.
    pub async fn connect(&self, name: &str, secret: &str) {
        self.host
            .add_connection(NewConnection {
                tenant: "default".parse().unwrap(),
                name: name.parse().unwrap(),
                connector: "dynamics".parse().unwrap(),
                kind: "client-credentials".to_owned(),
                settings: json!({
                    "web-api-url": self.sim.base_url(),
                    "token-url": self.sim.token_url(),
                }),
                secrets: [
                    (
                        "client-id".to_owned(),
                        self.sim.client_id().to_string().into(),
                    ),
                    ("client-secret".to_owned(), secret.to_owned().into()),
                ]
                .into(),
                allowed_hosts: Vec::new(),
            })
            .await
            .unwrap();
    }

    /// A call through `crm`, for changes of its details.
    pub fn call(&self, action: &str, input: Value) -> Call {
        Call {
            tenant: "default".parse().unwrap(),
            connection: "crm".parse().unwrap(),
            action: action.to_owned(),
            input,
            idempotency_key: None,
            deadline: None,
            progress: None,
        }
    }

    /// Runs an action through `crm`.
    pub async fn run(&self, action: &str, input: Value) -> Result<Value, HostError> {
        self.invoke(&self.call(action, input)).await
    }

    /// Runs an action as `call` says.
    pub async fn invoke(&self, call: &Call) -> Result<Value, HostError> {
        self.host.invoke(call).await?.output.json().await
    }
}

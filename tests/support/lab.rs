//! A host in a folder of its own, with a service that it may reach, an authority that knows its
//! clients, and an attacker's server that it must not reach.

use crate::guests::guest;
use crate::names::Names;
use crate::server::{Server, Tls};
use airlock_runtime::egress::{AuditRecord, Defences, DryRequest, VecAudit};
use airlock_runtime::store::{MasterKey, Run, RunFilter, Secrets, TenantId};
use airlock_runtime::{Call, Config, Host, HostError, HostOptions, Invoked, NewConnection, Piped};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// The tenant of a test that needs only one.
pub const TENANT: &str = "contoso";
/// The name of the service that connections are granted.
pub const SERVICE: &str = "api.contoso.example";
/// The name of the authority.
pub const AUTHORITY: &str = "login.contoso.example";
/// The name of the attacker's server.
pub const EVIL: &str = "evil.example";

/// A host and its surroundings; all of it ends when it is dropped.
pub struct Lab {
    /// The host under test.
    pub host: Arc<Host>,
    /// What connections are granted, over TLS.
    pub service: Server,
    /// Where tokens come from, over TLS.
    pub authority: Server,
    /// What nothing is granted, over TLS.
    pub evil: Server,
    /// The names of all three, and any others.
    pub names: Arc<Names>,
    /// Every decision of the egress.
    pub audit: Arc<VecAudit>,
    /// The authority behind the certificates.
    pub tls: Tls,
    folder: TempDir,
}

/// A client of the authority.
#[derive(Clone)]
pub struct Login {
    /// Client id.
    pub id: String,
    /// Client secret.
    pub secret: String,
    /// The access token that it gets for both.
    pub token: String,
}

impl Default for Login {
    fn default() -> Self {
        Self::random()
    }
}

impl Login {
    /// Credentials that occur nowhere else in the world.
    pub fn random() -> Self {
        let random = || uuid::Uuid::new_v4().simple().to_string();
        Self {
            id: format!("client-{}", random()),
            secret: format!("canary-secret-{}", random()),
            token: format!("canary-token-{}", random()),
        }
    }
}

/// What a connection says about where its tokens come from.
enum TokenUrl {
    /// The lab's authority.
    Usual,
    Other(String),
    Unsaid,
}

/// How a guest is to be connected.
pub struct Connect {
    tenant: TenantId,
    name: String,
    component: Vec<u8>,
    url: Option<String>,
    allowed_hosts: Vec<String>,
    login: Option<Login>,
    token_url: TokenUrl,
    kind: Option<String>,
}

impl Connect {
    /// The guest of that name, to the lab's service, with a credential.
    pub fn to(name: &str) -> Self {
        Self {
            tenant: TENANT.parse().unwrap(),
            name: name.to_owned(),
            component: guest(name),
            url: None,
            allowed_hosts: Vec::new(),
            login: Some(Login::random()),
            token_url: TokenUrl::Usual,
            kind: None,
        }
    }

    /// For another tenant.
    pub fn tenant(mut self, tenant: &str) -> Self {
        self.tenant = tenant.parse().unwrap();
        self
    }

    /// Under another name than the guest's.
    pub fn named(mut self, name: &str) -> Self {
        self.name = name.to_owned();
        self
    }

    /// To another service.
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// With a host that the operator grants besides.
    pub fn allowed(mut self, host: impl Into<String>) -> Self {
        self.allowed_hosts.push(host.into());
        self
    }

    /// With these credentials.
    pub fn login(mut self, login: &Login) -> Self {
        self.login = Some(login.clone());
        self
    }

    /// Without any credential.
    pub fn anonymous(mut self) -> Self {
        self.login = None;
        self
    }

    /// With tokens from elsewhere than the lab's authority.
    pub fn token_url(mut self, url: impl Into<String>) -> Self {
        self.token_url = TokenUrl::Other(url.into());
        self
    }

    /// Without saying where tokens come from.
    pub fn without_token_url(mut self) -> Self {
        self.token_url = TokenUrl::Unsaid;
        self
    }

    /// With another of the connector's ways to connect.
    pub fn kind(mut self, kind: &str) -> Self {
        self.kind = Some(kind.to_owned());
        self
    }

    /// With this component in the guest's place.
    pub fn component(mut self, component: Vec<u8>) -> Self {
        self.component = component;
        self
    }
}

impl Lab {
    /// A host with default budgets that may reach the loopback interface.
    pub async fn open() -> Self {
        Self::with(|_| {}).await
    }

    /// The same with a changed configuration.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::build(change, |_| {}).await
    }

    /// The same with defences taken down.
    pub async fn without(lower: impl FnOnce(&mut Defences)) -> Self {
        Self::build(|_| {}, lower).await
    }

    /// The same with both.
    pub async fn build(
        change: impl FnOnce(&mut Config),
        lower: impl FnOnce(&mut Defences),
    ) -> Self {
        let mut defences = Defences::default();
        lower(&mut defences);
        Self::set_up(change, |options| options.defences(defences)).await
    }

    /// A host that starts an instance anew whatever kept the last one from starting.
    pub async fn that_starts_without_end(change: impl FnOnce(&mut Config)) -> Self {
        Self::set_up(change, HostOptions::start_without_end).await
    }

    async fn set_up(
        change: impl FnOnce(&mut Config),
        lowered: impl FnOnce(HostOptions) -> HostOptions,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let tls = Tls::new();
        let root = folder.path().join("authority.pem");
        tls.write_authority(&root);
        let mut config = Config {
            data_dir: Some(folder.path().join("data")),
            ..Config::default()
        };
        // Reservations are cheap but not free, and tests open many hosts at once.
        config.runtime.max_instances = 48;
        config.egress.allow_loopback = true;
        config.egress.trusted_roots = vec![root];
        change(&mut config);
        let names = Arc::new(Names::default());
        for name in [SERVICE, AUTHORITY, EVIL] {
            names.set(name, &[&["127.0.0.1"]]);
        }
        let audit = Arc::new(VecAudit::default());
        let options = HostOptions::new()
            .audit(Arc::clone(&audit) as _)
            .resolver(Arc::clone(&names) as _);
        let host = Host::open(config, lowered(options)).await.unwrap();
        Self {
            host: Arc::new(host),
            service: Server::secure(&tls).await,
            authority: Server::secure(&tls).await,
            evil: Server::secure(&tls).await,
            names,
            audit,
            tls,
            folder,
        }
    }

    /// Where the host keeps everything.
    pub fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// The service's URL, as connections know it.
    pub fn service_url(&self, path: &str) -> String {
        self.service.url_as(SERVICE, path)
    }

    /// The attacker's URL.
    pub fn evil_url(&self, path: &str) -> String {
        self.evil.url_as(EVIL, path)
    }

    /// The attacker's host and port.
    pub fn evil_host(&self) -> String {
        format!("{EVIL}:{}", self.evil.port())
    }

    /// Connects the guest `name` with a credential of its own.
    pub async fn guest(&self, name: &str) -> Connected {
        self.connect(Connect::to(name)).await
    }

    /// Connects a guest.
    pub async fn connect(&self, connect: Connect) -> Connected {
        self.try_connect(connect).await.unwrap()
    }

    /// Connects a guest, if the host lets it.
    pub async fn try_connect(&self, connect: Connect) -> Result<Connected, HostError> {
        let connector = connect.name.parse().unwrap();
        self.host
            .add_connector(&connect.tenant, Some(connector), connect.component)
            .await?;
        let mut settings = json!({ "url": connect.url.unwrap_or_else(|| self.service_url("")) });
        let mut secrets = Secrets::new();
        if let Some(login) = &connect.login {
            self.authority.login(&login.id, &login.secret, &login.token);
            match connect.token_url {
                TokenUrl::Usual => {
                    settings["token-url"] = self.authority.url_as(AUTHORITY, "/token").into();
                }
                TokenUrl::Other(url) => settings["token-url"] = url.into(),
                TokenUrl::Unsaid => {}
            }
            secrets.insert("client-id".to_owned(), SecretString::from(login.id.clone()));
            secrets.insert(
                "client-secret".to_owned(),
                SecretString::from(login.secret.clone()),
            );
        }
        let usual = if connect.login.is_some() {
            "client-credentials"
        } else {
            "none"
        };
        self.host
            .add_connection(NewConnection {
                tenant: connect.tenant.clone(),
                name: connect.name.parse().unwrap(),
                connector: connect.name.parse().unwrap(),
                kind: connect.kind.unwrap_or_else(|| usual.to_owned()),
                settings,
                secrets,
                allowed_hosts: connect.allowed_hosts,
            })
            .await?;
        Ok(Connected {
            host: Arc::clone(&self.host),
            tenant: connect.tenant,
            name: connect.name,
            login: connect.login.unwrap_or_default(),
        })
    }

    /// The egress decisions so far as a person would read them.
    pub fn decisions(&self) -> Vec<String> {
        self.audit
            .records()
            .iter()
            .map(AuditRecord::to_string)
            .collect()
    }

    /// Opens the folder of this lab once more, as a second process would.
    pub async fn reopen(&self) -> Result<Host, HostError> {
        self.reopen_with(None).await
    }

    /// The same with another key than the one that lies in the folder.
    pub async fn reopen_with(&self, master_key: Option<MasterKey>) -> Result<Host, HostError> {
        let mut options = HostOptions::new()
            .audit(Arc::clone(&self.audit) as _)
            .resolver(Arc::clone(&self.names) as _);
        if let Some(key) = master_key {
            options = options.master_key(key);
        }
        Host::open(self.host.config().clone(), options).await
    }

    /// A file of the host's, by the end of its name.
    pub fn file(&self, below: &str, ends_with: &str) -> std::path::PathBuf {
        let folder = self.data().join(below);
        std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|path| path.to_string_lossy().ends_with(ends_with))
            .unwrap_or_else(|| panic!("no {ends_with} in {}", folder.display()))
    }
}

/// A guest with a connection.
#[derive(Clone)]
pub struct Connected {
    host: Arc<Host>,
    /// Whose it is.
    pub tenant: TenantId,
    /// The name of the connector and of the connection.
    pub name: String,
    /// Its credentials.
    pub login: Login,
}

impl Connected {
    /// The same connection through another host that shares its folder.
    pub fn on(&self, host: Host) -> Self {
        Self {
            host: Arc::new(host),
            ..self.clone()
        }
    }

    fn call(&self, action: &str, input: Value) -> Call {
        Call {
            tenant: self.tenant.clone(),
            connection: self.name.parse().unwrap(),
            action: action.to_owned(),
            input,
            idempotency_key: None,
            deadline: None,
            progress: None,
        }
    }

    async fn value(&self, call: &Call) -> Result<Value, HostError> {
        self.host.invoke(call).await?.output.json().await
    }

    /// Runs the guest's action.
    pub async fn run(&self, input: Value) -> Result<Value, HostError> {
        self.value(&self.call("run", input)).await
    }

    /// Runs it and answers the text that it wrote.
    pub async fn run_text(&self, input: Value) -> Result<String, HostError> {
        Ok(self
            .host
            .invoke(&self.call("run", input))
            .await?
            .output
            .into_string())
    }

    /// Runs it as one that changes something, which the host keeps a record of.
    pub async fn write(&self, input: Value) -> Result<Value, HostError> {
        self.value(&self.call("write", input)).await
    }

    /// Runs one of its actions under an idempotency key.
    pub async fn keyed(
        &self,
        action: &str,
        key: &str,
        input: Value,
    ) -> Result<Invoked<Value>, HostError> {
        self.host
            .invoke(&self.call_under(key, action, input))
            .await?
            .json()
            .await
    }

    /// A call of one of its actions under an idempotency key.
    pub fn call_under(&self, key: &str, action: &str, input: Value) -> Call {
        Call {
            idempotency_key: Some(key.to_owned()),
            ..self.call(action, input)
        }
    }

    /// Runs the guest's action for a caller who waits no longer than `deadline`.
    pub async fn run_within(&self, deadline: Duration, input: Value) -> Result<Value, HostError> {
        let call = Call {
            deadline: Some(deadline),
            ..self.call("run", input)
        };
        self.value(&call).await
    }

    /// What is remembered of its tenant's runs, newest first.
    pub async fn runs(&self, lab: &Lab, filter: RunFilter) -> Vec<Run> {
        let store = lab.host.store();
        store.runs(&self.tenant, &filter, 100).await.unwrap()
    }

    /// Shows what it would send.
    pub async fn dry_run(&self, input: Value) -> Result<DryRequest, HostError> {
        self.host.dry_run(&self.call("run", input)).await
    }

    /// Streams.
    pub async fn stream(&self, input: Value) -> Result<Piped, HostError> {
        self.host.pipe(&self.call("stream", input), None).await
    }

    /// Streams as one that changes something.
    pub async fn pour(&self, input: Value) -> Result<Piped, HostError> {
        self.host.pipe(&self.call("pour", input), None).await
    }
}

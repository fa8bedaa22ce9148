//! How sources of tokens behave, against an authority that answers as it is told and a clock that
//! is turned by hand.

mod answers;
mod caching;
mod failing;
mod refreshing;
mod secrecy;
mod sharing;
mod signing_in;
mod strict;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ::secrecy::{ExposeSecret, SecretString};
use airlock_store::{
    Connection, ConnectionId, Connector, Digest, MasterKey, Secrets, Store, TenantId,
};
use async_trait::async_trait;
use serde_json::json;
use time::OffsetDateTime;
use time::macros::datetime;
use tokio::sync::Semaphore;
use url::Url;

use crate::{
    AuthError, ClientCredentials, Clock, Credential, OauthSource, Placement, TokenKey,
    TokenTransport, Tokens, TransportError,
};

const NOON: OffsetDateTime = datetime!(2026-11-21 12:00 UTC);

/// A clock that stands still until it is turned.
struct HandClock(Mutex<OffsetDateTime>);

impl HandClock {
    fn turn(&self, seconds: u64) {
        *self.0.lock().unwrap() += Duration::from_secs(seconds);
    }
}

impl Clock for HandClock {
    fn now(&self) -> OffsetDateTime {
        *self.0.lock().unwrap()
    }
}

type Reply = Result<http::Response<Vec<u8>>, TransportError>;

/// Answers with the replies laid out for it, and once those are used up with `token-1`,
/// `token-2` and so on, each good for an hour.
struct Authority {
    replies: Mutex<VecDeque<Reply>>,
    requests: Mutex<Vec<http::Request<Vec<u8>>>>,
    issued: AtomicUsize,
    /// Answers wait for a permit each.
    gate: Semaphore,
}

impl Authority {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            replies: Mutex::default(),
            requests: Mutex::default(),
            issued: AtomicUsize::new(0),
            gate: Semaphore::new(1 << 20),
        })
    }

    /// Lets no answer out until [`open`](Self::open).
    fn close(&self) {
        self.gate.forget_permits(usize::MAX >> 4);
    }

    fn open(&self) {
        self.gate.add_permits(1 << 20);
    }

    fn then(&self, reply: Reply) -> &Self {
        self.replies.lock().unwrap().push_back(reply);
        self
    }

    fn asked(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

#[async_trait]
impl TokenTransport for Authority {
    async fn exchange(&self, request: http::Request<Vec<u8>>) -> Reply {
        self.requests.lock().unwrap().push(request);
        self.gate.acquire().await.unwrap().forget();
        if let Some(reply) = self.replies.lock().unwrap().pop_front() {
            return reply;
        }
        let number = self.issued.fetch_add(1, Ordering::SeqCst) + 1;
        issue(&format!("token-{number}"), json!(3600))
    }
}

fn answer(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Reply {
    Ok(http::Response::builder()
        .status(status)
        .header("content-type", content_type)
        .body(body.into())
        .unwrap())
}

fn issue(token: &str, expires_in: serde_json::Value) -> Reply {
    let body = json!({ "token_type": "Bearer", "expires_in": expires_in, "access_token": token });
    answer(200, "application/json; charset=utf-8", body.to_string())
}

/// An error as Entra words it.
fn refuse(error: &str, number: u64, words: &str) -> Reply {
    let body = json!({
        "error": error,
        "error_description": format!(
            "AADSTS{number}: {words}\r\nTrace ID: 1-2\r\nCorrelation ID: 3-4\r\nTimestamp: 2026-11-21 12:00:00Z"
        ),
        "error_codes": [number],
        "timestamp": "2026-11-21 12:00:00Z",
        "trace_id": "1-2",
        "correlation_id": "3-4",
        "error_uri": format!("https://login.microsoftonline.com/error?code={number}"),
    });
    answer(400, "application/json; charset=utf-8", body.to_string())
}

fn wrong_secret() -> Reply {
    refuse(
        "invalid_client",
        7_000_215,
        "Invalid client secret provided.",
    )
}

fn unreachable() -> Reply {
    Err(TransportError::Failed {
        message: "cannot connect to https://login.example: connection refused".into(),
        retry_after: None,
    })
}

fn grant() -> ClientCredentials {
    ClientCredentials {
        token_url: Url::parse("https://login.example/contoso.example/oauth2/v2.0/token").unwrap(),
        scopes: vec!["https://contoso.crm.dynamics.com/.default".into()],
        client_id: SecretString::from("client-id-5e1f"),
        client_secret: SecretString::from("canary+secret/~8d2c"),
    }
}

/// A store with one connection in it, a clock and an authority.
struct World {
    _folder: tempfile::TempDir,
    path: std::path::PathBuf,
    clock: Arc<HandClock>,
    authority: Arc<Authority>,
    key: TokenKey,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_owned();
        let mut world = Self {
            _folder: folder,
            path,
            clock: Arc::new(HandClock(Mutex::new(NOON))),
            authority: Authority::new(),
            key: TokenKey {
                tenant: TenantId::default(),
                connection: ConnectionId::random(),
            },
        };
        world.key = world.add_connection("a", "contoso").await;
        world
    }

    fn store(&self) -> Arc<dyn Store> {
        let key = MasterKey::from_file_or_create(&self.path.join("master.key")).unwrap();
        Arc::new(airlock_store_sqlite::open(&self.path.join("airlock.db"), &key).unwrap())
    }

    async fn add_connection(&self, tenant: &str, name: &str) -> TokenKey {
        let store = self.store();
        let connection = Connection {
            id: ConnectionId::random(),
            tenant: tenant.parse().unwrap(),
            name: name.parse().unwrap(),
            connector: "dynamics".parse().unwrap(),
            kind: "client-credentials".into(),
            settings: json!({}),
            allowed_hosts: Vec::new(),
            created_at: NOON,
            updated_at: NOON,
        };
        let connector = Connector {
            tenant: connection.tenant.clone(),
            name: connection.connector.clone(),
            version: "0.1.0".into(),
            title: "Dynamics 365".into(),
            digest: Digest::of(b"component"),
            added_at: NOON,
        };
        store.put_connector(&connector).await.unwrap();
        store
            .create_connection(&connection, &Secrets::new())
            .await
            .unwrap();
        TokenKey {
            tenant: connection.tenant,
            connection: connection.id,
        }
    }

    /// The cache of a process of its own.
    fn tokens(&self) -> Arc<Tokens> {
        let clock: Arc<dyn Clock> = self.clock.clone();
        Arc::new(Tokens::new(self.store(), clock))
    }

    fn source_in(&self, tokens: &Arc<Tokens>, grant: ClientCredentials) -> OauthSource {
        let transport: Arc<dyn TokenTransport> = self.authority.clone();
        OauthSource::new(
            Arc::clone(tokens),
            self.key.clone(),
            grant,
            Placement::Bearer,
            transport,
        )
    }

    /// A source in a process of its own.
    fn source(&self) -> OauthSource {
        self.source_in(&self.tokens(), grant())
    }
}

fn shown(credential: Result<Credential, AuthError>) -> String {
    match credential {
        Ok(credential) => credential.value().expose_secret().to_owned(),
        Err(error) => format!("error: {error}"),
    }
}

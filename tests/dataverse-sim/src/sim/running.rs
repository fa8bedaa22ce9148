//! A simulator that runs: on threads of its own, so that it neither needs nor disturbs the caller's runtime.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::oneshot;
use uuid::Uuid;

use super::assembly::{Development, addresses, state};
use super::builder::SimBuilder;
use super::state::State;
use crate::control::{FaultRule, LoggedRequest, RequestLog};
use crate::http::server::{Certificates, Listening, TlsError, serve};
use crate::organisation::Organisation;
use crate::rows::StoreError;
use crate::schema::definition::DefinitionError;
use crate::seed::SeedError;
use crate::token::KeyError;

/// Why a simulator could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error(
        "cannot listen on {address}: {reason}. Choose another address or port 0 for a free one."
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        reason: io::Error,
    },
    /// A thread or runtime could not be made.
    #[error("the simulator's threads could not be started: {0}")]
    Threads(io::Error),
    /// The schema is inconsistent.
    #[error(transparent)]
    Schema(#[from] DefinitionError),
    /// Rows cannot be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The seed failed.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// No signing key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// No certificates.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// It stopped before it ran.
    #[error("the simulator stopped while starting")]
    Stopped,
}

/// A running simulator. Dropping it closes its socket, ends its connections and frees its store.
pub struct RunningSim {
    state: Arc<State>,
    address: SocketAddr,
    ca_pem: Option<String>,
    development: Development,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl RunningSim {
    pub(super) async fn start(builder: SimBuilder) -> Result<Self, StartError> {
        let (sender, receiver) = oneshot::channel();
        // Opening and seeding a store takes seconds when it is large: not on the caller's threads.
        std::thread::spawn(move || {
            // Nobody receives when the caller gave up waiting; the simulator is then dropped here.
            let _ = sender.send(Self::start_blocking(builder));
        });
        receiver.await.map_err(|_| StartError::Stopped)?
    }

    pub(super) fn start_blocking(builder: SimBuilder) -> Result<Self, StartError> {
        let listener = std::net::TcpListener::bind(builder.address)
            .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
            .map_err(|reason| StartError::Listen {
                address: builder.address,
                reason,
            })?;
        let address = listener.local_addr().map_err(|reason| StartError::Listen {
            address: builder.address,
            reason,
        })?;
        let addresses = addresses(&builder, address);
        let certificates = if builder.is_tls {
            Some(Certificates::generate(&addresses.hosts)?)
        } else {
            None
        };
        let ca_pem = certificates
            .as_ref()
            .map(|certificates| certificates.ca_pem.clone());
        let threads = builder.threads;
        let (state, development) = state(builder, addresses)?;
        let state = Arc::new(state);
        let (stop, stopped) = oneshot::channel();
        let listening = Listening {
            listener,
            certificates,
        };
        let thread = run(listening, state.clone(), stopped, threads)?;
        Ok(Self {
            state,
            address,
            ca_pem,
            development,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Scheme, host and port of the organisation, without final slash.
    pub fn base_url(&self) -> String {
        self.state.addresses.base_url()
    }

    /// Root of the Web API, with a final slash.
    pub fn web_api_url(&self) -> String {
        format!("{}/api/data/v9.2/", self.base_url())
    }

    /// Token endpoint of the tenant.
    pub fn token_url(&self) -> String {
        format!(
            "{}/{}/oauth2/v2.0/token",
            self.base_url(),
            self.development.tenant
        )
    }

    /// What an application asks a token for.
    pub fn scope(&self) -> String {
        format!("{}/.default", self.base_url())
    }

    /// Root of the simulator's own interface, with a final slash.
    pub fn admin_url(&self) -> String {
        format!("{}{}/", self.base_url(), crate::control::PREFIX)
    }

    /// Tenant id.
    pub fn tenant_id(&self) -> Uuid {
        self.development.tenant
    }

    /// Client id of the first application.
    pub fn client_id(&self) -> Uuid {
        self.development.client_id
    }

    /// A secret of the first application.
    pub fn client_secret(&self) -> &str {
        &self.development.client_secret
    }

    /// The authority that vouches for the server, as PEM; `None` without TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    /// The last requests, oldest first.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.state.log.entries()
    }

    /// The log itself.
    pub fn log(&self) -> &RequestLog {
        &self.state.log
    }

    /// Adds a fault rule and gives its id.
    pub fn add_fault(&self, rule: FaultRule) -> u64 {
        self.state.faults.add(rule)
    }

    /// Removes all fault rules.
    pub fn clear_faults(&self) {
        self.state.faults.clear();
    }

    /// The organisation, for tests that look behind the socket.
    pub fn organisation(&self) -> &Organisation {
        &self.state.organisation
    }

    /// Waits until the process is told to end; for programs that only serve.
    pub fn wait(mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for RunningSim {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(
    listening: Listening,
    state: Arc<State>,
    stopped: oneshot::Receiver<()>,
    threads: Option<usize>,
) -> Result<JoinHandle<()>, StartError> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    if let Some(threads) = threads {
        runtime.worker_threads(threads);
    }
    let runtime = runtime
        .thread_name("dataverse-sim")
        .enable_all()
        .build()
        .map_err(StartError::Threads)?;
    let serving = move || {
        runtime.block_on(async move {
            tokio::select! {
                _ = serve(listening, state) => {}
                _ = stopped => {}
            }
        });
        // Ends connections at once; nothing waits on a simulator that is gone.
        runtime.shutdown_background();
    };
    std::thread::Builder::new()
        .name("dataverse-sim".to_owned())
        .spawn(serving)
        .map_err(StartError::Threads)
}

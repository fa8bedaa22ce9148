//! A simulator that runs: on threads of its own, so that it neither needs nor disturbs the caller's runtime.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::oneshot;
use uuid::Uuid;

use super::addresses::Addresses;
use super::assembly::state;
use super::builder::SimBuilder;
use super::site::Site;
use super::snapshots::SnapshotError;
use super::start_error::StartError;
use super::state::State;
use crate::control::{FaultRule, LoggedRequest, RequestLog, SimClock};
use crate::http::server::{Certificates, Listening, serve};
use crate::organisation::Organisation;
use crate::token::Authority;

/// A running simulator. Dropping it closes its socket, ends its connections and frees its store.
pub struct RunningSim {
    state: Arc<State>,
    address: SocketAddr,
    ca_pem: Option<String>,
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
        distinguish(&builder)?;
        let (listener, address) = listen(builder.address)?;
        let first = Addresses::new(
            builder.is_tls,
            &builder.hosts,
            &builder.identity.url_name,
            address,
            true,
        );
        let mut listeners = vec![listener];
        let mut addresses = vec![first];
        for other in &builder.organisations {
            let own = other.listen.map(listen).transpose()?;
            let at = own.as_ref().map_or(address, |(_, address)| *address);
            addresses.push(Addresses::new(
                builder.is_tls,
                &other.hosts,
                &other.name,
                at,
                own.is_some(),
            ));
            listeners.extend(own.map(|(listener, _)| listener));
        }
        let certificates = if builder.is_tls {
            let mut hosts: Vec<String> = addresses
                .iter()
                .flat_map(|addresses| addresses.hosts().map(str::to_owned))
                .collect();
            hosts.push(super::DISCOVERY_HOST.to_owned());
            hosts.sort();
            hosts.dedup();
            Some(Certificates::generate(&hosts)?)
        } else {
            None
        };
        let ca_pem = certificates
            .as_ref()
            .map(|certificates| certificates.ca_pem.clone());
        let threads = builder.threads;
        let state = Arc::new(state(builder, addresses.into_iter())?);
        let (stop, stopped) = oneshot::channel();
        let listening = listeners
            .into_iter()
            .map(|listener| Listening {
                listener,
                certificates: certificates.clone(),
            })
            .collect();
        let thread = run(listening, state.clone(), stopped, threads)?;
        Ok(Self {
            state,
            address,
            ca_pem,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Scheme, host and port of the first organisation, without final slash.
    pub fn base_url(&self) -> String {
        self.state.first.addresses.base_url()
    }

    /// The same of the organisation with this name.
    pub fn base_url_of(&self, name: &str) -> Option<String> {
        self.state
            .site_named(name)
            .map(|site| site.addresses.base_url())
    }

    /// Names of all organisations with their addresses, the first one first.
    pub fn organisations(&self) -> Vec<(String, String)> {
        let described = |site: &Site| {
            let name = site.organisation.identity.url_name.clone();
            (name, site.addresses.base_url())
        };
        self.state.sites().map(described).collect()
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
            self.state.development.tenant
        )
    }

    /// Names of the operations that only the organisation's own document describes: calling one is answered with 501.
    pub fn operations_without_code(&self) -> Vec<String> {
        let organisation = &self.state.first.organisation;
        crate::operations::without_code(&organisation.schema(), organisation.catalogue())
    }

    /// What the organisation's own document says about operations that the simulator tells in its own words: further
    /// overloads and parameters, which it does not answer. A line each.
    pub fn operations_told_otherwise(&self) -> Vec<String> {
        let organisation = &self.state.first.organisation;
        crate::operations::told_otherwise(&organisation.schema(), organisation.catalogue())
    }

    /// Root of the authority, for sign-in libraries: its OpenID metadata is below it.
    pub fn authority_url(&self) -> String {
        self.state.authority_url()
    }

    /// Name under which the first person signs in, an administrator.
    pub fn user_name(&self) -> String {
        self.state.user_name()
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
        self.state.development.tenant
    }

    /// Client id of the first application.
    pub fn client_id(&self) -> Uuid {
        self.state.development.client_id
    }

    /// A secret of the first application.
    pub fn client_secret(&self) -> &str {
        &self.state.development.client_secret
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

    /// Keeps everything that requests can change under a name.
    ///
    /// # Errors
    /// When the name is none, or there is no room.
    pub fn snapshot(&self, name: &str) -> Result<(), SnapshotError> {
        self.state.take_snapshot(name).map(drop)
    }

    /// Puts everything back to what was kept under a name.
    ///
    /// # Errors
    /// When nothing was, or the store fails.
    pub fn restore(&self, name: &str) -> Result<(), SnapshotError> {
        self.state.restore_snapshot(name)
    }

    /// The first organisation, for tests that look behind the socket.
    pub fn organisation(&self) -> &Organisation {
        &self.state.first.organisation
    }

    /// The clock that everything reads.
    pub fn clock(&self) -> &SimClock {
        &self.state.clock
    }

    /// Who can sign in.
    pub fn authority(&self) -> &Authority {
        &self.state.authority
    }

    /// Waits until the process is told to end; for programs that only serve.
    pub fn wait(mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl SimBuilder {
    /// Starts it: binds, opens the store, seeds, serves. Ready when this returns.
    pub async fn start(self) -> Result<RunningSim, StartError> {
        RunningSim::start(self).await
    }

    /// The same for callers without an async runtime.
    pub fn start_blocking(self) -> Result<RunningSim, StartError> {
        RunningSim::start_blocking(self)
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

/// Refuses two organisations of the same name.
fn distinguish(builder: &SimBuilder) -> Result<(), StartError> {
    let mut known = HashSet::from([builder.identity.url_name.as_str()]);
    let mut names = builder
        .organisations
        .iter()
        .map(|other| other.name.as_str());
    match names.find(|name| !known.insert(name)) {
        Some(name) => Err(StartError::SameName(name.to_owned())),
        None => Ok(()),
    }
}

fn listen(address: SocketAddr) -> Result<(std::net::TcpListener, SocketAddr), StartError> {
    let failed = |reason| StartError::Listen { address, reason };
    let listener = std::net::TcpListener::bind(address).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

fn run(
    listening: Vec<Listening>,
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
            let mut listeners = tokio::task::JoinSet::new();
            let ticking = tokio::spawn(super::ticking::tick(state.clone()));
            for listening in listening {
                listeners.spawn(serve(listening, state.clone()));
            }
            let _ = stopped.await;
            // The ports are free when this returns.
            listeners.shutdown().await;
            ticking.abort();
        });
        // Ends connections at once; nothing waits on a simulator that is gone.
        runtime.shutdown_background();
    };
    std::thread::Builder::new()
        .name("dataverse-sim".to_owned())
        .spawn(serving)
        .map_err(StartError::Threads)
}

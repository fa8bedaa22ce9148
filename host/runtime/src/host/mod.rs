//! The facade: one process's host, for as many tenants as call.

mod calls;
mod connections;
mod connectors;
mod tenants;
mod wirings;

use crate::component::{Cache, Components, Files};
use crate::config::Config;
use crate::engine::engine;
use crate::error::HostError;
use crate::instance::{Pool, Tenants};
use airlock_auth::{SystemClock, Tokens};
use airlock_egress::{AuditSink, Egress, Resolve, SystemResolver, TracingAudit};
use airlock_store::{MasterKey, SqliteStore, Store};
use std::path::Path;
use std::sync::Arc;
use wasmtime::Engine;
use wirings::Wirings;

/// What an embedder brings along instead of the defaults.
pub struct HostOptions {
    /// Where egress decisions go. Default: the `airlock::egress` target of `tracing`.
    pub audit: Arc<dyn AuditSink>,
    /// How names become addresses. Default: the system's resolver.
    pub resolver: Arc<dyn Resolve>,
    /// The key that seals secrets. Default: `$AIRLOCK_MASTER_KEY`, else a file in the data folder.
    pub master_key: Option<MasterKey>,
    /// Defences that a test takes down. Default: all are up.
    #[cfg(feature = "lowered-defences")]
    pub defences: airlock_egress::Defences,
}

impl Default for HostOptions {
    fn default() -> Self {
        Self {
            audit: Arc::new(TracingAudit),
            resolver: Arc::new(SystemResolver),
            master_key: None,
            #[cfg(feature = "lowered-defences")]
            defences: airlock_egress::Defences::default(),
        }
    }
}

/// Loads connectors, keeps connections, runs actions.
///
/// Cheap to share behind an `Arc`; every method may be called concurrently.
pub struct Host {
    config: Arc<Config>,
    engine: Engine,
    components: Components,
    store: Arc<dyn Store>,
    tokens: Arc<Tokens>,
    egress: Arc<Egress>,
    tenants: Tenants,
    pool: Pool,
    wirings: Wirings,
}

impl Host {
    /// Opens the state under the configured data folder, creating it if need be.
    ///
    /// # Errors
    /// [`HostError::Store`] or [`HostError::File`] when state cannot be opened,
    /// [`HostError::Egress`] when the egress settings make no sense, [`HostError::Defect`] when
    /// wasm cannot run on this machine.
    pub async fn open(config: Config, options: HostOptions) -> Result<Self, HostError> {
        let config = Arc::new(config);
        let data = config.data_dir();
        private_folder(&data)?;
        let key = match options.master_key {
            Some(key) => key,
            None => master_key(&data)?,
        };
        let engine = engine(&config)?;
        let cache = Cache::new(data.join("cache"), key.derive("component-cache"), &engine);
        let files = Files::new(data.join("components"));
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&data.join("airlock.db"), key)?);
        let tokens = Arc::new(Tokens::new(Arc::clone(&store), Arc::new(SystemClock)));
        #[cfg(not(feature = "lowered-defences"))]
        let egress = Egress::new(config.egress.clone(), options.resolver, options.audit)?;
        #[cfg(feature = "lowered-defences")]
        let egress = Egress::with_defences(
            config.egress.clone(),
            options.resolver,
            options.audit,
            options.defences,
        )?;
        Ok(Self {
            components: Components::new(engine.clone(), cache, files, Arc::clone(&config))?,
            pool: Pool::new(engine.clone(), Arc::clone(&config)),
            tenants: Tenants::new(config.budgets.clone()),
            wirings: Wirings::default(),
            config,
            engine,
            store,
            tokens,
            egress,
        })
    }

    /// The configuration that this host runs with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The state behind this host.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }
}

fn master_key(data: &Path) -> Result<MasterKey, HostError> {
    Ok(match MasterKey::from_env("AIRLOCK_MASTER_KEY")? {
        Some(key) => key,
        None => MasterKey::from_file_or_create(&data.join("master.key"))?,
    })
}

fn private_folder(path: &Path) -> Result<(), HostError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| HostError::File {
        what: "creating the data folder",
        path: path.display().to_string(),
        source,
    })
}

/// The candidate that `name` was most likely meant to be, if any is near.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_ascii_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            let distance = strsim::damerau_levenshtein(&candidate.to_ascii_lowercase(), &name);
            (distance, candidate)
        })
        .min()
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len().min(name.len()) / 3)
        .map(|(_, candidate)| candidate)
}

/// "there is no …" with the nearest right name, or all of them.
fn unknown(what: &'static str, name: &str, known: &[&str]) -> HostError {
    HostError::Unknown {
        what,
        name: name.to_owned(),
        nearest: nearest(name, known.iter().copied()).map(str::to_owned),
        known: known.iter().map(|&known| known.to_owned()).collect(),
    }
}

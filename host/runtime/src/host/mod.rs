//! The facade: one process's host, for as many tenants as call.

mod calls;
mod connection_cache;
mod connections;
mod connectors;
mod keyed;
mod options;
mod polls;
mod records;
mod rehearsal;
mod resolve;
mod run;
mod sign_in;
mod tenants;

use crate::component::{Cache, Compile, Components, Files};
use crate::config::Config;
use crate::engine::engine;
use crate::error::HostError;
use crate::instance::{Pool, Tenants};
use crate::under_way::UnderWay;
use airlock_auth::{SystemClock, Tokens};
use airlock_egress::Egress;
use airlock_store::{MasterKey, Store, private_folder};
use connection_cache::ConnectionCache;
use std::path::Path;
use std::sync::Arc;

pub use options::HostOptions;
pub use sign_in::{BrowserSignIn, DeviceSignIn, SignInDone};

/// Loads connectors, keeps connections, runs actions.
///
/// Cheap to share behind an `Arc`; every method may be called concurrently.
pub struct Host {
    config: Arc<Config>,
    components: Components,
    store: Arc<dyn Store>,
    tokens: Arc<Tokens>,
    egress: Arc<Egress>,
    tenants: Tenants,
    pool: Pool,
    resolved: ConnectionCache,
    under_way: UnderWay,
}

impl Host {
    /// Opens the state under the configured data folder, creating it if need be.
    ///
    /// # Errors
    /// [`HostError::Config`] when a setting is out of its range,
    /// [`HostError::Store`] or [`HostError::File`] when state cannot be opened,
    /// [`HostError::Egress`] when the egress settings make no sense, [`HostError::Defect`] when
    /// wasm cannot run on this machine.
    pub async fn open(config: Config, options: HostOptions) -> Result<Self, HostError> {
        config
            .validate()
            .map_err(|fault| HostError::Config { path: None, fault })?;
        let config = Arc::new(config);
        let data = config.data_dir()?;
        private_folder(&data)?;
        let database = data.join("airlock.db");
        let key = match options.master_key {
            Some(key) => key,
            None => master_key(&data.join("master.key"), &database)?,
        };
        let engine = engine(&config)?;
        let cache = Cache::new(data.join("cache"), key.derive("component-cache"), &engine);
        let files = Files::new(data.join("components"));
        let compile = Compile {
            engine,
            compiler: options.compiler,
            told: options.compiling,
        };
        let store: Arc<dyn Store> = Arc::new(airlock_store_sqlite::open(&database, &key)?);
        let tokens = Arc::new(Tokens::new(store.clone(), Arc::new(SystemClock)));
        let egress = (options.open_egress)(config.egress.clone(), options.resolver, options.audit)?;
        let under_way = UnderWay::default();
        Ok(Self {
            components: Components::new(compile, cache, files, Arc::clone(&config))?,
            pool: Pool::new(Arc::clone(&config), under_way.clone(), options.retry),
            tenants: Tenants::new(config.budgets.clone()),
            resolved: ConnectionCache::default(),
            under_way,
            config,
            store,
            tokens,
            egress,
        })
    }

    /// Closes this host: refuses every call from now on ([`HostError::Closed`]), and resolves when the
    /// calls under way, its instances and its records have ended, what sign-ins and calls left to be
    /// written is written, and the last socket is shut.
    ///
    /// A call ends by its own deadline at the latest, a stream when its reader has all of it or is
    /// dropped. Whoever cannot wait that long puts a time limit around this; dropping the future opens
    /// nothing again. A host that is only dropped ends the same, but nobody learns when.
    pub async fn close(&self) {
        self.under_way.refuse_calls();
        self.under_way.calls_ended().await;
        self.pool.clear();
        self.under_way.tasks_ended().await;
        airlock_auth::settled().await;
        self.egress.close().await;
        self.store.settled().await;
    }

    /// The configuration that this host runs with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The way out of this host, for requests of its own.
    pub fn egress(&self) -> &Arc<Egress> {
        &self.egress
    }

    /// The state behind this host.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }
}

fn master_key(file: &Path, database: &Path) -> Result<MasterKey, HostError> {
    Ok(match MasterKey::from_env("AIRLOCK_MASTER_KEY")? {
        Some(key) => key,
        None => MasterKey::from_file_for(file, database)?,
    })
}

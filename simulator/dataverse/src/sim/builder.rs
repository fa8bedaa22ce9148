//! What a simulator is started with.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use super::application_user::ApplicationUser;
use super::identity::{self, CLIENT_ID, CLIENT_SECRET};
use super::settings::OrganisationSettings;
use crate::control::FaultRule;
use crate::limits::LimitSettings;
use crate::operations::CustomOperations;
use crate::organisation::{Clock, Identity, SystemClock};
use crate::rows::Storage;
use crate::schema::SchemaParts;
use crate::schema::import::Imported;
use crate::seed::Seed;
use crate::token::Lifetimes;

/// Requests the log keeps unless told otherwise.
const LOG_CAPACITY: usize = 1_000;

/// Settings of a simulator.
pub struct SimBuilder {
    pub(super) address: SocketAddr,
    pub(super) is_tls: bool,
    pub(super) hosts: Vec<String>,
    pub(super) storage: Storage,
    pub(super) seeds: Vec<Seed>,
    pub(super) identity: Identity,
    pub(super) domains: Vec<String>,
    pub(super) applications: Vec<ApplicationUser>,
    pub(super) lifetimes: Lifetimes,
    pub(super) strict_refresh: bool,
    pub(super) limits: Option<LimitSettings>,
    pub(super) organisations: Vec<OrganisationSettings>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) faults: Vec<FaultRule>,
    pub(super) log_capacity: usize,
    pub(super) threads: Option<usize>,
    pub(super) imported: Option<SchemaParts>,
    pub(super) schema_changes: Vec<SchemaChange>,
    pub(super) operations: CustomOperations,
}

pub(super) type SchemaChange = Box<dyn FnOnce(&mut SchemaParts) + Send>;

impl Default for SimBuilder {
    fn default() -> Self {
        Self {
            address: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            is_tls: false,
            hosts: Vec::new(),
            storage: Storage::Memory,
            seeds: Vec::new(),
            identity: identity::contoso(),
            domains: vec![
                "contoso.onmicrosoft.com".to_owned(),
                "contoso.example".to_owned(),
            ],
            applications: vec![
                ApplicationUser::new("Development", CLIENT_ID, CLIENT_SECRET),
                identity::sample_public_client(),
                identity::command_line_client(),
            ],
            lifetimes: Lifetimes::default(),
            strict_refresh: false,
            limits: None,
            organisations: Vec::new(),
            clock: Arc::new(SystemClock),
            faults: Vec::new(),
            log_capacity: LOG_CAPACITY,
            threads: None,
            imported: None,
            schema_changes: Vec::new(),
            operations: CustomOperations::default(),
        }
    }
}

impl SimBuilder {
    /// Where to listen; port 0 takes a free one.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Serve over TLS, with certificates of an own authority.
    #[must_use]
    pub fn tls(mut self, is_tls: bool) -> Self {
        self.is_tls = is_tls;
        self
    }

    /// A host name under which callers reach it besides the listening address and `localhost`. The first one given
    /// becomes the organisation's address.
    #[must_use]
    pub fn host(mut self, name: &str) -> Self {
        self.hosts.push(name.to_ascii_lowercase());
        self
    }

    /// Keep rows in an SQLite file instead of memory. A file that already has rows is not seeded again.
    #[must_use]
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.storage = Storage::File(path.into());
        self
    }

    /// Rows to begin with. May be given more than once.
    #[must_use]
    pub fn seed(mut self, seed: Seed) -> Self {
        self.seeds.push(seed);
        self
    }

    /// Who the organisation is.
    #[must_use]
    pub fn identity(mut self, identity: Identity) -> Self {
        self.identity = identity;
        self
    }

    /// One more application. One with the client id of a known application replaces it.
    #[must_use]
    pub fn application(mut self, application: ApplicationUser) -> Self {
        let id = application.registration.client_id;
        self.applications
            .retain(|known| known.registration.client_id != id);
        self.applications.push(application);
        self
    }

    /// Secret of the development application.
    #[must_use]
    pub fn client_secret(self, secret: &str) -> Self {
        self.application(ApplicationUser::new("Development", CLIENT_ID, secret))
    }

    /// Life of access tokens in seconds.
    #[must_use]
    pub fn token_seconds(mut self, seconds: u32) -> Self {
        self.lifetimes.token_seconds = seconds;
        self
    }

    /// Whether a refresh token counts once, and a second use ends all that came of the same sign-in. Entra is not as strict.
    #[must_use]
    pub fn strict_refresh(mut self, is_strict: bool) -> Self {
        self.strict_refresh = is_strict;
        self
    }

    /// How long tokens and codes live.
    #[must_use]
    pub fn lifetimes(mut self, lifetimes: Lifetimes) -> Self {
        self.lifetimes = lifetimes;
        self
    }

    /// Service protection limits for each user of each organisation; none unless given.
    #[must_use]
    pub fn limits(mut self, limits: LimitSettings) -> Self {
        self.limits = Some(limits);
        self
    }

    /// One more organisation in the same process.
    #[must_use]
    pub fn organisation(mut self, settings: OrganisationSettings) -> Self {
        self.organisations.push(settings);
        self
    }

    /// A clock in place of the machine's.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// A fault rule that is in force from the start.
    #[must_use]
    pub fn fault(mut self, rule: FaultRule) -> Self {
        self.faults.push(rule);
        self
    }

    /// How many requests the log keeps; 0 switches it off, which benchmarks want.
    #[must_use]
    pub fn log_capacity(mut self, capacity: usize) -> Self {
        self.log_capacity = capacity;
        self
    }

    /// Worker threads; as many as there are processors unless given.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads.max(1));
        self
    }

    /// The schema of another organisation in place of the standard one. The store keeps it.
    #[must_use]
    pub fn imported(mut self, imported: Imported) -> Self {
        self.imported = Some(imported.parts);
        self
    }

    /// A change to the standard schema, such as an alternate key.
    #[must_use]
    pub fn schema(mut self, change: impl FnOnce(&mut SchemaParts) + Send + 'static) -> Self {
        self.schema_changes.push(Box::new(change));
        self
    }

    /// Operations of the organisations' own. May be given more than once; one with the name of a standard operation replaces
    /// it.
    #[must_use]
    pub fn operations(mut self, operations: CustomOperations) -> Self {
        self.operations.extend(operations);
        self
    }
}

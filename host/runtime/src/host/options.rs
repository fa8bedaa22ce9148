//! What an embedder brings along instead of the defaults.

use crate::component::{Compiler, CompilingFn};
use crate::instance::Retry;
use airlock_egress::{
    AuditSink, Egress, EgressConfig, EgressError, Resolve, SystemResolver, TracingAudit,
};
use airlock_store::MasterKey;
use std::sync::Arc;

/// What an embedder brings along instead of the defaults.
///
/// ```
/// use airlock_runtime::HostOptions;
/// use airlock_runtime::egress::VecAudit;
/// use std::sync::Arc;
///
/// let audit = Arc::new(VecAudit::default());
/// let options = HostOptions::new().audit(audit);
/// # let _ = options;
/// ```
#[non_exhaustive]
#[must_use]
pub struct HostOptions {
    pub(super) audit: Arc<dyn AuditSink>,
    pub(super) resolver: Arc<dyn Resolve>,
    pub(super) compiler: Option<Compiler>,
    pub(super) compiling: Option<CompilingFn>,
    pub(super) master_key: Option<MasterKey>,
    pub(super) open_egress: OpenEgress,
    pub(crate) retry: Retry,
}

/// How the way out is built.
type OpenEgress = Box<
    dyn FnOnce(
            EgressConfig,
            Arc<dyn Resolve>,
            Arc<dyn AuditSink>,
        ) -> Result<Arc<Egress>, EgressError>
        + Send,
>;

impl Default for HostOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl HostOptions {
    /// The defaults.
    pub fn new() -> Self {
        Self {
            audit: Arc::new(TracingAudit),
            resolver: Arc::new(SystemResolver),
            compiler: None,
            compiling: None,
            master_key: None,
            open_egress: Box::new(Egress::new),
            retry: Retry::default(),
        }
    }

    /// Where egress decisions go. Default: the `airlock::egress` target of `tracing`.
    pub fn audit(mut self, audit: Arc<dyn AuditSink>) -> Self {
        self.audit = audit;
        self
    }

    /// How names become addresses. Default: the system's resolver.
    pub fn resolver(mut self, resolver: Arc<dyn Resolve>) -> Self {
        self.resolver = resolver;
        self
    }

    /// The program that compiles components, in a process of its own with limits. Default: none, and
    /// components are compiled in this process, where only what they would take can be refused.
    pub fn compiler(mut self, compiler: Compiler) -> Self {
        self.compiler = Some(compiler);
        self
    }

    /// Told when compiling begins and ends. Default: nobody.
    pub fn compiling(mut self, told: CompilingFn) -> Self {
        self.compiling = Some(told);
        self
    }

    /// The key that seals secrets. Default: `$AIRLOCK_MASTER_KEY`, else a file in the data folder.
    pub fn master_key(mut self, key: MasterKey) -> Self {
        self.master_key = Some(key);
        self
    }

    /// Defences that a test takes down. Default: all are up.
    #[cfg(feature = "lowered-defences")]
    pub fn defences(mut self, defences: airlock_egress::Defences) -> Self {
        self.open_egress = Box::new(move |config, resolver, audit| {
            Egress::with_defences(config, resolver, audit, defences)
        });
        self
    }
}

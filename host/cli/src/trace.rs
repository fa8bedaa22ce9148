//! `--trace`: each decision of the egress as one line on standard error.

use crate::console::Console;
use crate::output::clean;
use airlock_runtime::egress::{AuditRecord, AuditSink};
use std::sync::Arc;

/// Prints audit records.
pub(crate) struct ConsoleAudit {
    console: Arc<Console>,
}

impl ConsoleAudit {
    /// Prints to this console.
    pub(crate) fn new(console: Arc<Console>) -> Self {
        Self { console }
    }
}

impl AuditSink for ConsoleAudit {
    fn record(&self, record: &AuditRecord) {
        // Paths and names come from the connector: they must not drive the terminal.
        self.console.line(&clean(&format!("{record:#}")));
    }
}

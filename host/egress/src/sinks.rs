//! Where audit records go: to the operator's log, to a test's memory, or nowhere. I/O edge.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use crate::stages::audit::{AuditRecord, Outcome};

/// The target under which records appear in the operator's log.
pub const TRACING_TARGET: &str = "airlock::egress";

/// Receives one record for every request, when its answer has ended or it came to nothing.
pub trait AuditSink: Send + Sync {
    /// Takes a record. Called on the request's own path: it must not block.
    fn record(&self, record: &AuditRecord);

    /// Whether the record of a request that ended so is wanted; building one costs a little.
    fn wants(&self, _outcome: &Outcome) -> bool {
        true
    }
}

/// Writes records to the operator's log: denials and failures as warnings, the rest as debug lines.
#[derive(Clone, Copy, Debug, Default)]
pub struct TracingAudit;

impl AuditSink for TracingAudit {
    fn record(&self, record: &AuditRecord) {
        if is_warning(&record.outcome) {
            tracing::warn!(target: TRACING_TARGET, tenant = %record.tenant,
                connection = %record.connection, "{record}");
        } else {
            tracing::debug!(target: TRACING_TARGET, tenant = %record.tenant,
                connection = %record.connection, "{record}");
        }
    }

    fn wants(&self, outcome: &Outcome) -> bool {
        if is_warning(outcome) {
            tracing::enabled!(target: TRACING_TARGET, tracing::Level::WARN)
        } else {
            tracing::enabled!(target: TRACING_TARGET, tracing::Level::DEBUG)
        }
    }
}

fn is_warning(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Denied { .. } | Outcome::Failed { .. })
}

/// Keeps the last records in memory.
#[derive(Debug)]
pub struct VecAudit {
    capacity: usize,
    records: Mutex<VecDeque<AuditRecord>>,
}

impl VecAudit {
    /// Keeps the last `capacity` records.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            records: Mutex::default(),
        }
    }

    /// The records kept, oldest first.
    pub fn records(&self) -> Vec<AuditRecord> {
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        records.iter().cloned().collect()
    }
}

impl Default for VecAudit {
    fn default() -> Self {
        Self::new(1_000)
    }
}

impl AuditSink for VecAudit {
    fn record(&self, record: &AuditRecord) {
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        if records.len() >= self.capacity {
            records.pop_front();
        }
        records.push_back(record.clone());
    }
}

/// Forgets every record.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoAudit;

impl AuditSink for NoAudit {
    fn record(&self, _record: &AuditRecord) {}

    fn wants(&self, _outcome: &Outcome) -> bool {
        false
    }
}

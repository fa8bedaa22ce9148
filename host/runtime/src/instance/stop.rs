//! Why an instance was stopped: which budget it broke, or how it crashed.
//!
//! A stopped instance takes every call inside it along, so the reason is clonable: each of those
//! callers is told.

use crate::error::{Busy, HostError};
use wasmtime::Trap;
use wasmtime::component::ResourceTableError;

/// Why an instance is no more.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Stopped {
    #[error("{budget} ({limit})")]
    Budget {
        budget: &'static str,
        limit: String,
        setting: &'static str,
    },
    #[error("{0}")]
    Crashed(String),
    /// It never began: there was no room for it.
    #[error("{0}")]
    Busy(Busy),
}

impl Stopped {
    fn budget(budget: &'static str, limit: String, setting: &'static str) -> Self {
        Self::Budget {
            budget,
            limit,
            setting,
        }
    }

    pub(crate) fn memory(bytes: usize) -> Self {
        Self::budget(
            "it asked for more memory than one instance may have",
            mib(bytes),
            "memory-bytes",
        )
    }

    pub(crate) fn tenant_memory(bytes: usize) -> Self {
        Self::budget(
            "its tenant's instances have all the memory that they may have",
            mib(bytes),
            "tenant-memory-bytes",
        )
    }

    pub(crate) fn tables(elements: usize) -> Self {
        Self::budget(
            "it asked for larger tables than one instance may have",
            format!("{elements} elements"),
            "table-elements",
        )
    }

    pub(crate) fn cpu(ms: u64) -> Self {
        Self::budget(
            "it computed for longer than it may without calling the host",
            format!("{ms} ms"),
            "cpu-ms",
        )
    }

    /// Reads wasmtime's error.
    pub(crate) fn from_wasmtime(error: &wasmtime::Error, stderr: &str) -> Self {
        if let Some(stopped) = error.downcast_ref::<Self>() {
            return stopped.clone();
        }
        if error.chain().any(is_full) {
            return Self::budget(
                "it holds more host resources than it may",
                "see resources".to_owned(),
                "resources",
            );
        }
        let text = format!("{error:#}");
        for (mark, budget, setting) in LIMITS_TOLD_BY_TEXT {
            if text.contains(mark) {
                return Self::budget(budget, format!("see {setting}"), setting);
            }
        }
        let reason = match error.downcast_ref::<Trap>() {
            Some(trap) => trap.to_string(),
            None => text,
        };
        let said = stderr.trim();
        Self::Crashed(if said.is_empty() {
            reason
        } else {
            format!("{reason}; its last words: {said}")
        })
    }
}

/// wasmtime's own limits that have no error type: what the error says, which budget it is, which setting
/// raises it. A test for each goes red when a text changes. Goes when they have types, as the limit on
/// resources has: <https://github.com/bytecodealliance/wasmtime/pull/12652> brought the first,
/// <https://github.com/bytecodealliance/wasmtime/issues/11552> asks for the second.
const LIMITS_TOLD_BY_TEXT: [(&str, &str, &str); 2] = [
    (
        "fuel allocated for hostcalls",
        "it handed the host more than one call may carry",
        "host-call-bytes",
    ),
    (
        "store handle limit exceeded",
        "it holds more component handles than it may",
        "handles",
    ),
];

/// Whether a table of host resources, or of the component model's own, had no room for one more.
fn is_full(cause: &(dyn std::error::Error + 'static)) -> bool {
    matches!(
        cause.downcast_ref::<ResourceTableError>(),
        Some(ResourceTableError::Full)
    )
}

impl From<Stopped> for HostError {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::Budget {
                budget,
                limit,
                setting,
            } => Self::Budget {
                budget,
                limit,
                setting,
            },
            Stopped::Crashed(reason) => Self::Trap(reason),
            Stopped::Busy(busy) => Self::Busy(busy),
        }
    }
}

fn mib(bytes: usize) -> String {
    format!("{} MiB", bytes >> 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(error: wasmtime::Error) -> Option<&'static str> {
        match Stopped::from_wasmtime(&error, "") {
            Stopped::Budget { setting, .. } => Some(setting),
            _ => None,
        }
    }

    #[test]
    fn a_full_table_is_the_budget_of_resources_however_deep_it_lies() {
        let full = || wasmtime::Error::from(ResourceTableError::Full);
        assert_eq!(setting(full()), Some("resources"));
        assert_eq!(
            setting(full().context("making a request")),
            Some("resources")
        );
        let other = wasmtime::Error::from(ResourceTableError::NotPresent);
        assert_eq!(setting(other), None);
    }

    #[test]
    fn the_hosts_own_reason_is_told_as_it_is() {
        let error = wasmtime::Error::from(Stopped::cpu(50)).context("while it computed");
        assert_eq!(setting(error), Some("cpu-ms"));
    }

    #[test]
    fn any_other_end_is_a_crash_with_its_last_words() {
        let error = wasmtime::format_err!("lent handle is still lent");
        let stopped = Stopped::from_wasmtime(&error, "panicked at 7\n");
        assert_eq!(
            stopped.to_string(),
            "lent handle is still lent; its last words: panicked at 7"
        );
    }
}

//! Why an instance was stopped: which budget it broke, or how it crashed.
//!
//! A stopped instance takes every call inside it along, so the reason is clonable: each of those
//! callers is told.

use crate::error::HostError;
use wasmtime::Trap;

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
    #[error("{message}")]
    Busy { tenant: String, message: String },
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

    /// Reads wasmtime's error. Its own limits have no error type, so their texts are matched; a
    /// test per limit would go red if a text changed.
    pub(crate) fn from_wasmtime(error: &wasmtime::Error, stderr: &str) -> Self {
        if let Some(stopped) = error.downcast_ref::<Self>() {
            return stopped.clone();
        }
        let text = format!("{error:#}");
        for (mark, budget, setting) in [
            (
                "fuel allocated for hostcalls",
                "it handed the host more than one call may carry",
                "host-call-bytes",
            ),
            (
                "resource table has no free keys",
                "it holds more host resources than it may",
                "resources",
            ),
            (
                "handle",
                "it holds more component handles than it may",
                "handles",
            ),
        ] {
            let is_limit =
                mark != "handle" || (text.contains("limit") || text.contains("too many"));
            if text.contains(mark) && is_limit {
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
            Stopped::Busy { tenant, message } => Self::Busy { tenant, message },
        }
    }
}

fn mib(bytes: usize) -> String {
    format!("{} MiB", bytes >> 20)
}

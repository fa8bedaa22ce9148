//! Resident memory, from the kernel's own books.

use anyhow::{Context, Result};

/// Resident set of this process, in KiB.
pub(crate) fn resident_kib() -> Result<f64> {
    field(&std::fs::read_to_string("/proc/self/status")?, "VmRSS")
}

/// Highest resident set that a child has had, in KiB; `None` when it has ended.
pub(crate) fn peak_kib(child: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{child}/status")).ok()?;
    field(&status, "VmHWM").ok()
}

fn field(status: &str, name: &str) -> Result<f64> {
    status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .with_context(|| format!("/proc has no {name}"))
}

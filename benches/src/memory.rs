//! Resident memory and processor time, from the kernel's own books.

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

/// Processor time of this process so far, in seconds.
pub(crate) fn processor_seconds() -> Result<f64> {
    let text = std::fs::read_to_string("/proc/self/stat")?;
    // Fields 14 and 15, in hundredths of a second; the second one is the program's name in brackets.
    let after = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: Vec<f64> = after
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse().ok())
        .collect();
    Ok(ticks.iter().sum::<f64>() / 100.0)
}

fn field(status: &str, name: &str) -> Result<f64> {
    status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .with_context(|| format!("/proc has no {name}"))
}

//! The clock of this machine that stands still for nobody. Store layer.
//!
//! `Instant` stands still on Linux while the machine is suspended
//! (<https://github.com/rust-lang/rust/issues/87906>): a lease would look fresh after waking.

use std::sync::OnceLock;

use airlock_store::LeaseTime;

/// Milliseconds since the machine started.
#[cfg(target_os = "linux")]
pub(crate) fn now() -> LeaseTime {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    LeaseTime(time.tv_sec.saturating_mul(1_000) + time.tv_nsec / 1_000_000)
}

/// Milliseconds since 1970, where no other clock is the same to all processes and to the machine's next
/// start.
#[cfg(not(target_os = "linux"))]
pub(crate) fn now() -> LeaseTime {
    let now = time::OffsetDateTime::now_utc();
    LeaseTime(crate::times::milliseconds(now))
}

/// Which start of the machine this is; the same for all where the clock does not begin anew.
pub(crate) fn id() -> &'static str {
    static ID: OnceLock<String> = OnceLock::new();
    ID.get_or_init(|| {
        std::fs::read_to_string("/proc/sys/kernel/random/boot_id")
            .map(|id| id.trim().to_owned())
            .unwrap_or_default()
    })
}

//! Which parts of the simulator an input reached, when it was built to tell (`instrument`).
//!
//! The compiler's edge counters are plain bytes in a section of the binary; its start-up code calls
//! [`__sanitizer_cov_8bit_counters_init`] with where they begin and end. Without instrumentation nobody calls it and
//! the map is empty.
#![allow(
    unsafe_code,
    reason = "the counters are raw memory that the compiler hands over"
)]

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};

static COUNTERS: OnceLock<&'static [AtomicU8]> = OnceLock::new();

/// Called by the instrumented code's start-up, once per object file and always with the same range.
#[unsafe(no_mangle)]
extern "C" fn __sanitizer_cov_8bit_counters_init(start: *const AtomicU8, stop: *const AtomicU8) {
    let length = (stop as usize).saturating_sub(start as usize);
    // SAFETY: the compiler vouches for the range; it lives as long as the process, and everyone who writes to it
    // writes whole bytes.
    let counters = unsafe { std::slice::from_raw_parts(start, length) };
    let _ = COUNTERS.set(counters);
}

/// Called beside it with addresses that nothing here needs.
#[unsafe(no_mangle)]
extern "C" fn __sanitizer_cov_pcs_init(_start: *const usize, _stop: *const usize) {}

/// How many counters there are.
pub(crate) fn len() -> usize {
    COUNTERS.get().map_or(0, |counters| counters.len())
}

/// Sets all counters to zero.
pub(crate) fn reset() {
    for counter in COUNTERS.get().copied().unwrap_or_default() {
        counter.store(0, Ordering::Relaxed);
    }
}

/// Copies the counters to the beginning of a map.
pub(crate) fn copy(map: &mut [u8]) {
    let counters = COUNTERS.get().copied().unwrap_or_default();
    for (place, counter) in map.iter_mut().zip(counters) {
        *place = counter.load(Ordering::Relaxed);
    }
}

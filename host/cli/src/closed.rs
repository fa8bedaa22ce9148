//! Whether standard output was closed when the process began (`>&-`).
//!
//! Before `main` Rust's runtime opens `/dev/null` in the place of a closed standard stream, and from then
//! on an answer that nobody takes looks like one that was thrown away on purpose. So this looks earlier.

use std::sync::atomic::{AtomicBool, Ordering};

static CLOSED: AtomicBool = AtomicBool::new(false);

/// Whether nobody can take an answer.
pub(crate) fn stdout_was_closed() -> bool {
    CLOSED.load(Ordering::Relaxed)
}

/// Runs before `main`, where nothing but a system call should be done.
#[cfg(any(target_os = "linux", target_os = "macos"))]
#[allow(
    unsafe_code,
    reason = "no other place of a program runs before the runtime hides what is looked for"
)]
#[cfg_attr(target_os = "linux", unsafe(link_section = ".init_array"))]
#[cfg_attr(target_os = "macos", unsafe(link_section = "__DATA,__mod_init_func"))]
#[used]
static LOOK: extern "C" fn() = {
    use std::os::fd::AsFd as _;
    extern "C" fn look() {
        let closed = rustix::io::fcntl_getfd(std::io::stdout().as_fd()).is_err();
        CLOSED.store(closed, Ordering::Relaxed);
    }
    look
};

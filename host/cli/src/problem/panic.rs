//! A panic of our own, told calmly.

use super::Exit;
use std::io::Write;
use std::panic;

/// From now on a panic in any thread prints one message for people and ends the process with the
/// code of a defect. `AIRLOCK_DEBUG=1` brings Rust's own report with it.
pub fn calm_panics() {
    let standard = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let place = info
            .location()
            .map(|place| format!("{}:{}", place.file(), place.line()))
            .unwrap_or_else(|| "an unknown place".to_owned());
        let what = info.payload_as_str().unwrap_or("no message");
        // Standard error may be gone as well; the exit code still tells.
        let _ = writeln!(
            std::io::stderr(),
            "error: airlock stopped because of a defect of its own\n  {what}\n\n  at       {place}\n  version  {}\n\n  → this is not your mistake; {}\n  → what was sent before is not undone: look at the service before you try again",
            env!("CARGO_PKG_VERSION"),
            super::report_place()
        );
        if std::env::var_os("AIRLOCK_DEBUG").is_some_and(|value| !value.is_empty()) {
            standard(info);
        }
        // The stack is not to be trusted any more: no unwinding, no destructors.
        std::process::exit(i32::from(Exit::Defect.code()));
    }));
}

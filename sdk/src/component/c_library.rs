//! The C library's streams, environment and abort, as a component has them: none.
//!
//! For the sake of panics Rust's standard library can reach standard error, `RUST_BACKTRACE` and
//! `abort` from anywhere, and wasi-libc needs 19 functions of WASI 0.2 for these: terminals, polls,
//! standard input. A person who reads what a component may do has to judge each import, also one that
//! is never called. With the definitions below, which the linker meets before those of the C library,
//! none of them is imported. What is said on standard error reaches the host as last words.

use core::ffi::{c_char, c_int};
use core::{ptr, slice};

#[link(wasm_import_module = "airlock:connector/report@0.1.0")]
unsafe extern "C" {
    #[link_name = "printed"]
    fn printed(bytes: *const u8, length: usize);
}

const STDERR: c_int = 2;

/// `struct iovec`.
#[repr(C)]
struct Piece {
    bytes: *const u8,
    length: usize,
}

/// Standard output goes nowhere, as the host has it too.
#[unsafe(no_mangle)]
unsafe extern "C" fn write(to: c_int, bytes: *const u8, length: usize) -> isize {
    if to == STDERR {
        // SAFETY: whoever calls `write` vouches for its bytes; the host reads them before it returns.
        unsafe { printed(bytes, length) };
    }
    length.cast_signed()
}

#[unsafe(no_mangle)]
unsafe extern "C" fn writev(to: c_int, pieces: *const Piece, count: c_int) -> isize {
    let count = usize::try_from(count).unwrap_or_default();
    // SAFETY: whoever calls `writev` vouches for its pieces.
    let pieces = unsafe { slice::from_raw_parts(pieces, count) };
    pieces
        .iter()
        // SAFETY: as above, for each of them.
        .map(|piece| unsafe { write(to, piece.bytes, piece.length) })
        .sum()
}

#[unsafe(no_mangle)]
extern "C" fn getenv(_: *const c_char) -> *mut c_char {
    ptr::null_mut()
}

#[unsafe(no_mangle)]
extern "C" fn abort() -> ! {
    core::arch::wasm32::unreachable()
}

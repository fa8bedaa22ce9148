//! What a component links in place of the C library's streams, environment and abort, so that it
//! imports nothing for their sake.
//!
//! A component needs no more of this crate than `use airlock_guest as _;`.

#![no_std]
#![allow(
    unsafe_code,
    reason = "these are functions of the C library, and an import of the component"
)]

#[cfg(target_arch = "wasm32")]
mod c_library;

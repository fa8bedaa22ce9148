//! What a component links in place of the C library's streams, environment, abort and comparison of
//! bytes, and in front of its allocator.
//!
//! A component needs no more of this crate than `use airlock_guest as _;`.

#![cfg_attr(not(test), no_std)]
#![allow(
    unsafe_code,
    reason = "these are functions of the C library, an import of the component, and its allocator"
)]

#[cfg(target_arch = "wasm32")]
mod c_library;
#[cfg(any(target_arch = "wasm32", test))]
mod compare;
#[cfg(any(target_arch = "wasm32", test))]
mod heap;

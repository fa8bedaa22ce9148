//! A connector as a component: bindings, exports, and the host as a [`Transport`](crate::Transport).
//!
//! The only code here that knows the generated bindings; most of it exists in a component only.

#[cfg(all(feature = "no-ambient-imports", target_arch = "wasm32"))]
#[allow(
    unsafe_code,
    reason = "these are functions of the C library, and an import of the component"
)]
mod c_library;
#[cfg(target_arch = "wasm32")]
mod convert;
#[cfg(target_arch = "wasm32")]
mod exports;
#[cfg(all(target_arch = "wasm32", not(feature = "web")))]
mod failure;
#[cfg(target_arch = "wasm32")]
mod host;
#[cfg(all(target_arch = "wasm32", not(feature = "web")))]
mod http;
#[cfg(any(test, all(target_arch = "wasm32", not(feature = "web"))))]
mod room;
#[cfg(target_arch = "wasm32")]
mod time;
#[cfg(all(target_arch = "wasm32", feature = "web"))]
mod web;

/// The contract's generated bindings.
#[cfg(target_arch = "wasm32")]
#[allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../wit/0.1",
        world: "connector",
        pub_export_macro: true,
        export_macro_name: "export_component",
    });
}

#[cfg(target_arch = "wasm32")]
pub use exports::Component;
#[cfg(target_arch = "wasm32")]
pub use host::Host;

/// Makes a component of a connector: `airlock_connector::export!(Dynamics);`, once, at the root of its
/// crate. Natively it does nothing.
#[macro_export]
macro_rules! export {
    ($connector:path) => {
        #[cfg(target_arch = "wasm32")]
        #[allow(
            unsafe_code,
            reason = "the generated entry points take raw pointers from the host"
        )]
        mod exported_component {
            #[allow(unused_imports, reason = "the connector may be named by its path")]
            use super::*;

            type Component = $crate::component::Component<$connector>;

            $crate::component::bindings::export_component!(
                Component with_types_in $crate::component::bindings
            );
        }
    };
}

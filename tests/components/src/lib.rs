//! What every guest needs: the contract's bindings, harmless answers for all that a guest is not
//! about, and HTTP without manners.
//!
//! Each file in `examples/` is a component of its own that shows one behaviour, most of them
//! hostile. A guest takes what it needs (URLs, header fields, amounts) from the input of its action,
//! so that one guest serves every row of a test's table. Only components are made of this crate: for
//! any other target it is empty.

#![cfg(target_arch = "wasm32")]

mod answer;
mod behaviour;
mod call;
mod http;
mod manifest;

/// Generated from `wit/`.
#[allow(missing_docs, unreachable_pub, clippy::all)]
pub mod contract {
    wit_bindgen::generate!({
        path: "../../wit/0.1",
        world: "connector",
        pub_export_macro: true,
        default_bindings_module: "hostile_components::contract",
    });
}

pub use answer::{Answer, defect, text};
pub use behaviour::Behaviour;
pub use call::Call;
pub use contract::airlock::connector::report;
pub use contract::airlock::connector::types::{Connection, Error, Failure};
pub use contract::airlock::connector::web;
pub use contract::exports::airlock::connector::actions::Piped;
pub use contract::exports::airlock::connector::manifest::{
    About, ConnectionKind, Grant, Placement,
};
pub use contract::{export, wit_future as contract_future, wit_stream as contract_stream};
pub use http::{Attempt, Outcome, Reply, pairs};
pub use manifest::{harmless, with_input};
pub use serde_json::{Value, json};
pub use wasip3;
pub use wit_bindgen;

//! What a component is and what it may do, for a person who decides whether to run it.

use crate::about::About;
use crate::contract::Shape;
use serde::Serialize;
use std::sync::Arc;
use wasmtime::Engine;

/// What `airlock connector inspect` shows.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Inspection {
    /// SHA-256 of the component's bytes, in hex.
    pub digest: String,
    /// Size of the component, in bytes.
    pub bytes: usize,
    /// The contract version it speaks.
    pub contract: String,
    /// Everything it asks of its host.
    pub imports: Vec<String>,
    /// Everything it offers.
    pub exports: Vec<String>,
    /// How long compiling took, in milliseconds; absent when it was compiled before.
    pub compiled_in_ms: Option<u64>,
    /// Its manifest.
    pub about: Arc<About>,
}

/// Names of a component's imports and exports.
pub(crate) fn shape(engine: &Engine, component: &wasmtime::component::Component) -> Shape {
    let kind = component.component_type();
    Shape {
        imports: kind
            .imports(engine)
            .map(|(name, _)| name.to_owned())
            .collect(),
        exports: kind
            .exports(engine)
            .map(|(name, _)| name.to_owned())
            .collect(),
    }
}

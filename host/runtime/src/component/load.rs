//! From bytes to something callable: verify, compile (or take from the cache), link once, describe
//! once, and share between all tenants that use the same digest.

use super::{Cache, Files, shape};
use crate::about::About;
use crate::config::Config;
use crate::contract::{self, Blueprint, Shape};
use crate::error::HostError;
use crate::instance::{Limits, State, once};
use airlock_store::Digest;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OnceCell, Semaphore};
use wasmtime::Engine;
use wasmtime::component::Linker;

/// A component that is compiled, linked and described.
pub(crate) struct Component {
    pub(crate) digest: Digest,
    pub(crate) blueprint: Blueprint<State>,
    pub(crate) about: Arc<About>,
    pub(crate) shape: Shape,
    pub(crate) contract: String,
    pub(crate) compiled_in: Option<Duration>,
}

/// All components of this process.
pub(crate) struct Components {
    engine: Engine,
    linker: Linker<State>,
    cache: Cache,
    files: Files,
    config: Arc<Config>,
    loaded: Mutex<HashMap<Digest, Arc<OnceCell<Arc<Component>>>>>,
    /// Compiling takes a core for up to seconds: one at a time leaves the other cores to calls.
    compiling: Semaphore,
}

impl Components {
    pub(crate) fn new(
        engine: Engine,
        cache: Cache,
        files: Files,
        config: Arc<Config>,
    ) -> Result<Self, HostError> {
        let linker = linker(&engine)
            .map_err(|error| HostError::Defect(format!("linking WASI: {error:#}")))?;
        Ok(Self {
            engine,
            linker,
            cache,
            files,
            config,
            loaded: Mutex::default(),
            compiling: Semaphore::new(1),
        })
    }

    /// Accepts a component: it has to load before it is kept.
    pub(crate) async fn add(&self, wasm: Vec<u8>) -> Result<Arc<Component>, HostError> {
        let digest = Digest::of(&wasm);
        let component = self.load(digest, || Ok(wasm.clone())).await?;
        self.files.put(&digest, &wasm)?;
        Ok(component)
    }

    /// Looks at a component without keeping it.
    pub(crate) async fn examine(&self, wasm: &[u8]) -> Result<Arc<Component>, HostError> {
        self.load(Digest::of(wasm), || Ok(wasm.to_vec())).await
    }

    /// The component that was added with this digest.
    pub(crate) async fn get(&self, digest: Digest) -> Result<Arc<Component>, HostError> {
        self.load(digest, || self.files.get(&digest)).await
    }

    /// The bytes that were added with this digest.
    pub(crate) fn bytes(&self, digest: &Digest) -> Result<Vec<u8>, HostError> {
        self.files.get(digest)
    }

    async fn load(
        &self,
        digest: Digest,
        wasm: impl FnOnce() -> Result<Vec<u8>, HostError>,
    ) -> Result<Arc<Component>, HostError> {
        let cell = self
            .loaded
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(digest)
            .or_default()
            .clone();
        cell.get_or_try_init(|| self.prepare(digest, wasm))
            .await
            .cloned()
    }

    async fn prepare(
        &self,
        digest: Digest,
        wasm: impl FnOnce() -> Result<Vec<u8>, HostError>,
    ) -> Result<Arc<Component>, HostError> {
        let (component, compiled_in) = match self.cache.load(&self.engine, &digest) {
            Some(component) => (component, None),
            None => {
                let (component, took) = self.compile(wasm()?).await?;
                self.cache.keep(&digest, &component);
                (component, Some(took))
            }
        };
        let shape = shape(&self.engine, &component);
        let contract = contract::check(&shape)?;
        let blueprint = self
            .linker
            .instantiate_pre(&component)
            .and_then(Blueprint::new)
            .map_err(|error| HostError::Component(format!("{error:#}")))?;
        let about = once::describe(&self.engine, &blueprint, &Limits::alone(&self.config)).await?;
        Ok(Arc::new(Component {
            digest,
            blueprint,
            about: Arc::new(about),
            shape,
            contract,
            compiled_in,
        }))
    }

    async fn compile(
        &self,
        wasm: Vec<u8>,
    ) -> Result<(wasmtime::component::Component, Duration), HostError> {
        let limit = self.config.runtime.max_component_bytes;
        if wasm.len() > limit {
            return Err(HostError::Component(format!(
                "it has {} bytes, and max-component-bytes under [runtime] allows {limit}",
                wasm.len()
            )));
        }
        if wasm.get(..4) != Some(b"\0asm") {
            return Err(HostError::Component(
                "it is not WebAssembly: the file does not begin with \\0asm".to_owned(),
            ));
        }
        let _permit = self
            .compiling
            .acquire()
            .await
            .map_err(|_| HostError::Defect("the compiler was shut down".to_owned()))?;
        let engine = self.engine.clone();
        let start = Instant::now();
        // `Component::new` also accepts text; the magic number above keeps it to binaries.
        let compiled = tokio::task::spawn_blocking(move || {
            wasmtime::component::Component::from_binary(&engine, &wasm)
        })
        .await
        .map_err(|error| HostError::Defect(format!("the compiler stopped: {error}")))?
        .map_err(|error| HostError::Component(in_words(&error)))?;
        Ok((compiled, start.elapsed()))
    }
}

/// Why a component does not compile; where it asks for more than an instance may have from its start,
/// with the setting behind that.
fn in_words(error: &wasmtime::Error) -> String {
    let text = format!("{error:#}");
    for (mark, setting) in [
        ("minimum element size", "table-elements"),
        ("minimum byte size", "memory-bytes"),
    ] {
        if text.contains(mark) {
            return format!("{text}; raise {setting} under [budgets] if it has good reason to");
        }
    }
    text
}

/// Everything a component may import. WASI is linked whole and opened nowhere: no files, no
/// sockets, no name look-ups, no environment; `wasi:http` leaves through the egress alone.
fn linker(engine: &Engine) -> wasmtime::Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi::p3::add_to_linker(&mut linker)?;
    wasmtime_wasi_http::p3::add_to_linker(&mut linker)?;
    contract::report::add_to_linker::<State, wasmtime::component::HasSelf<State>>(
        &mut linker,
        |state| state,
    )?;
    contract::web::add_to_linker::<State, wasmtime::component::HasSelf<State>>(
        &mut linker,
        |state| state,
    )?;
    contract::types::add_to_linker::<State, wasmtime::component::HasSelf<State>>(
        &mut linker,
        |state| state,
    )?;
    Ok(linker)
}

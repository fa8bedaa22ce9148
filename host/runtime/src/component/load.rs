//! From bytes to something callable: verify, compile (or take from the cache), link once, describe
//! once, and share between all tenants that use the same digest.

use super::{Cache, Compile, Files, shape};
use crate::about::About;
use crate::config::Config;
use crate::contract::{self, Blueprint, Shape};
use crate::error::HostError;
use crate::instance::{Limits, State, once};
use airlock_store::Digest;
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
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

type Loaded = HashMap<Digest, Arc<OnceCell<Arc<Component>>>>;

/// All components of this process.
pub(crate) struct Components {
    engine: Engine,
    linker: Linker<State>,
    cache: Cache,
    files: Arc<Files>,
    config: Arc<Config>,
    compile: Compile,
    loaded: Mutex<Loaded>,
    /// Compiling takes a core for up to seconds: one at a time leaves the other cores to calls.
    compiling: Semaphore,
}

impl Components {
    pub(crate) fn new(
        compile: Compile,
        cache: Cache,
        files: Files,
        config: Arc<Config>,
    ) -> Result<Self, HostError> {
        let engine = compile.engine.clone();
        let linker = linker(&engine)
            .map_err(|error| HostError::Defect(format!("linking WASI: {error:#}")))?;
        Ok(Self {
            engine,
            linker,
            cache,
            files: Arc::new(files),
            config,
            compile,
            loaded: Mutex::default(),
            compiling: Semaphore::new(1),
        })
    }

    /// Looks at a component without keeping anything of it, in memory or on disk.
    pub(crate) async fn examine(&self, wasm: &[u8]) -> Result<Arc<Component>, HostError> {
        let digest = Digest::of(wasm);
        let known = self
            .loaded()
            .get(&digest)
            .and_then(|cell| cell.get().cloned());
        match known {
            Some(known) => Ok(known),
            None => self.prepare(digest, || Ok(wasm.to_vec())).await,
        }
    }

    /// The turn to change which components are kept: whoever adds one or throws some away has to have it
    /// until the database says so too. It is given back when it is dropped, by whatever process.
    pub(crate) async fn turn(&self) -> Result<File, HostError> {
        let files = Arc::clone(&self.files);
        tokio::task::spawn_blocking(move || files.turn())
            .await
            .map_err(|error| HostError::Defect(format!("waiting for a turn stopped: {error}")))?
    }

    /// Keeps a component that was examined.
    pub(crate) fn keep(&self, component: &Arc<Component>, wasm: &[u8]) -> Result<(), HostError> {
        self.files.put(&component.digest, wasm)?;
        if component.compiled_in.is_some() {
            self.cache.keep(
                &component.digest,
                component.blueprint.instance_pre().component(),
            );
        }
        self.loaded()
            .entry(component.digest)
            .or_insert_with(|| Arc::new(OnceCell::new_with(Some(Arc::clone(component)))));
        Ok(())
    }

    /// Throws away every component that is not `used`, with its code on disk and in memory.
    pub(crate) fn collect(&self, used: &HashSet<Digest>) {
        self.loaded().retain(|digest, _| used.contains(digest));
        self.files.collect(used);
        self.cache.collect(used);
    }

    /// The component that was added with this digest.
    pub(crate) async fn get(&self, digest: Digest) -> Result<Arc<Component>, HostError> {
        let cell = Arc::clone(self.loaded().entry(digest).or_default());
        cell.get_or_try_init(async || {
            let component = self.prepare(digest, || self.files.get(&digest)).await?;
            if component.compiled_in.is_some() {
                self.cache
                    .keep(&digest, component.blueprint.instance_pre().component());
            }
            Ok(component)
        })
        .await
        .cloned()
    }

    /// The bytes that were added with this digest.
    pub(crate) fn bytes(&self, digest: &Digest) -> Result<Vec<u8>, HostError> {
        self.files.get(digest)
    }

    fn loaded(&self) -> MutexGuard<'_, Loaded> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
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
                (component, Some(took))
            }
        };
        let shape = shape(&self.engine, &component);
        let contract = contract::spoken(&shape)?;
        let blueprint = self
            .linker
            .instantiate_pre(&component)
            .and_then(Blueprint::new)
            .map_err(|error| HostError::Component(format!("{error:#}")))?;
        let about = once::describe(&blueprint, &Limits::alone(&self.config)).await?;
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
        self.compile.run(wasm, &self.config.runtime).await
    }
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

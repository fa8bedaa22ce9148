//! A component that is linked, and what its instances export.
//!
//! An instance looks its exports up when they are first called, and `invoke` without the rest of its
//! interface: the generated bindings look all of them up, type by type, whenever a component is
//! instantiated, which is 3.6 µs of the 75 of a call in a fresh instance.

use super::exports::{actions, discovery, manifest};
use super::types;
use std::sync::{Arc, OnceLock};
use wasmtime::component::{
    Accessor, Component, ComponentExportIndex, Instance, InstancePre, TypedFunc,
};
use wasmtime::{AsContextMut, Store};

/// A linked component, with the places of its exports.
pub(crate) struct Blueprint<T: 'static> {
    pre: InstancePre<T>,
    places: Arc<Places>,
}

struct Places {
    manifest: manifest::GuestIndices,
    discovery: discovery::GuestIndices,
    actions: actions::GuestIndices,
    invoke: ComponentExportIndex,
}

impl<T: 'static> Clone for Blueprint<T> {
    fn clone(&self) -> Self {
        Self {
            pre: self.pre.clone(),
            places: Arc::clone(&self.places),
        }
    }
}

impl<T: Send + 'static> Blueprint<T> {
    /// Finds the contract's exports in a linked component.
    ///
    /// # Errors
    /// An export is missing or of another type.
    pub(crate) fn new(pre: InstancePre<T>) -> wasmtime::Result<Self> {
        let places = Places {
            manifest: manifest::GuestIndices::new(&pre)?,
            discovery: discovery::GuestIndices::new(&pre)?,
            actions: actions::GuestIndices::new(&pre)?,
            invoke: export(&pre, INVOKE)?,
        };
        // Nobody calls these yet, and a component without them does not speak the contract.
        super::exports::triggers::GuestIndices::new(&pre)?;
        Ok(Self {
            pre,
            places: Arc::new(places),
        })
    }

    /// The component itself.
    pub(crate) fn component(&self) -> &Component {
        self.pre.component()
    }

    /// Makes an instance in `store`.
    ///
    /// # Errors
    /// There is no room for it, or its start function trapped.
    pub(crate) async fn instantiate(&self, store: &mut Store<T>) -> wasmtime::Result<Exports> {
        Ok(Exports {
            instance: self.pre.instantiate_async(store).await?,
            places: Arc::clone(&self.places),
            discovery: OnceLock::new(),
            actions: OnceLock::new(),
            invoke: OnceLock::new(),
        })
    }
}

/// The interface and the function that nearly every call is a call of.
const INVOKE: (&str, &str) = ("airlock:connector/actions@0.1.0", "invoke");

fn export<T>(
    pre: &InstancePre<T>,
    (interface, name): (&str, &str),
) -> wasmtime::Result<ComponentExportIndex> {
    let component = pre.component();
    component
        .get_export_index(None, interface)
        .and_then(|interface| component.get_export_index(Some(&interface), name))
        .ok_or_else(|| wasmtime::format_err!("{interface} does not export {name}"))
}

type Invoke = TypedFunc<(actions::Request,), (Result<String, types::Error>,)>;

/// What one instance exports.
pub(crate) struct Exports {
    instance: Instance,
    places: Arc<Places>,
    discovery: OnceLock<discovery::Guest>,
    actions: OnceLock<actions::Guest>,
    invoke: OnceLock<Invoke>,
}

impl Exports {
    /// Its manifest, read once in its life.
    ///
    /// # Errors
    /// The export is not of its type.
    pub(crate) fn manifest(&self, store: impl AsContextMut) -> wasmtime::Result<manifest::Guest> {
        self.places.manifest.load(store, &self.instance)
    }

    /// What helps a person to fill in forms.
    ///
    /// # Errors
    /// The export is not of its type.
    pub(crate) fn discovery<T: Send>(
        &self,
        accessor: &Accessor<T>,
    ) -> wasmtime::Result<&discovery::Guest> {
        if let Some(known) = self.discovery.get() {
            return Ok(known);
        }
        let found = accessor.with(|access| self.places.discovery.load(access, &self.instance))?;
        Ok(self.discovery.get_or_init(|| found))
    }

    /// Runs an action and answers its whole output. The outer error is a trap.
    ///
    /// # Errors
    /// A trap, or the export is not of its type.
    pub(crate) async fn invoke<T: Send>(
        &self,
        accessor: &Accessor<T>,
        request: actions::Request,
    ) -> wasmtime::Result<Result<String, types::Error>> {
        let invoke = match self.invoke.get() {
            Some(known) => known,
            None => {
                let found = accessor
                    .with(|access| self.instance.get_typed_func(access, self.places.invoke))?;
                self.invoke.get_or_init(|| found)
            }
        };
        let (answer,) = invoke.call_concurrent(accessor, (request,)).await?;
        Ok(answer)
    }

    /// What else it can do.
    ///
    /// # Errors
    /// The export is not of its type.
    pub(crate) fn actions<T: Send>(
        &self,
        accessor: &Accessor<T>,
    ) -> wasmtime::Result<&actions::Guest> {
        if let Some(known) = self.actions.get() {
            return Ok(known);
        }
        let found = accessor.with(|access| self.places.actions.load(access, &self.instance))?;
        Ok(self.actions.get_or_init(|| found))
    }
}

//! A component that is linked, and what its instances export.
//!
//! An instance looks its exports up when they are first called: the generated bindings look all of
//! them up, type by type, whenever a component is instantiated, which is 2.7 µs of the 90 of a call
//! in a fresh instance.

use super::exports::{actions, discovery, manifest};
use std::sync::{Arc, OnceLock};
use wasmtime::component::{Accessor, Instance, InstancePre};
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
        };
        // Nobody calls these yet, and a component without them does not speak the contract.
        super::exports::triggers::GuestIndices::new(&pre)?;
        Ok(Self {
            pre,
            places: Arc::new(places),
        })
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
        })
    }
}

/// What one instance exports.
pub(crate) struct Exports {
    instance: Instance,
    places: Arc<Places>,
    discovery: OnceLock<discovery::Guest>,
    actions: OnceLock<actions::Guest>,
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

    /// What it can do.
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

//! Compiled components on disk, so that a cold start maps 2 ms of work instead of compiling for 80.
//!
//! A compiled component is machine code: loading one that someone else wrote is running their code
//! outside the sandbox. So a file is used only when a MAC, keyed with a secret that only this
//! host's owner can read, says that this host wrote it, for this component and this engine.
//! Anything else is ignored and written anew.

use super::private::write_private;
use crate::error::HostError;
use airlock_store::Digest;
use secrecy::{ExposeSecret, SecretBox};
use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::path::PathBuf;
use wasmtime::Engine;
use wasmtime::component::Component;

/// Length of the MAC in front of the machine code (BLAKE3, keyed).
const MAC_BYTES: usize = 32;

/// The cache folder with its key.
pub(crate) struct Cache {
    folder: PathBuf,
    key: SecretBox<[u8; 32]>,
    engine_hash: u64,
}

impl Cache {
    pub(crate) fn new(folder: PathBuf, key: SecretBox<[u8; 32]>, engine: &Engine) -> Self {
        let mut hasher = std::hash::DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        Self {
            folder,
            key,
            engine_hash: hasher.finish(),
        }
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        self.folder
            .join(format!("{digest}-{:016x}.cwasm", self.engine_hash))
    }

    fn mac(&self, digest: &Digest, code: &[u8]) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_keyed(self.key.expose_secret());
        hasher.update(digest.to_string().as_bytes());
        hasher.update(&self.engine_hash.to_le_bytes());
        hasher.update(code);
        hasher.finalize()
    }

    /// The compiled component, if this host wrote it for this engine.
    pub(crate) fn load(&self, engine: &Engine, digest: &Digest) -> Option<Component> {
        let path = self.path(digest);
        let file = std::fs::read(&path).ok()?;
        let (mac, code) = file.split_at_checked(MAC_BYTES)?;
        let mac: [u8; MAC_BYTES] = mac.try_into().ok()?;
        // `blake3::Hash` compares in constant time.
        if self.mac(digest, code) != blake3::Hash::from_bytes(mac) {
            tracing::warn!(path = %path.display(), "a compiled component was not written by this host; it is compiled anew");
            return None;
        }
        // SAFETY: the MAC proves that these bytes came from `serialize` below, on this engine's
        // compatibility hash, under a key that only this host's owner can read.
        #[allow(
            unsafe_code,
            reason = "wasmtime loads precompiled code by an unsafe call"
        )]
        match unsafe { Component::deserialize(engine, code) } {
            Ok(component) => Some(component),
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "a compiled component does not load; it is compiled anew");
                None
            }
        }
    }

    /// Removes the code of components that are not `used`.
    pub(crate) fn collect(&self, used: &HashSet<Digest>) {
        super::files::collect(&self.folder, used);
    }

    /// Keeps a compiled component for the next start. Failing to is no failure of the call.
    pub(crate) fn keep(&self, digest: &Digest, component: &Component) {
        if let Err(error) = self.write(digest, component) {
            tracing::warn!(%error, "the compiled component was not cached; the next start compiles again");
        }
    }

    fn write(&self, digest: &Digest, component: &Component) -> Result<(), HostError> {
        let code = component
            .serialize()
            .map_err(|error| HostError::Defect(format!("serialising machine code: {error:#}")))?;
        let mac = self.mac(digest, &code);
        write_private(&self.path(digest), &[mac.as_bytes(), &code])
    }
}

//! By what a store knows the key it was made with. Store layer.

use super::Sealer;
use crate::error::StoreError;
use crate::keys::MasterKey;

/// The length of the salt that makes each store's keys its own, in bytes.
const SALT_LENGTH: usize = 32;

/// A store's salt, and a value that only the master key it was made with gives with that salt. It
/// lies in the clear and tells nothing about the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyCheck {
    /// Random, made with the store.
    pub salt: Vec<u8>,
    /// What the key and the salt give.
    pub value: Vec<u8>,
}

impl KeyCheck {
    /// The check of a store that is made with `key` now.
    ///
    /// # Errors
    /// [`StoreError::Defect`] when the operating system has no randomness.
    pub fn new(key: &MasterKey) -> Result<Self, StoreError> {
        let mut salt = vec![0; SALT_LENGTH];
        getrandom::fill(&mut salt)
            .map_err(|error| StoreError::Defect(format!("no randomness to be had: {error}")))?;
        let value = Sealer::check_value(key, &salt).to_vec();
        Ok(Self { salt, value })
    }

    /// The sealer of the store at `place`, if `key` is the one it was made with.
    pub(crate) fn unlock(&self, key: &MasterKey, place: String) -> Result<Sealer, StoreError> {
        // Both are public; there is nothing to learn from how long the comparison takes.
        if Sealer::check_value(key, &self.salt).as_slice() != self.value {
            return Err(StoreError::WrongKey {
                store: place,
                origin: key.origin().to_string(),
            });
        }
        Ok(Sealer::new(key, &self.salt))
    }
}

//! A master key from the environment, for hosts without a disk of their own. Store layer.

use secrecy::zeroize::Zeroizing;

use super::{KeyOrigin, MasterKey};
use crate::error::StoreError;

impl MasterKey {
    /// The key that the variable `name` holds as base64 text; `None` when it is not set.
    ///
    /// # Errors
    /// [`StoreError::Key`] when it is set to something else, an empty text included: falling back
    /// to a key file then would seal with a key that nobody meant.
    pub fn from_env(name: &str) -> Result<Option<Self>, StoreError> {
        let origin = KeyOrigin::Environment(name.to_owned());
        match std::env::var(name) {
            Ok(text) => Self::parse(&Zeroizing::new(text), origin).map(Some),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => Err(origin.unusable("it is not text")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_is_not_set_is_no_key_and_no_error() {
        assert!(MasterKey::from_env("AIRLOCK_TEST_UNSET").unwrap().is_none());
    }

    #[test]
    fn a_variable_that_holds_something_else_is_refused_by_name() {
        // Set for every test process by cargo; setting one here would be unsafe.
        let error = MasterKey::from_env("CARGO_PKG_NAME")
            .unwrap_err()
            .to_string();
        assert!(error.contains("CARGO_PKG_NAME"), "{error}");
        assert!(!error.contains("airlock-store"), "{error}");
    }
}

//! The one key from which all others are derived.
//!
//! Store layer. Whoever has the database but not this key has nothing. It comes from a file beside
//! (never inside) the database or from the environment, and is used for nothing but deriving: each
//! purpose gets a key of its own, so that a weakness in one use does not reach another.

mod environment;
mod file;

use std::fmt;
use std::path::PathBuf;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hkdf::Hkdf;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, ExposeSecretMut, SecretBox};
use sha2::Sha256;

use crate::error::StoreError;

/// The length of the master key and of every key derived from it, in bytes: 256 bits is what
/// HKDF-SHA256 can carry and XChaCha20-Poly1305 wants.
pub(crate) const KEY_LENGTH: usize = 32;

/// The key from which every other key is derived. Never printed, wiped from memory when dropped.
pub struct MasterKey {
    bytes: SecretBox<[u8; KEY_LENGTH]>,
    origin: KeyOrigin,
}

/// Where a master key came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyOrigin {
    /// A file.
    File(PathBuf),
    /// An environment variable, by name.
    Environment(String),
}

impl MasterKey {
    /// A new key from the operating system's randomness.
    fn random(origin: KeyOrigin) -> Result<Self, StoreError> {
        let mut bytes = SecretBox::new(Box::new([0; KEY_LENGTH]));
        getrandom::fill(bytes.expose_secret_mut())
            .map_err(|error| StoreError::Defect(format!("no randomness to be had: {error}")))?;
        Ok(Self { bytes, origin })
    }

    /// Reads the one spelling that a key has in files and in the environment: base64.
    fn parse(text: &str, origin: KeyOrigin) -> Result<Self, StoreError> {
        let mut bytes = SecretBox::new(Box::new([0; KEY_LENGTH]));
        // One group more than fits, so that a longer text is told apart from a wrong one.
        let mut decoded = Zeroizing::new([0; KEY_LENGTH + 4]);
        let read = BASE64_STANDARD.decode_slice(text.trim(), decoded.as_mut_slice());
        match (read, decoded.get(..KEY_LENGTH)) {
            (Ok(KEY_LENGTH), Some(key)) => bytes.expose_secret_mut().copy_from_slice(key),
            _ => {
                return Err(origin.unusable(
                    "it has to be the base64 text of 32 random bytes, as `openssl rand -base64 32` prints",
                ));
            }
        }
        Ok(Self { bytes, origin })
    }

    fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64_STANDARD.encode(self.bytes.expose_secret()))
    }

    /// Where it came from.
    pub fn origin(&self) -> &KeyOrigin {
        &self.origin
    }

    /// The key for one purpose, by HKDF-SHA256 (RFC 5869). The same purpose always gives the same
    /// key; keys of different purposes say nothing about each other.
    pub fn derive(&self, purpose: &str) -> SecretBox<[u8; KEY_LENGTH]> {
        self.derive_salted(None, purpose)
    }

    /// As [`derive`](Self::derive), but different for each `salt`: two databases under one master
    /// key share no key.
    pub(crate) fn derive_salted(
        &self,
        salt: Option<&[u8]>,
        purpose: &str,
    ) -> SecretBox<[u8; KEY_LENGTH]> {
        let mut key = SecretBox::new(Box::new([0; KEY_LENGTH]));
        let expanded = Hkdf::<Sha256>::new(salt, self.bytes.expose_secret()).expand_multi_info(
            &[b"airlock/1/", purpose.as_bytes()],
            key.expose_secret_mut(),
        );
        // HKDF refuses only outputs above 255 × 32 bytes.
        debug_assert!(expanded.is_ok());
        key
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MasterKey")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

impl KeyOrigin {
    fn unusable(&self, problem: impl Into<String>) -> StoreError {
        StoreError::Key {
            origin: self.to_string(),
            problem: problem.into(),
        }
    }
}

impl fmt::Display for KeyOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyOrigin::File(path) => write!(f, "{}", path.display()),
            KeyOrigin::Environment(name) => write!(f, "the environment variable {name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> MasterKey {
        let text = BASE64_STANDARD.encode([byte; 32]);
        MasterKey::parse(&text, KeyOrigin::Environment("X".into())).unwrap()
    }

    #[test]
    fn each_purpose_salt_and_master_key_gives_its_own_key() {
        let derived = [
            key(1).derive("cache"),
            key(1).derive("cache-2"),
            key(2).derive("cache"),
            key(1).derive_salted(Some(b"salt"), "cache"),
        ];
        for (i, one) in derived.iter().enumerate() {
            assert_ne!(one.expose_secret(), &[0; 32], "{i}");
            for other in &derived[..i] {
                assert_ne!(one.expose_secret(), other.expose_secret(), "{i}");
            }
        }
        assert_eq!(
            key(1).derive("cache").expose_secret(),
            derived[0].expose_secret()
        );
    }

    #[test]
    fn only_the_base64_of_32_bytes_is_a_key_and_the_refusal_does_not_quote_it() {
        for length in [0, 16, 31, 33, 36, 48, 64] {
            let text = BASE64_STANDARD.encode(vec![0x5a; length]);
            let error = MasterKey::parse(&text, KeyOrigin::Environment("X".into()))
                .unwrap_err()
                .to_string();
            assert!(error.contains("32 random bytes"), "{length}: {error}");
            assert!(!error.contains("WlpaWlpa"), "{length}: {error}");
        }
        assert!(MasterKey::parse("correct horse", KeyOrigin::Environment("X".into())).is_err());
    }

    #[test]
    fn a_key_is_not_printed() {
        let shown = format!("{:?}", key(0x5a));
        assert!(
            shown.contains("MasterKey") && !shown.contains("WlpaWlpa") && !shown.contains("90")
        );
    }
}

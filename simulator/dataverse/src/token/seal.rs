//! Opaque tokens that carry their own content: authorization codes and refresh tokens.
//!
//! Encrypted and authenticated (AES-256-GCM) under a key derived from the development signing key, so that a refresh
//! token outlives a restart without a table of tokens, and a client cannot read or change what it holds.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::encoding::{decode, encode};
use super::keys::KeyError;

/// Closes and opens opaque tokens.
pub(super) struct Seal {
    key: LessSafeKey,
    random: SystemRandom,
}

impl Seal {
    pub(super) fn new(secret: &[u8]) -> Result<Self, KeyError> {
        let mut hash = Sha256::new();
        hash.update(b"dataverse-sim opaque tokens");
        hash.update(secret);
        let key = UnboundKey::new(&AES_256_GCM, &hash.finalize()).map_err(|_| KeyError::Signing)?;
        Ok(Self {
            key: LessSafeKey::new(key),
            random: SystemRandom::new(),
        })
    }

    /// A token that nobody else can read. `purpose` keeps one kind from being used as another.
    pub(super) fn close(
        &self,
        purpose: &str,
        content: &impl Serialize,
    ) -> Result<String, KeyError> {
        let mut nonce = [0; NONCE_LEN];
        self.random
            .fill(&mut nonce)
            .map_err(|_| KeyError::Signing)?;
        let mut data = serde_json::to_vec(content).map_err(|_| KeyError::Signing)?;
        let unique = Nonce::assume_unique_for_key(nonce);
        self.key
            .seal_in_place_append_tag(unique, Aad::from(purpose.as_bytes()), &mut data)
            .map_err(|_| KeyError::Signing)?;
        let mut token = nonce.to_vec();
        token.extend_from_slice(&data);
        Ok(format!("{purpose}.{}", encode(token)))
    }

    /// What a token of this purpose carries; `None` for anything else.
    pub(super) fn open<T: DeserializeOwned>(&self, purpose: &str, token: &str) -> Option<T> {
        let token = decode(token.strip_prefix(purpose)?.strip_prefix('.')?)?;
        let (nonce, data) = token.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut data = data.to_vec();
        let content = self
            .key
            .open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut data)
            .ok()?;
        serde_json::from_slice(content).ok()
    }

    /// Random text nobody can guess.
    pub(super) fn random(&self) -> Result<String, KeyError> {
        let mut bytes = [0; 32];
        self.random
            .fill(&mut bytes)
            .map_err(|_| KeyError::Signing)?;
        Ok(encode(bytes))
    }

    /// Random letters, without those that people take for one another.
    pub(super) fn letters(&self, count: usize) -> Result<String, KeyError> {
        const ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
        let mut bytes = vec![0; count];
        self.random
            .fill(&mut bytes)
            .map_err(|_| KeyError::Signing)?;
        let letter = |byte: u8| {
            let index = usize::from(byte) % ALPHABET.len();
            char::from(ALPHABET.get(index).copied().unwrap_or(b'B'))
        };
        Ok(bytes.into_iter().map(letter).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_closed_opens_for_its_purpose_only() {
        let seal = Seal::new(b"key").unwrap();
        let token = seal.close("r", &"content").unwrap();
        assert_eq!(seal.open::<String>("r", &token).as_deref(), Some("content"));
        assert_eq!(seal.open::<String>("c", &token), None);
        let renamed = token.replacen("r.", "c.", 1);
        assert_eq!(seal.open::<String>("c", &renamed), None);
        assert_eq!(
            Seal::new(b"other").unwrap().open::<String>("r", &token),
            None
        );
        for nonsense in ["", "r.", "r.AAAA", "é"] {
            assert_eq!(seal.open::<String>("r", nonsense), None, "{nonsense}");
        }
    }
}

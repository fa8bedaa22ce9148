//! What tells one grant from another without saying anything about it. Auth layer.

use std::fmt;

use sha2::{Digest, Sha256};

/// A SHA-256 over everything that a grant asks with, secrets included. It is kept only in memory
/// and sealed with the token; it is not printed, because a short secret could be guessed from it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint of `parts`, in this order and division.
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }

    /// The 32 bytes of it.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Fingerprint {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fingerprint").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_division_into_parts_counts() {
        let of = |parts: &[&str]| Fingerprint::of(parts.iter().map(|part| part.as_bytes()));
        assert!(of(&["ab", "c"]) == of(&["ab", "c"]));
        assert!(of(&["ab", "c"]) != of(&["a", "bc"]));
        assert!(of(&["abc"]) != of(&["abc", ""]));
    }
}

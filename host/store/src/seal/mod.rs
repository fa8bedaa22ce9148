//! Sealing: what lies in a database can be read only with the key, and only where it was put.
//!
//! Store layer. XChaCha20-Poly1305, whose 24-byte nonce is long enough to be drawn at random for
//! ever under one key. The place of a value (purpose, tenant, owner, slot) is authenticated with
//! it but not stored in it: a sealed secret copied into another tenant's row, another connection or
//! another slot does not open.

mod check;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use secrecy::ExposeSecret;
use secrecy::zeroize::Zeroizing;
use sha2::Sha256;

use crate::error::StoreError;
use crate::ids::TenantId;
use crate::keys::MasterKey;

pub use check::KeyCheck;

/// The first byte of every sealed value: how the rest is to be read.
const FORMAT: u8 = 1;
/// The length of XChaCha20's nonce, in bytes.
const NONCE_LENGTH: usize = 24;

/// What a value is sealed for. Each purpose has its own key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// What is known of a connector beside its name.
    Connector,
    /// A connection's kind, settings, hosts and times.
    Connection,
    /// A connection's secrets.
    Secrets,
    /// What a connection keeps under a name of its own, such as a token.
    Slot,
    /// What is known of a run.
    Run,
    /// What is known of a call under an idempotency key.
    KeyedCall,
    /// What a subscription watches, and whom it tells.
    Subscription,
    /// How far a subscription has come.
    Progress,
    /// An event that was found.
    Event,
    /// Why an event has become what it has.
    EventNote,
}

impl Purpose {
    const ALL: [Purpose; 10] = [
        Purpose::Connector,
        Purpose::Connection,
        Purpose::Secrets,
        Purpose::Slot,
        Purpose::Run,
        Purpose::KeyedCall,
        Purpose::Subscription,
        Purpose::Progress,
        Purpose::Event,
        Purpose::EventNote,
    ];

    fn name(self) -> &'static str {
        match self {
            Purpose::Connector => "connector",
            Purpose::Connection => "connection",
            Purpose::Secrets => "secrets",
            Purpose::Slot => "slot",
            Purpose::Run => "run",
            Purpose::KeyedCall => "keyed-call",
            Purpose::Subscription => "subscription",
            Purpose::Progress => "progress",
            Purpose::Event => "event",
            Purpose::EventNote => "event-note",
        }
    }
}

/// Where a sealed value belongs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) purpose: Purpose,
    pub(crate) tenant: &'a TenantId,
    /// The columns of its row that stand in the clear, in a fixed order for each purpose.
    pub(crate) row: &'a [&'a [u8]],
}

impl Place<'_> {
    /// The place as bytes, every part with its length before it, so that no two places agree.
    fn to_bytes(self) -> Vec<u8> {
        let fixed = [
            self.purpose.name().as_bytes(),
            self.tenant.as_str().as_bytes(),
        ];
        let mut bytes = Vec::with_capacity(128);
        for part in fixed.iter().chain(self.row) {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }
}

/// Seals and opens the values of one store.
pub(crate) struct Sealer {
    ciphers: [XChaCha20Poly1305; Purpose::ALL.len()],
    names: Hkdf<Sha256>,
}

impl Sealer {
    /// The sealer of the store with this salt.
    pub(crate) fn new(master: &MasterKey, salt: &[u8]) -> Self {
        Self {
            ciphers: Purpose::ALL.map(|purpose| {
                let purpose = format!("store/seal/{}", purpose.name());
                let key = master.derive_salted(Some(salt), &purpose);
                XChaCha20Poly1305::new(Key::from_slice(key.expose_secret()))
            }),
            names: Hkdf::new(
                Some(salt),
                master
                    .derive_salted(Some(salt), "store/names")
                    .expose_secret(),
            ),
        }
    }

    /// What a [`KeyCheck`] holds beside its salt.
    fn check_value(master: &MasterKey, salt: &[u8]) -> [u8; 32] {
        *master
            .derive_salted(Some(salt), "store/key-check")
            .expose_secret()
    }

    fn cipher(&self, purpose: Purpose) -> Result<&XChaCha20Poly1305, StoreError> {
        self.ciphers
            .get(purpose as usize)
            .ok_or_else(|| StoreError::Defect(format!("no cipher for {purpose:?}")))
    }

    /// A name for `place`, by which its row is found, and which tells nobody without the key what
    /// the place is. HKDF's second half is a pseudo-random function of it.
    pub(crate) fn name(&self, place: Place<'_>) -> Result<[u8; 32], StoreError> {
        let mut name = [0; 32];
        self.names
            .expand(&place.to_bytes(), &mut name)
            .map_err(|error| StoreError::Defect(error.to_string()))?;
        Ok(name)
    }

    /// Seals `plain` for `place`.
    pub(crate) fn seal(&self, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        let mut nonce = XNonce::default();
        getrandom::fill(&mut nonce)
            .map_err(|error| StoreError::Defect(format!("no randomness to be had: {error}")))?;
        let payload = Payload {
            msg: plain,
            aad: &place.to_bytes(),
        };
        let encrypted = self
            .cipher(place.purpose)?
            .encrypt(&nonce, payload)
            .map_err(|_| StoreError::Defect("a value is too long to be sealed".into()))?;
        let mut sealed = Vec::with_capacity(1 + NONCE_LENGTH + encrypted.len());
        sealed.push(FORMAT);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&encrypted);
        Ok(sealed)
    }

    /// Opens what was sealed for `place`.
    ///
    /// # Errors
    /// [`StoreError::Tampered`] when it was sealed for another place or altered since.
    pub(crate) fn open(
        &self,
        place: Place<'_>,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let altered = || StoreError::Tampered {
            what: format!("{} of tenant {}", place.purpose.name(), place.tenant),
        };
        let rest = sealed.strip_prefix(&[FORMAT]).ok_or_else(altered)?;
        let (nonce, encrypted) = rest.split_at_checked(NONCE_LENGTH).ok_or_else(altered)?;
        let payload = Payload {
            msg: encrypted,
            aad: &place.to_bytes(),
        };
        self.cipher(place.purpose)?
            .decrypt(XNonce::from_slice(nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| altered())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer() -> Sealer {
        let folder = tempfile::tempdir().unwrap();
        let key = MasterKey::from_file_or_create(&folder.path().join("key")).unwrap();
        Sealer::new(&key, b"salt")
    }

    fn place<'a>(purpose: Purpose, tenant: &'a TenantId, row: &'a [&'a [u8]]) -> Place<'a> {
        Place {
            purpose,
            tenant,
            row,
        }
    }

    #[test]
    fn what_was_sealed_opens_in_its_place_and_in_no_other() {
        let (sealer, a, b) = (sealer(), "a".parse().unwrap(), "b".parse().unwrap());
        let home: &[&[u8]] = &[b"one", b"token"];
        let sealed = sealer
            .seal(place(Purpose::Slot, &a, home), b"secret")
            .unwrap();
        let opened = sealer
            .open(place(Purpose::Slot, &a, home), &sealed)
            .unwrap();
        assert_eq!(opened.as_slice(), b"secret");
        for elsewhere in [
            place(Purpose::Secrets, &a, home),
            place(Purpose::Slot, &b, home),
            place(Purpose::Slot, &a, &[b"two", b"token"]),
            place(Purpose::Slot, &a, &[b"one", b"other"]),
            // The same bytes, divided otherwise.
            place(Purpose::Slot, &a, &[b"onet", b"oken"]),
            place(Purpose::Slot, &a, &[b"onetoken"]),
        ] {
            let error = sealer.open(elsewhere, &sealed).unwrap_err();
            assert!(
                matches!(error, StoreError::Tampered { .. }),
                "{elsewhere:?}"
            );
        }
    }

    #[test]
    fn any_altered_byte_and_any_missing_end_is_noticed() {
        let (sealer, tenant) = (sealer(), TenantId::default());
        let here = place(Purpose::Run, &tenant, &[b"x"]);
        let sealed = sealer.seal(here, b"a run").unwrap();
        for position in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[position] ^= 1;
            assert!(sealer.open(here, &altered).is_err(), "byte {position}");
            assert!(
                sealer.open(here, &sealed[..position]).is_err(),
                "cut {position}"
            );
        }
    }

    #[test]
    fn the_same_value_never_looks_the_same_twice() {
        let (sealer, tenant) = (sealer(), TenantId::default());
        let here = place(Purpose::Secrets, &tenant, &[]);
        assert_ne!(
            sealer.seal(here, b"same").unwrap(),
            sealer.seal(here, b"same").unwrap()
        );
    }

    #[test]
    fn a_place_has_one_name_and_shares_it_with_no_other() {
        let (sealer, a, b) = (sealer(), "a".parse().unwrap(), "b".parse().unwrap());
        let row: &[&[u8]] = &[b"contoso", b"order-1"];
        let name = |purpose, tenant, row| sealer.name(place(purpose, tenant, row)).unwrap();
        let first = name(Purpose::KeyedCall, &a, row);
        assert_eq!(first, name(Purpose::KeyedCall, &a, row));
        for other in [
            name(Purpose::Run, &a, row),
            name(Purpose::KeyedCall, &b, row),
            name(Purpose::KeyedCall, &a, &[b"contos", b"oorder-1"]),
            self::sealer()
                .name(place(Purpose::KeyedCall, &a, row))
                .unwrap(),
        ] {
            assert_ne!(first, other);
        }
    }

    #[test]
    fn each_purpose_has_the_cipher_of_its_own_name() {
        for (position, purpose) in Purpose::ALL.into_iter().enumerate() {
            assert_eq!(purpose as usize, position);
        }
    }
}

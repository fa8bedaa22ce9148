//! The authority of one simulator: whom it knows, what it signs with, and what it remembers between requests.

use super::device::Devices;
use super::once::Once;
use super::rotation::Rotation;
use super::seal::Seal;
use super::signed_in::Sessions;
use super::{Directory, KeyError, Signer};

/// Life of an access token, as Entra usually reports it, in seconds.
const TOKEN_SECONDS: u32 = 3_599;
/// Life of an authorization code in seconds: about ten minutes.
const CODE_SECONDS: u32 = 600;
/// Days without use after which a refresh token is void.
const REFRESH_DAYS: u32 = 90;
/// Life of a device code in seconds.
const DEVICE_SECONDS: u32 = 900;
/// Seconds to wait between two questions about a device code.
const DEVICE_INTERVAL: u32 = 5;

/// How long things live, on the simulator's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// Access tokens and id tokens, in seconds.
    pub token_seconds: u32,
    /// Authorization codes, in seconds.
    pub code_seconds: u32,
    /// Refresh tokens without use, in seconds.
    pub refresh_seconds: u32,
    /// Device codes, in seconds.
    pub device_seconds: u32,
    /// Pause between two questions about a device code, in seconds.
    pub device_interval: u32,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            token_seconds: TOKEN_SECONDS,
            code_seconds: CODE_SECONDS,
            refresh_seconds: REFRESH_DAYS * 24 * 60 * 60,
            device_seconds: DEVICE_SECONDS,
            device_interval: DEVICE_INTERVAL,
        }
    }
}

/// An authority.
pub struct Authority {
    /// Who is known.
    pub directory: Directory,
    /// Signs and verifies tokens.
    pub signer: Signer,
    /// How long things live.
    pub lifetimes: Lifetimes,
    pub(super) seal: Seal,
    pub(super) used: Once,
    pub(super) rotation: Rotation,
    pub(super) devices: Devices,
    pub(super) sessions: Sessions,
}

impl Authority {
    /// An authority with the development key.
    pub fn new(directory: Directory, lifetimes: Lifetimes) -> Result<Self, KeyError> {
        Ok(Self {
            directory,
            signer: Signer::development()?,
            lifetimes,
            seal: Seal::new(super::keys::SIGNING_KEY)?,
            used: Once::default(),
            rotation: Rotation::default(),
            devices: Devices::default(),
            sessions: Sessions::default(),
        })
    }

    /// Whether a refresh token counts once, and a second use ends all that came of the same sign-in.
    pub fn is_rotation_strict(&self) -> bool {
        self.rotation.is_strict()
    }

    /// Lets refresh tokens count once, or live on as in Entra.
    pub fn set_rotation_strict(&self, is_strict: bool) {
        self.rotation.set_strict(is_strict);
    }

    /// Signs every browser out.
    pub fn end_sessions(&self) {
        self.sessions.clear();
    }
}

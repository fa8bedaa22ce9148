//! One organisation of the process: its rows, its names, and what is remembered about its callers.

use super::addresses::Addresses;
use crate::limits::ServiceLimits;
use crate::organisation::Organisation;
use crate::token::Authenticator;

/// An organisation and its surroundings.
pub(super) struct Site {
    pub(super) organisation: Organisation,
    pub(super) authenticator: Authenticator,
    pub(super) limits: ServiceLimits,
    pub(super) addresses: Addresses,
}

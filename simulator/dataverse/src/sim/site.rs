//! One organisation of the process: its rows, its names, and what is remembered about its callers.

use std::sync::Arc;

use super::addresses::Addresses;
use crate::limits::ServiceLimits;
use crate::operations::Repertoire;
use crate::organisation::Organisation;
use crate::token::Authenticator;

/// An organisation and its surroundings.
pub(super) struct Site {
    pub(super) organisation: Organisation,
    pub(super) repertoire: Arc<Repertoire>,
    pub(super) authenticator: Authenticator,
    pub(super) limits: ServiceLimits,
    pub(super) addresses: Addresses,
}

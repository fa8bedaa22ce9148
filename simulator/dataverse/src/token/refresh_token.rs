//! Refresh tokens as texts.

use super::grant::Grant;
use super::{EntraError, Issue};

/// First letter of a refresh token.
pub(super) const PURPOSE: &str = "1";

/// A refresh token for a grant.
pub(super) fn seal(issue: &Issue<'_>, grant: &Grant) -> Result<String, EntraError> {
    grant.seal(issue, PURPOSE)
}

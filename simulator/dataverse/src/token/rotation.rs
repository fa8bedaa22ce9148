//! What becomes of a refresh token that was used. Entra lets it live on; other authorities, and applications registered for
//! it here, take it back, and when it comes a second time they end everything that was ever made from the same sign-in,
//! because one of the two users is a thief.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use uuid::Uuid;

use super::EntraError;
use super::grant::Grant;
use super::once::Once;

/// Which refresh tokens were used, while that matters.
#[derive(Debug, Default)]
pub(super) struct Rotation {
    is_strict: AtomicBool,
    used: Once,
    ended: Mutex<HashSet<Uuid>>,
}

impl Rotation {
    /// Whether the refresh tokens of every application count once.
    pub(super) fn is_strict(&self) -> bool {
        self.is_strict.load(Ordering::Relaxed)
    }

    pub(super) fn set_strict(&self, is_strict: bool) {
        self.is_strict.store(is_strict, Ordering::Relaxed);
    }

    /// Notes the use of a refresh token that is good until a time.
    ///
    /// # Errors
    /// When it was used before, or another of its family was used twice.
    pub(super) fn turn(&self, grant: &Grant, until: i64, now: i64) -> Result<(), EntraError> {
        let mut ended = self.ended.lock();
        if !ended.contains(&grant.family()) && self.used.first(&grant.id.to_string(), until, now) {
            return Ok(());
        }
        ended.insert(grant.family());
        Err(EntraError::revoked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::scope::Scopes;

    fn grant(family: Uuid) -> Grant {
        Grant {
            id: Uuid::new_v4(),
            family: Some(family),
            tenant: Uuid::nil(),
            client: Uuid::nil(),
            person: Uuid::nil(),
            scopes: Scopes::default(),
            issued: 0,
            authenticated: 0,
            code: None,
        }
    }

    #[test]
    fn a_second_use_ends_the_family_and_no_other() {
        let rotation = Rotation::default();
        let (family, other) = (Uuid::new_v4(), Uuid::new_v4());
        let (first, second, foreign) = (grant(family), grant(family), grant(other));
        assert!(rotation.turn(&first, 10, 0).is_ok());
        assert_eq!(rotation.turn(&first, 10, 0).unwrap_err().number, 50_173);
        assert!(
            rotation.turn(&second, 10, 0).is_err(),
            "never used, and ended all the same"
        );
        assert!(rotation.turn(&foreign, 10, 0).is_ok());
    }
}

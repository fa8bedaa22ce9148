//! When a token is old and when the authority is asked again.
//!
//! Auth layer; pure. Every number of the cache stands here.

use std::time::Duration;

use time::OffsetDateTime;

use crate::error::AuthError;

/// Assumed where the authority does not say how long a token lives. RFC 6749 §5.1 allows that;
/// the shortest life that Entra can be set to is ten minutes, so half of that is safe.
const UNSAID_LIFE: Duration = Duration::from_secs(5 * 60);

/// No token is kept longer, whatever the authority says: asking once a day costs nothing.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// A token is renewed at most this long before it expires: the 2–5 minutes that Microsoft's
/// clients use, for clocks that differ and requests that are under way.
const LONGEST_LEAD: Duration = Duration::from_secs(5 * 60);

/// After a refusal the same question is not put again for so long: long enough that a loop does
/// not lock the account, short enough that a person who mended it does not notice.
const AFTER_REFUSAL: Duration = Duration::from_secs(5);

/// The same after the authority could not be reached and did not say how long to wait.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// While the old token still lives, a renewal before its end is tried so often: an authority that
/// does not answer delays one call in so many seconds and no other.
pub(super) const BETWEEN_EARLY_RENEWALS: Duration = Duration::from_secs(30);

/// A token that was got because its forerunner was refused, and that is refused itself within
/// this time, is not renewed again: the authority is not what is wrong.
pub(super) const RENEWAL_MUST_LAST: Duration = Duration::from_secs(5);

/// A token that is no longer used is remembered so long beyond its end: the clocks of services differ,
/// and some let a token live on for a while.
pub(super) const LINGERS: Duration = Duration::from_secs(60 * 60);

/// So many tokens that are no longer used are remembered at most.
pub(super) const REMEMBERED: usize = 8;

/// While so many tokens that were replaced still live, a refusal earns no further one. Whoever could have
/// them replaced without end would outlast what is remembered; and the authority is not what is wrong.
pub(super) const MOST_REPLACED: usize = 6;

/// How long a call waits for its turn to renew a sign-in. Whoever has the turn asks the authority
/// once; a call that has waited this long says so instead of adding to the queue.
pub(super) const LONGEST_TURN: Duration = Duration::from_secs(60);

/// How long a token is taken to live.
pub(super) fn life(said: Option<Duration>) -> Duration {
    said.unwrap_or(UNSAID_LIFE).min(LONGEST_LIFE)
}

/// How long before its end a token of this life is renewed.
pub(super) fn lead(life: Duration) -> Duration {
    LONGEST_LEAD.min(life / 10)
}

/// How long the authority is left alone after `error`; `None` where that is not its doing.
pub(super) fn pause_after(error: &AuthError) -> Option<Duration> {
    match error {
        AuthError::Refused { .. }
        | AuthError::SignInNeeded { .. }
        | AuthError::Unreachable { .. }
        | AuthError::Invalid { .. } => Some(AFTER_REFUSAL),
        AuthError::Unavailable { retry_after, .. } => Some(retry_after.unwrap_or(AFTER_FAILURE)),
        AuthError::OtherPerson { .. } | AuthError::Store(_) => None,
    }
}

/// `error` as it is told `now`, when the authority is left alone until `until`.
pub(super) fn remembered(
    error: &AuthError,
    now: OffsetDateTime,
    until: OffsetDateTime,
) -> AuthError {
    match error {
        AuthError::Unavailable { message, .. } => AuthError::Unavailable {
            message: message.clone(),
            retry_after: Duration::try_from(until - now).ok(),
        },
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_renewed_a_tenth_of_their_life_before_its_end_but_never_much_too_early() {
        for (said, life_s, lead_s) in [
            (Some(3600), 3600, 300),
            (Some(3000), 3000, 300),
            (Some(600), 600, 60),
            (Some(10), 10, 1),
            (Some(0), 0, 0),
            (None, 300, 30),
            (Some(u64::MAX), 86_400, 300),
        ] {
            let life = life(said.map(Duration::from_secs));
            assert_eq!(life.as_secs(), life_s, "{said:?}");
            assert_eq!(lead(life).as_secs(), lead_s, "{said:?}");
        }
    }

    #[test]
    fn what_the_authority_asked_for_is_what_it_gets() {
        let busy = |retry_after| AuthError::Unavailable {
            message: "busy".into(),
            retry_after,
        };
        let asked = Duration::from_secs(17);
        assert_eq!(pause_after(&busy(Some(asked))), Some(asked));
        assert_eq!(pause_after(&busy(None)), Some(AFTER_FAILURE));
        let gone = AuthError::Store(airlock_store::StoreError::NoSuchConnection);
        assert_eq!(pause_after(&gone), None);
    }
}

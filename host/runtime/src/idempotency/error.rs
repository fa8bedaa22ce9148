//! Why a call under an idempotency key is refused, in words for its caller.

use crate::error::ErrorCode;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A key that cannot be used, or not for this call. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdempotencyError {
    /// The key is empty: most likely a variable that was not set.
    #[error(
        "the idempotency key is empty: give a text that is this request's own, or leave the key out"
    )]
    Empty,
    /// The key is too long, or holds what cannot be a part of one.
    #[error(
        "this idempotency key cannot be used: it has {bytes} bytes, up to {most} without control characters are possible"
    )]
    Unusable {
        /// Its length.
        bytes: usize,
        /// The longest.
        most: usize,
    },
    /// The action does not take keys.
    #[error(
        "the action \"{action}\" takes no idempotency key: the connector cannot promise that a repeat lands once; leave the key out, and look before you repeat the call"
    )]
    NotTaken {
        /// The action.
        action: String,
    },
    /// The key belongs to another request.
    #[error(
        "the idempotency key \"{key}\" was used for another request, {action} at {}: repeat that one unchanged, or give this one a key of its own",
        text(began_at)
    )]
    Conflict {
        /// The key.
        key: String,
        /// What it was used for.
        action: String,
        /// When.
        began_at: OffsetDateTime,
    },
    /// The request was carried out, and its answer is not there to be given again.
    #[error(
        "{action} was carried out under the idempotency key \"{key}\" at {}, and is not repeated; its answer was not kept (it was too long, or idempotency-bytes under [runtime] was used up), so read what it changed instead",
        text(at)
    )]
    AnswerNotKept {
        /// The key.
        key: String,
        /// What was carried out.
        action: String,
        /// When.
        at: OffsetDateTime,
    },
}

impl IdempotencyError {
    /// What this is called for programs; it never changes.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Empty | Self::Unusable { .. } => ErrorCode::IdempotencyKeyUnusable,
            Self::NotTaken { .. } => ErrorCode::IdempotencyKeyNotTaken,
            Self::Conflict { .. } => ErrorCode::IdempotencyConflict,
            Self::AnswerNotKept { .. } => ErrorCode::IdempotencyAnswerNotKept,
        }
    }
}

fn text(moment: &OffsetDateTime) -> String {
    let moment = moment.replace_nanosecond(0).unwrap_or(*moment);
    moment.format(&Rfc3339).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_conflict_names_the_key_what_it_was_used_for_and_when() {
        let error = IdempotencyError::Conflict {
            key: "order-1".to_owned(),
            action: "create-row".to_owned(),
            began_at: datetime!(2026-11-21 08:00:00.123 UTC),
        };
        let text = error.to_string();
        for part in ["order-1", "create-row", "2026-11-21T08:00:00Z"] {
            assert!(text.contains(part), "{text}");
        }
        assert_eq!(error.code().as_str(), "idempotency-conflict");
    }
}

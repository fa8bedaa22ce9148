//! What a person is told when a call was not repeated.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A note about an answer that an earlier call under the same idempotency key got.
pub(super) fn note(replayed: Option<OffsetDateTime>) -> Option<String> {
    let at = replayed?;
    let at = at.replace_nanosecond(0).unwrap_or(at);
    let at = at.format(&Rfc3339).unwrap_or_default();
    Some(format!(
        "nothing was sent: this idempotency key was used for the same call at {at}, and this is the answer from then"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_replay_says_that_nothing_was_sent_and_when_it_was() {
        assert_eq!(note(None), None);
        let told = note(Some(datetime!(2026-11-21 08:00:00.5 UTC))).unwrap();
        assert!(
            told.contains("nothing was sent") && told.contains("2026-11-21T08:00:00Z"),
            "{told}"
        );
    }
}

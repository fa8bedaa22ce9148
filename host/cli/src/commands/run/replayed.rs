//! What a person is told when a call was not repeated.

use airlock_runtime::Performed;
use time::format_description::well_known::Rfc3339;

/// A note about an answer that an earlier call under the same idempotency key got.
pub(super) fn note(performed: &Performed) -> Option<String> {
    let at = performed.replayed?;
    let at = at.replace_nanosecond(0).unwrap_or(at);
    let at = at.format(&Rfc3339).unwrap_or_default();
    Some(format!(
        "nothing was sent: this idempotency key was used for the same call at {at}, and this is the answer from then"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use time::macros::datetime;

    #[test]
    fn a_replay_says_that_nothing_was_sent_and_when_it_was() {
        let performed = |replayed| Performed {
            output: Value::Null,
            replayed,
        };
        assert_eq!(note(&performed(None)), None);
        let told = note(&performed(Some(datetime!(2026-11-21 08:00:00.5 UTC)))).unwrap();
        assert!(
            told.contains("nothing was sent") && told.contains("2026-11-21T08:00:00Z"),
            "{told}"
        );
    }
}

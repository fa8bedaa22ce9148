//! This machine's clock: tokens, certificates and runs are judged by it.

use super::finding::Finding;
use time::OffsetDateTime;
use time::macros::datetime;

/// This release was not there before; a clock that says so is wrong.
const RELEASED: OffsetDateTime = datetime!(2026-01-01 00:00 UTC);

/// `latest` is the newest time that the state holds.
pub(super) fn judge(now: OffsetDateTime, latest: Option<OffsetDateTime>) -> Finding {
    let wrong = |what: String| {
        Finding::bad("clock", what)
            .advise("set this machine's clock: tokens and certificates are judged by it")
    };
    let shown = super::super::times::stamp(now);
    if now < RELEASED {
        return wrong(format!("{shown} is before this release was made"));
    }
    // A minute is what machines that share a data folder may differ by.
    match latest {
        Some(latest) if latest > now + time::Duration::minutes(1) => wrong(format!(
            "{shown} is before the last change of the state ({})",
            super::super::times::stamp(latest)
        )),
        _ => Finding::good("clock", shown),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Status;
    use super::*;

    #[test]
    fn a_clock_before_the_release_or_before_the_state_is_wrong() {
        let now = datetime!(2026-06-01 12:00 UTC);
        for (now, latest, status) in [
            (now, None, Status::Good),
            (now, Some(now), Status::Good),
            (now, Some(now + time::Duration::seconds(30)), Status::Good),
            (now, Some(now + time::Duration::hours(1)), Status::Bad),
            (datetime!(1970-01-01 00:00 UTC), None, Status::Bad),
        ] {
            assert_eq!(judge(now, latest).status, status, "{now} {latest:?}");
        }
    }
}

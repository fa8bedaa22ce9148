//! Times as people and programs read them.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// To the second.
pub(super) fn stamp(time: OffsetDateTime) -> String {
    time.replace_nanosecond(0)
        .unwrap_or(time)
        .format(&Rfc3339)
        .unwrap_or_default()
}

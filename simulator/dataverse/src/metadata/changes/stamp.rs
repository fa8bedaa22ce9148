//! `ServerVersionStamp`: up to which version a caller knows the definitions, and since when.
//!
//! Written as the service writes it: `74812162!10/09/2022 22:10:22`.

use http::StatusCode;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Duration, OffsetDateTime, PrimitiveDateTime};

use crate::http::SimError;
use crate::organisation::OrgContext;
use crate::rows::Cell;

const FORMAT: &[BorrowedFormatItem<'_>] =
    format_description!("[month]/[day]/[year] [hour]:[minute]:[second]");
/// Days that a stamp is good for when the organisation does not say otherwise (reference §9.4).
const DAYS: i64 = 90;

/// Days that a stamp is good for: `expiresubscriptionsindays` of the organisation.
///
/// # Errors
/// When the store fails.
pub(super) fn days(context: &OrgContext<'_>) -> Result<i64, SimError> {
    let organisation = context.organisation;
    let id = organisation.identity.organization_id;
    let row = organisation.rows.row(&context.schema, "organization", id)?;
    let mut cells = row.unwrap_or_default().into_iter();
    let found = cells.find_map(|(name, cell)| match cell {
        Cell::Integer(days) if name == "expiresubscriptionsindays" => Some(days),
        _ => None,
    });
    Ok(found.unwrap_or(DAYS))
}

/// A stamp of this schema.
pub(super) struct Stamp;

impl Stamp {
    /// The stamp of an answer.
    pub(super) fn now(version: u64, now: OffsetDateTime) -> String {
        format!("{version}!{}", now.format(FORMAT).unwrap_or_default())
    }

    /// The version that a caller knows, when `current` is the schema's.
    ///
    /// # Errors
    /// 400 for what is no stamp; 400 `0x80044352` for one that is too old, or of a schema that is no more.
    pub(super) fn read(
        text: &str,
        current: u64,
        now: OffsetDateTime,
        days: i64,
    ) -> Result<u64, SimError> {
        let parts = text.split_once('!').and_then(|(version, time)| {
            let time = PrimitiveDateTime::parse(time, FORMAT).ok()?.assume_utc();
            Some((version.parse::<u64>().ok()?, time))
        });
        let Some((version, time)) = parts else {
            return Err(SimError::invalid_argument(format!(
                "The ClientVersionStamp '{text}' is not valid."
            )));
        };
        if version > current || now - time > Duration::days(days) {
            return Err(SimError::new(
                StatusCode::BAD_REQUEST,
                "0x80044352",
                "Version stamp associated with the client has expired. Please perform a full sync.",
            ));
        }
        Ok(version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_stamp_reads_back_until_it_is_too_old() {
        let made = datetime!(2026-08-22 08:10:44 UTC);
        let stamp = Stamp::now(7, made);
        assert_eq!(stamp, "7!08/22/2026 08:10:44");
        let read =
            |current, now| Stamp::read(&stamp, current, now, DAYS).map_err(|error| error.code);
        assert_eq!(read(9, made + Duration::days(90)), Ok(7));
        for (current, now) in [(9, made + Duration::days(91)), (6, made)] {
            assert_eq!(read(current, now).unwrap_err(), "0x80044352");
        }
        for text in ["", "7", "!", "7!yesterday", "-1!08/22/2026 08:10:44"] {
            assert_eq!(
                Stamp::read(text, 9, made, DAYS).unwrap_err().status,
                400,
                "{text}"
            );
        }
    }
}

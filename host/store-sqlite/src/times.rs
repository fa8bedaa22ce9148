//! Times of day as they lie in rows. Store layer, below the tables and the clock that have them.

use airlock_store::StoreError;
use time::OffsetDateTime;

use crate::database::Database;

/// Times of day lie in milliseconds since 1970.
pub(crate) fn milliseconds(time: OffsetDateTime) -> i64 {
    i64::try_from(time.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}

/// The time of day that lies in a row.
pub(crate) fn moment(db: &Database, milliseconds: i64) -> Result<OffsetDateTime, StoreError> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * 1_000_000).map_err(
        |error| StoreError::Damaged {
            store: db.place(),
            detail: error.to_string(),
        },
    )
}

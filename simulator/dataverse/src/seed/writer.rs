//! Writing rows as the seeds like to say them.

use std::borrow::Cow;

use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

use crate::organisation::Caller;
use crate::rows::{Cell, Origin, RowStore, StoreError};
use crate::schema::Schema;

/// Puts rows into a store, on behalf of somebody, at a time.
pub(super) struct Writer<'a> {
    rows: &'a RowStore,
    schema: &'a Schema,
    origin: Origin,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        rows: &'a RowStore,
        schema: &'a Schema,
        owner: Caller,
        now: OffsetDateTime,
    ) -> Self {
        Self {
            rows,
            schema,
            origin: Origin { caller: owner, now },
        }
    }

    /// Whether the organisation has a table.
    pub(super) fn has(&self, table: &str) -> bool {
        self.schema.table(table).is_some()
    }

    /// Inserts rows of a table, cells in the order of the columns.
    pub(super) fn insert(
        &self,
        table: &str,
        columns: &[&str],
        rows: impl IntoIterator<Item = Vec<Cell>>,
    ) -> Result<u64, StoreError> {
        self.rows.bulk_insert(
            self.schema,
            &self.origin,
            table,
            columns,
            &mut rows.into_iter(),
        )
    }

    /// A day so many days from the seed's time.
    pub(super) fn day(&self, offset: i64) -> Cell {
        Cell::Day(self.date(offset))
    }

    /// Nine in the morning, so many days from the seed's time.
    pub(super) fn morning(&self, offset: i64) -> Cell {
        Cell::Moment(self.date(offset).midnight().assume_utc() + Duration::hours(9))
    }

    fn date(&self, offset: i64) -> Date {
        let today = self.origin.now.date();
        today.checked_add(Duration::days(offset)).unwrap_or(today)
    }
}

pub(super) fn text(value: impl Into<String>) -> Cell {
    Cell::Text(value.into())
}

pub(super) fn whole(value: impl Into<i64>) -> Cell {
    Cell::Integer(value.into())
}

/// An amount in whole units.
pub(super) fn money(units: i64) -> Cell {
    Cell::Decimal {
        unscaled: i128::from(units) * 10_000,
        scale: 4,
    }
}

pub(super) fn lookup(table: &'static str, id: Uuid) -> Cell {
    Cell::Lookup {
        table: Cow::Borrowed(table),
        id,
    }
}

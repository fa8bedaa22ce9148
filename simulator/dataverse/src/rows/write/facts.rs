//! What writing a row must know about other rows: currencies and business units.
//!
//! Layer: write. Each fact is read once and remembered for as long as the write lasts.

use std::cell::RefCell;
use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

use crate::rows::storage::decimal::Decimal;
use crate::rows::storage::encoding::{as_guid, guid};
use crate::rows::storage::layout::{Encoding, quoted};
use crate::rows::{Cell, Origin, StoreError};
use crate::schema::Schema;

/// A write's view of the organisation.
pub struct Facts<'a> {
    /// The tables.
    pub schema: &'a Schema,
    /// Who writes, and when.
    pub origin: Origin,
    connection: &'a Connection,
    base_currency: RefCell<Option<Option<Uuid>>>,
    rates: RefCell<HashMap<Uuid, Option<Decimal>>>,
    business_units: RefCell<HashMap<Uuid, Option<Uuid>>>,
}

impl<'a> Facts<'a> {
    /// Facts read through the connection that writes.
    pub fn new(schema: &'a Schema, origin: Origin, connection: &'a Connection) -> Self {
        Self {
            schema,
            origin,
            connection,
            base_currency: RefCell::default(),
            rates: RefCell::default(),
            business_units: RefCell::default(),
        }
    }

    /// The connection that writes.
    pub fn connection(&self) -> &'a Connection {
        self.connection
    }

    /// The organisation's currency: the one that its row names, else the oldest one.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn base_currency(&self) -> Result<Option<Uuid>, StoreError> {
        if let Some(known) = *self.base_currency.borrow() {
            return Ok(known);
        }
        let mut found = None;
        let has = |table: &str, column: &str| {
            self.schema
                .table(table)
                .is_some_and(|table| table.column(column).is_some())
        };
        if has("organization", "basecurrencyid") {
            found = self.id("SELECT \"basecurrencyid\" FROM \"organization\" WHERE \"basecurrencyid\" IS NOT NULL")?;
        }
        if found.is_none() && has("transactioncurrency", "transactioncurrencyid") {
            found = self.id("SELECT \"transactioncurrencyid\" FROM \"transactioncurrency\" ORDER BY \"$version\"")?;
        }
        // None may still come: the first rows of a new organisation are written before its currency.
        if found.is_some() {
            *self.base_currency.borrow_mut() = Some(found);
        }
        Ok(found)
    }

    /// Units of a currency for one of the organisation's.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn exchange_rate(&self, currency: Uuid) -> Result<Option<Decimal>, StoreError> {
        if let Some(known) = self.rates.borrow().get(&currency) {
            return Ok(*known);
        }
        let column = self
            .schema
            .table("transactioncurrency")
            .and_then(|table| table.column("exchangerate"));
        let Some(Encoding::Scaled(scale)) = column.and_then(Encoding::of) else {
            return Ok(None);
        };
        let unscaled: Option<Option<i64>> = self
            .connection
            .prepare_cached("SELECT \"exchangerate\" FROM \"transactioncurrency\" WHERE \"transactioncurrencyid\" = ?")?
            .query_row([guid(currency)], |row| row.get(0))
            .optional()?;
        let rate = unscaled.flatten().map(|unscaled| Decimal {
            unscaled: unscaled.into(),
            scale,
        });
        self.rates.borrow_mut().insert(currency, rate);
        Ok(rate)
    }

    /// The business unit of a user or team.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn business_unit(&self, table: &str, owner: Uuid) -> Result<Option<Uuid>, StoreError> {
        if owner == self.origin.caller.user_id {
            return Ok(Some(self.origin.caller.business_unit_id));
        }
        if let Some(known) = self.business_units.borrow().get(&owner) {
            return Ok(*known);
        }
        let Some(table) = self
            .schema
            .table(table)
            .filter(|table| table.column("businessunitid").is_some())
        else {
            return Ok(None);
        };
        let sql = format!(
            "SELECT \"businessunitid\" FROM {} WHERE {} = ?",
            quoted(&table.logical_name),
            quoted(&table.primary_id)
        );
        let found = self
            .connection
            .prepare_cached(&sql)?
            .query_row([guid(owner)], |row| Ok(as_guid(row.get_ref(0)?)))
            .optional()?
            .flatten();
        self.business_units.borrow_mut().insert(owner, found);
        Ok(found)
    }

    /// The text in a column of a row; `None` for no such row, column or text.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn text(&self, table: &str, id: Uuid, column: &str) -> Result<Option<String>, StoreError> {
        let table = self.schema.table(table);
        let Some((table, column)) = table.and_then(|table| Some((table, table.column(column)?)))
        else {
            return Ok(None);
        };
        if Encoding::of(column) != Some(Encoding::Text) {
            return Ok(None);
        }
        let sql = format!(
            "SELECT {} FROM {} WHERE {} = ?",
            quoted(&column.logical_name),
            quoted(&table.logical_name),
            quoted(&table.primary_id)
        );
        let found = self
            .connection
            .prepare_cached(&sql)?
            .query_row([guid(id)], |row| row.get::<_, Option<String>>(0))
            .optional()?;
        Ok(found.flatten())
    }

    fn id(&self, sql: &str) -> Result<Option<Uuid>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement
            .query_row([], |row| Ok(as_guid(row.get_ref(0)?)))
            .optional()?
            .flatten())
    }
}

impl From<Decimal> for Cell {
    fn from(decimal: Decimal) -> Self {
        Self::Decimal {
            unscaled: decimal.unscaled,
            scale: decimal.scale,
        }
    }
}

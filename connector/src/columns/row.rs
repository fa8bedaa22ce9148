//! A row as a person writes it, turned into the body of a create or an update.
//!
//! A row that was read can be written back: annotations are left out, `_x_value` counts as its
//! lookup. All faults are reported together.

use std::{cell::Cell, future::Future, pin::Pin};

use serde_json::{Map, Value};

use super::{Organisation, choice, date::date, names, scalar::scalar, words::shown};
use crate::{
    by_name::Names,
    tables::{Column, ColumnKind, Columns, DateShape, Freshness, Table},
    webapi::{
        Error, FieldError, RowBody, Transport,
        key::{escape_pointer, lookup_column},
    },
};

/// What the row is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A new row.
    Create,
    /// A row that exists.
    Update,
    /// Either.
    Upsert,
}

impl Purpose {
    fn allows(self, column: &Column) -> bool {
        match self {
            Self::Create => column.creatable,
            Self::Update => column.updatable,
            Self::Upsert => column.creatable || column.updatable,
        }
    }
}

/// Turns `row` into what the wire wants.
///
/// # Errors
/// [`Error::InvalidInput`] with one fault per wrong column, at `pointer/<column>`; otherwise what
/// the service answered to a question about its tables.
pub async fn row<T: Transport>(
    organisation: Organisation<'_, T>,
    table: &Table,
    row: &Map<String, Value>,
    purpose: Purpose,
    pointer: &str,
) -> Result<RowBody, Error> {
    let started = organisation.client.transport().now();
    let stale = Cell::new(false);
    let writer = Writer {
        organisation,
        table,
        purpose,
        freshness: Freshness::Cached,
        stale: &stale,
    };
    match writer.row(row, pointer).await {
        // A column, relationship or option may be younger than what is remembered.
        Err(Error::InvalidInput(_)) if stale.get() => {
            let writer = Writer {
                freshness: Freshness::Since(started),
                ..writer
            };
            writer.row(row, pointer).await
        }
        result => result,
    }
}

/// Writes rows of one table.
pub(super) struct Writer<'a, T> {
    pub(super) organisation: Organisation<'a, T>,
    pub(super) table: &'a Table,
    pub(super) purpose: Purpose,
    pub(super) freshness: Freshness,
    /// Set when something was not found that fresher metadata may have.
    pub(super) stale: &'a Cell<bool>,
}

/// A property and its value on the wire; `None` leaves it out.
pub(super) type Property = Option<(String, Value)>;

impl<T: Transport> Writer<'_, T> {
    pub(super) async fn row(
        &self,
        row: &Map<String, Value>,
        pointer: &str,
    ) -> Result<RowBody, Error> {
        let Organisation { client, catalog } = self.organisation;
        let columns = catalog.columns(client, self.table, self.freshness).await?;
        let mut body = RowBody::new();
        let mut faults = Vec::new();
        let mut taken = Names::default();
        for (name, value) in row {
            let place = format!("{pointer}/{}", escape_pointer(name));
            match self.property(&columns, row, name, value, &place).await {
                Ok(None) => {}
                Ok(Some((property, value))) => {
                    if taken.insert(property.clone()) {
                        body.insert(property, value);
                    } else {
                        faults.push(FieldError::new(
                            place,
                            format!("`{name}` sets {property}, which is set in this row already"),
                        ));
                    }
                }
                Err(Error::InvalidInput(more)) => faults.extend(more),
                Err(error) => return Err(error),
            }
        }
        if faults.is_empty() {
            Ok(body)
        } else {
            Err(Error::InvalidInput(faults))
        }
    }

    /// A row within a row; boxed because rows nest.
    pub(super) fn nested<'b>(
        &'b self,
        table: &'b Table,
        row: &'b Map<String, Value>,
        pointer: &'b str,
    ) -> Pin<Box<dyn Future<Output = Result<RowBody, Error>> + 'b>> {
        Box::pin(async move {
            let writer = Writer {
                organisation: self.organisation,
                table,
                purpose: Purpose::Create,
                freshness: self.freshness,
                stale: self.stale,
            };
            writer.row(row, pointer).await
        })
    }

    async fn property(
        &self,
        columns: &Columns,
        row: &Map<String, Value>,
        name: &str,
        value: &Value,
        place: &str,
    ) -> Result<Property, Error> {
        if let Some((property, annotation)) = name.split_once('@') {
            return match (property, annotation.to_ascii_lowercase().as_str()) {
                ("", "odata.type") => Ok(Some((name.to_owned(), value.clone()))),
                (property, "odata.bind") if !property.is_empty() => {
                    self.bind(property, value, place).await
                }
                // What a read adds for people means nothing in a write.
                (_, qualified) if qualified.contains('.') => Ok(None),
                _ => Err(Error::invalid(
                    place,
                    format!(
                        "`@{annotation}` is no annotation; to point at a row write `{property}@odata.bind`"
                    ),
                )),
            };
        }
        if let Some(column) = columns.get(name) {
            self.check(columns, column, place)?;
            return self.column(column, value, place).await;
        }
        if let Some(column) = lookup_column(name).and_then(|column| columns.get(column))
            && column.kind.is_lookup()
        {
            self.check(columns, column, place)?;
            let told = format!("{name}@Microsoft.Dynamics.CRM.lookuplogicalname");
            return match (row.get(&told), value) {
                (Some(Value::String(table)), Value::String(_)) => {
                    let value = serde_json::json!({"table": table, "id": value});
                    self.lookup(column, &value, place).await
                }
                _ => self.lookup(column, value, place).await,
            };
        }
        if let Some(property) = self.navigation(name, value, place).await? {
            return Ok(property);
        }
        self.stale.set(true);
        Err(Error::invalid(
            place,
            names::unknown_for_write(self.table, columns, name),
        ))
    }

    /// Refuses what the service would refuse or, worse, ignore.
    fn check(&self, columns: &Columns, column: &Column, place: &str) -> Result<(), Error> {
        let name = &column.name;
        let refused = |why: String| Err(Error::invalid(place, why));
        match column
            .part_of
            .as_deref()
            .and_then(|owner| columns.get(owner))
        {
            Some(owner) if !self.purpose.allows(column) || !column.exposed => {
                return refused(format!(
                    "`{name}` only shows what `{}` holds: write that column",
                    owner.name
                ));
            }
            _ => {}
        }
        if column.kind == ColumnKind::File {
            return refused(format!(
                "`{name}` holds a file, which cannot be written with the row"
            ));
        }
        if column.kind == ColumnKind::Parties {
            return refused(format!(
                "`{name}` holds the parties of an activity: write them as a list of rows in `{}_activity_parties`",
                self.table.name
            ));
        }
        if self.purpose.allows(column) && column.exposed {
            return Ok(());
        }
        if column.primary_id {
            return refused(format!(
                "`{name}` is the row's id and cannot be changed: leave it out of the row"
            ));
        }
        refused(match (self.purpose, column.creatable, column.updatable) {
            (Purpose::Update, true, _) => {
                format!("`{name}` can only be set when the row is created")
            }
            (Purpose::Create, _, true) => {
                format!("`{name}` cannot be set when a row is created: update the row afterwards")
            }
            _ => format!("`{name}` is read-only: the service fills it"),
        })
    }

    async fn column(&self, column: &Column, value: &Value, place: &str) -> Result<Property, Error> {
        if column.kind.is_lookup() {
            return self.lookup(column, value, place).await;
        }
        if value.is_null() {
            return Ok(Some((column.name.clone(), Value::Null)));
        }
        let wrong = |message: String| Error::invalid(place, message);
        let value = match &column.kind {
            kind if kind.is_choice() => self.choice(column, value, place).await?,
            ColumnKind::Date => {
                let Organisation { client, catalog } = self.organisation;
                let shapes = catalog.dates(client, self.table, self.freshness).await?;
                let shape = shapes.get(&column.name).copied();
                Value::from(date(value, shape.unwrap_or(DateShape::DateTime)).map_err(wrong)?)
            }
            kind => scalar(kind, value).map_err(wrong)?,
        };
        Ok(Some((column.name.clone(), value)))
    }

    async fn choice(&self, column: &Column, value: &Value, place: &str) -> Result<Value, Error> {
        let wrong = |message: String| Error::invalid(place, message);
        let multiple = column.kind == ColumnKind::Choices;
        let read = match &column.kind {
            ColumnKind::YesNo => match (choice::yes_no(value), value) {
                (Some(flag), _) => return Ok(Value::Bool(flag)),
                // Perhaps the column's own words for yes and no.
                (None, Value::String(_)) => choice::one(value),
                (None, _) => Err(format!("{} is neither yes nor no", shown(value))),
            },
            _ if multiple => choice::many(value),
            _ => choice::one(value),
        };
        let items = match read.map_err(wrong)? {
            choice::Read::Done(value) => return Ok(value),
            choice::Read::Labels(items) => items,
        };
        let Organisation { client, catalog } = self.organisation;
        let options = catalog
            .choices(client, self.table, column, self.freshness)
            .await?;
        let numbers = choice::numbers(&items, &options).map_err(|message| {
            self.stale.set(true);
            Error::invalid(place, message)
        })?;
        Ok(match (&column.kind, numbers.as_slice()) {
            (ColumnKind::YesNo, [number]) => Value::Bool(*number != 0),
            (_, numbers) if multiple => choice::comma_list(numbers),
            (_, [number]) => Value::from(*number),
            _ => Value::Null,
        })
    }
}

#[cfg(test)]
mod tests;

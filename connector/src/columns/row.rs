//! A row as a person writes it, turned into the body of a create or an update.
//!
//! A row that was read can be written back: annotations and its own id are left out, `_x_value`
//! counts as its lookup. All faults are reported together.

use std::{
    cell::{Cell, RefCell},
    future::Future,
    pin::Pin,
    time::Duration,
};

use airlock_connector::{Error, FieldError, Transport, by_name::Names, input::below};
use serde_json::{Map, Value};

use super::{
    Organisation,
    date::date,
    internal, names,
    option::{Unfit, option},
    pairs,
    scalar::scalar,
    words::shown,
};
use crate::{
    tables::{Column, ColumnKind, Columns, DateShape, Freshness, Table},
    webapi::{RowBody, RowId, RowKey, key::lookup_column},
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

/// A row ready for the wire.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Its properties.
    pub body: RowBody,
    /// What its writer should know of how it was read.
    pub notes: Vec<String>,
}

/// Turns `row` into what the wire wants. `key` is the row that it is written to, where that is
/// known.
///
/// # Errors
/// [`Error::InvalidInput`] with one fault per wrong column, at `pointer/<column>`; otherwise what
/// the service answered to a question about its tables.
pub async fn row<T: Transport>(
    organisation: Organisation<'_, T>,
    table: &Table,
    row: &Map<String, Value>,
    (purpose, key): (Purpose, Option<&RowKey>),
    pointer: &str,
) -> Result<Row, Error> {
    let started = organisation.client.transport().now();
    row_since(organisation, table, row, (purpose, key), pointer, started).await
}

/// The same, where what was read at the moment `started` or later is not asked for again: of many rows that
/// name a column which does not exist, one asks.
///
/// # Errors
/// See [`row`](fn@row).
pub async fn row_since<T: Transport>(
    organisation: Organisation<'_, T>,
    table: &Table,
    row: &Map<String, Value>,
    (purpose, key): (Purpose, Option<&RowKey>),
    pointer: &str,
    started: Duration,
) -> Result<Row, Error> {
    let stale = Cell::new(false);
    let notes = RefCell::default();
    let writer = Writer {
        organisation,
        table,
        purpose,
        key,
        freshness: Freshness::Cached,
        stale: &stale,
        notes: &notes,
    };
    let body = match writer.row(row, pointer).await {
        // A column, relationship or option may be younger than what is remembered.
        Err(Error::InvalidInput(_)) if stale.get() => {
            notes.borrow_mut().clear();
            let writer = Writer {
                freshness: Freshness::Since(started),
                ..writer
            };
            writer.row(row, pointer).await?
        }
        result => result?,
    };
    Ok(Row {
        body,
        notes: notes.into_inner(),
    })
}

/// Writes rows of one table.
pub(super) struct Writer<'a, T> {
    pub(super) organisation: Organisation<'a, T>,
    pub(super) table: &'a Table,
    pub(super) purpose: Purpose,
    /// The row that is written to; none where it is a new one.
    pub(super) key: Option<&'a RowKey>,
    pub(super) freshness: Freshness,
    /// Set when something was not found that fresher metadata may have.
    pub(super) stale: &'a Cell<bool>,
    pub(super) notes: &'a RefCell<Vec<String>>,
}

/// The properties on the wire that one of a person's becomes; none leaves it out.
pub(super) type Properties = Vec<(String, Value)>;

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
            let place = below(pointer, name);
            match self.property(&columns, row, name, value, &place).await {
                Ok(properties) => {
                    for (property, value) in properties {
                        // A lookup is cleared by its navigation property and set by a bind.
                        let one = property.split('@').next().unwrap_or(&property);
                        if taken.insert(one.to_owned()) {
                            body.insert(property, value);
                        } else {
                            faults.push(FieldError::new(
                                &place,
                                format!("`{name}` sets {one}, which is set in this row already"),
                            ));
                        }
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
                key: None,
                freshness: self.freshness,
                stale: self.stale,
                notes: self.notes,
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
    ) -> Result<Properties, Error> {
        if let Some((property, annotation)) = name.split_once('@') {
            return match (property, annotation.to_ascii_lowercase().as_str()) {
                ("", "odata.type") => Ok(vec![(name.to_owned(), value.clone())]),
                (property, "odata.bind") if !property.is_empty() => {
                    self.bind(columns, property, value, place).await
                }
                // What a read adds for people means nothing in a write.
                (_, qualified) if qualified.contains('.') => Ok(Vec::new()),
                _ => Err(Error::invalid(
                    place,
                    format!(
                        "`@{annotation}` is no annotation; to point at a row write `{property}@odata.bind`"
                    ),
                )),
            };
        }
        if let Some(lookup) = pairs::of_type(columns, name) {
            pairs::type_alone(row, lookup, value, place)?;
            return Ok(Vec::new());
        }
        if let Some(column) = columns.get(name) {
            if internal::only(&column.name) {
                internal::left_empty(&column.name, value, place)?;
                return Ok(Vec::new());
            }
            if column.primary_id && self.is_own_id(value) {
                return Ok(Vec::new());
            }
            self.check(columns, column, place)?;
            return self.column(column, value, place).await;
        }
        if let Some(column) = lookup_column(name).and_then(|column| columns.get(column))
            && column.kind.is_lookup()
        {
            if pairs::blank(value) {
                return Ok(Vec::new());
            }
            self.check(columns, column, place)?;
            return match (pairs::table(row, &column.name, name), value) {
                (Some(table), Value::String(_)) => {
                    let value = serde_json::json!({"table": table, "id": value});
                    self.lookup(column, &value, place).await
                }
                _ => self.lookup(column, value, place).await,
            };
        }
        if let Some(properties) = self.navigation(columns, name, value, place).await? {
            return Ok(properties);
        }
        self.stale.set(true);
        Err(Error::invalid(
            place,
            names::unknown_by_itself(self.table, columns, name),
        ))
    }

    /// Whether a row that was read brings the id that it is written to.
    fn is_own_id(&self, value: &Value) -> bool {
        let Some(RowKey::Id(own)) = self.key else {
            return false;
        };
        value.as_str().and_then(|text| text.parse::<RowId>().ok()) == Some(*own)
    }

    /// Refuses what the service would refuse or, worse, ignore.
    pub(super) fn check(
        &self,
        columns: &Columns,
        column: &Column,
        place: &str,
    ) -> Result<(), Error> {
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
                "`{name}` holds a file, which is not written with the row: `upload-file` stores one, `delete-file` takes it away"
            ));
        }
        if column.kind == ColumnKind::Parties {
            let parties = format!("{}_activity_parties", self.table.name);
            return refused(match self.purpose {
                Purpose::Update => self.parties_elsewhere(&parties),
                Purpose::Create | Purpose::Upsert => format!(
                    "`{name}` holds the parties of an activity: write them as a list of rows in `{parties}`"
                ),
            });
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
            (Purpose::Create | Purpose::Upsert, ..) if name == "createdon" => {
                "`createdon` is read-only: of a row that was made elsewhere, say when in `overriddencreatedon`".to_owned()
            }
            _ => format!("`{name}` is read-only: the service fills it"),
        })
    }

    async fn column(
        &self,
        column: &Column,
        value: &Value,
        place: &str,
    ) -> Result<Properties, Error> {
        if column.kind.is_lookup() {
            return self.lookup(column, value, place).await;
        }
        // A new row has nothing to empty: what is not given takes the column's default.
        let empties = |value: &Value| value.is_null() && self.purpose == Purpose::Create;
        if empties(value) {
            return Ok(Vec::new());
        }
        if value.is_null() {
            return Ok(vec![(column.name.clone(), Value::Null)]);
        }
        let wrong = |message: String| Error::invalid(place, message);
        let value = match &column.kind {
            kind if kind.is_choice() => self.option(column, value, place).await?,
            ColumnKind::Date => {
                let Organisation { client, catalog } = self.organisation;
                let shapes = catalog.dates(client, self.table, self.freshness).await?;
                let shape = shapes.get(&column.name).copied();
                let date = date(value, shape.unwrap_or(DateShape::DateTime)).map_err(wrong)?;
                if date.assumed {
                    self.notes.borrow_mut().push(format!(
                        "{}: {} names no time zone and was taken as {}",
                        column.name,
                        shown(value),
                        date.text
                    ));
                }
                Value::from(date.text)
            }
            kind => scalar(kind, value).map_err(wrong)?,
        };
        if empties(&value) {
            return Ok(Vec::new());
        }
        self.within(column, &value, place).await?;
        Ok(vec![(column.name.clone(), value)])
    }

    async fn option(&self, column: &Column, value: &Value, place: &str) -> Result<Value, Error> {
        let read = option(self.organisation, self.table, column, value, self.freshness).await;
        read.map_err(|unfit| match unfit {
            Unfit::Wrong { message, stale } => {
                self.stale.set(self.stale.get() | stale);
                Error::invalid(place, message)
            }
            Unfit::Unread(error) => error,
        })
    }
}

#[cfg(test)]
mod tests;

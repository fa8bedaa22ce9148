//! The body of a create or update: columns, lookups to bind, related rows to create.
//!
//! Layer: write, pure: it knows the table and no rows.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::http::SimError;
use crate::rows::Cell;
use crate::rows::storage::draft::position;
use crate::schema::{Column, Navigation, OneToMany, Table};

use super::{coerce, errors};

/// What a body does.
pub enum Purpose {
    /// Makes a row, possibly with related ones.
    Create,
    /// Changes a row; related rows can be bound but not made.
    Update,
}

impl Purpose {
    /// Whether a column takes a value; one that does not is passed over, as the service does.
    fn may_write(&self, column: &Column) -> bool {
        match self {
            Self::Create => column.valid_for_create,
            Self::Update => column.valid_for_update,
        }
    }

    /// Whether the lookup of a relationship takes a value.
    fn may_point(&self, table: &Table, relationship: &OneToMany) -> bool {
        table
            .column(&relationship.referencing_attribute)
            .is_none_or(|column| self.may_write(column))
    }
}

/// A body understood.
#[derive(Default)]
pub struct Payload<'a> {
    /// Cells by column position. Columns that cannot be written are left out, lookups among them.
    pub cells: Vec<(usize, Cell)>,
    /// Lookups to set or clear.
    pub binds: Vec<Bind<'a>>,
    /// Existing rows to relate to the new one.
    pub links: Vec<(&'a Navigation, Vec<String>)>,
    /// New rows that lookups of this row will point at.
    pub parents: Vec<(&'a OneToMany, &'a RawValue)>,
    /// New rows that will be related to this one.
    pub children: Vec<(&'a Navigation, Vec<&'a RawValue>)>,
}

/// A lookup to set or clear.
pub struct Bind<'a> {
    /// The relationship whose navigation property was named.
    pub relationship: &'a OneToMany,
    /// Address of the row, `None` to clear.
    pub address: Option<String>,
}

/// An object's members in order, values unread.
pub struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Members<'a> {
    /// Reads an object.
    ///
    /// # Errors
    /// 400 for no body and for anything but a JSON object.
    pub fn parse(table: &Table, body: &'a [u8]) -> Result<Self, SimError> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Err(errors::no_body(table));
        }
        serde_json::from_slice(body).map_err(|error| errors::not_json(table, error))
    }

    /// The value of a member.
    pub fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0
            .iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| *value)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object<'a>(std::marker::PhantomData<&'a ()>);
        impl<'de: 'a, 'a> Visitor<'de> for Object<'a> {
            type Value = Members<'a>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a JSON object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry::<String, &'de RawValue>()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object(std::marker::PhantomData))
    }
}

impl<'a> Payload<'a> {
    /// Understands the members of a body.
    ///
    /// # Errors
    /// 400 in the service's words for unknown names and unfit values.
    pub fn understand(
        table: &'a Table,
        members: &Members<'a>,
        purpose: &Purpose,
    ) -> Result<Self, SimError> {
        let mut payload = Self::default();
        for (name, value) in &members.0 {
            match name.split_once('@') {
                Some(("", annotation)) => check_annotation(table, annotation)?,
                Some((property, "odata.bind")) => payload.bind(table, property, value, purpose)?,
                Some((property, _)) => {
                    let declared =
                        table.property(property).is_some() || table.navigation(property).is_some();
                    if !declared && members.get(property).is_none() {
                        return Err(errors::undeclared(table, property));
                    }
                }
                None => payload.member(table, name, value, purpose)?,
            }
        }
        Ok(payload)
    }

    fn member(
        &mut self,
        table: &'a Table,
        name: &str,
        value: &'a RawValue,
        purpose: &Purpose,
    ) -> Result<(), SimError> {
        if let Some(index) = table.property_index(name)
            && let Some(column) = table.columns.get(index)
        {
            let writable = purpose.may_write(column)
                || (matches!(purpose, Purpose::Create) && column.logical_name == table.primary_id);
            if column.is_lookup() {
                return Err(errors::lookup_value());
            }
            if writable {
                self.cells
                    .push((index, coerce::cell(table, column, value)?));
            }
            return Ok(());
        }
        let navigation = table
            .navigation(name)
            .ok_or_else(|| errors::unknown_property(table, name))?;
        match (navigation, value.get().as_bytes().first(), purpose) {
            (Navigation::ManyToOne(relationship), Some(b'n' | b'{'), _)
                if !purpose.may_point(table, relationship) => {}
            (Navigation::ManyToOne(relationship), Some(b'n'), _) => {
                self.binds.push(Bind {
                    relationship,
                    address: None,
                });
            }
            (Navigation::ManyToOne(relationship), Some(b'{'), Purpose::Create) => {
                self.parents.push((relationship, value))
            }
            (
                Navigation::OneToMany(_) | Navigation::ManyToMany { .. },
                Some(b'['),
                Purpose::Create,
            ) => {
                let rows = serde_json::from_str(value.get())
                    .map_err(|error| errors::not_json(table, error))?;
                self.children.push((navigation, rows));
            }
            (_, Some(b'{' | b'['), Purpose::Update) => {
                return Err(SimError::bad_url(format!(
                    "Deep update is not supported: the navigation property '{name}' can only be set with '{name}@odata.bind'."
                )));
            }
            _ => return Err(errors::primitive_navigation(table)),
        }
        Ok(())
    }

    fn bind(
        &mut self,
        table: &'a Table,
        property: &str,
        value: &RawValue,
        purpose: &Purpose,
    ) -> Result<(), SimError> {
        let navigation = table
            .navigation(property)
            .ok_or_else(|| errors::undeclared(table, property))?;
        let unread = |error| errors::not_json(table, error);
        match navigation {
            Navigation::ManyToOne(relationship) => {
                let address: Option<String> = serde_json::from_str(value.get()).map_err(unread)?;
                if purpose.may_point(table, relationship) {
                    self.binds.push(Bind {
                        relationship,
                        address: address.filter(|address| !address.is_empty()),
                    });
                }
                Ok(())
            }
            _ if matches!(purpose, Purpose::Update) => Err(SimError::bad_url(format!(
                "The collection '{property}' cannot be bound in an update; add to '{property}/$ref' instead."
            ))),
            collection => {
                let addresses: Vec<String> = serde_json::from_str(value.get()).map_err(unread)?;
                self.links.push((collection, addresses));
                Ok(())
            }
        }
    }

    /// Removes what is written to a column.
    pub fn forget(&mut self, index: usize) {
        self.cells.retain(|(column, _)| *column != index);
    }

    /// Whether the body writes to a column, by value or by lookup.
    pub fn writes(&self, table: &Table, index: usize) -> bool {
        let by_lookup = |relationship: &OneToMany| {
            position(table, &relationship.referencing_attribute) == Some(index)
        };
        self.cells.iter().any(|(column, _)| *column == index)
            || self.binds.iter().any(|bind| by_lookup(bind.relationship))
            || self
                .parents
                .iter()
                .any(|(relationship, _)| by_lookup(relationship))
    }
}

fn check_annotation(table: &Table, name: &str) -> Result<(), SimError> {
    let inner = name
        .get(1..name.len().saturating_sub(1))
        .unwrap_or_default();
    if inner.contains('.') {
        Ok(())
    } else {
        Err(errors::bad_annotation(table, name))
    }
}

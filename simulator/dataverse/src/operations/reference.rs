//! Rows that parameters name: by `@odata.id`, or by `@odata.type` and key property.
//!
//! Layer: operations (reference §6.1).

use serde_json::value::RawValue;
use uuid::Uuid;

use crate::http::SimError;
use crate::query::parse::NAMESPACE;
use crate::rows::Cell;
use crate::rows::key::RowKey;
use crate::rows::write::reference::resolve;
use crate::schema::Table;

use super::Call;
use super::arguments::{Members, members, payload};
use super::declaration::ValueType;

/// An existing row.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    /// Its table.
    pub table: &'a Table,
    /// Its id.
    pub id: Uuid,
}

impl Target<'_> {
    /// The row as a lookup holds it.
    pub fn cell(&self) -> Cell {
        Cell::Lookup {
            table: self.table.logical_name.clone().into(),
            id: self.id,
        }
    }

    /// Whether the row belongs to a table.
    pub fn is(&self, logical_name: &str) -> bool {
        self.table.logical_name == logical_name
    }
}

/// `EdmEntityObject` is the service's own word for a row in a body.
fn no_key() -> SimError {
    SimError::bad_url("EdmEntityObject passed should have the key property value set.")
}

impl<'a> Call<'a> {
    /// The existing row that a parameter names.
    ///
    /// # Errors
    /// 400 when it names none or one of the wrong table, 404 when there is no such row.
    pub fn target(&self, parameter: &str) -> Result<Target<'a>, SimError> {
        let value = self.arguments.required(parameter)?;
        self.named(value, self.declared(parameter))
    }

    /// The existing row that an optional parameter names.
    ///
    /// # Errors
    /// As [`Call::target`].
    pub fn optional_target(&self, parameter: &str) -> Result<Option<Target<'a>>, SimError> {
        let declared = self.declared(parameter);
        let value = self.arguments.raw(parameter);
        value.map(|value| self.named(value, declared)).transpose()
    }

    /// The existing rows that the elements of a parameter name.
    ///
    /// # Errors
    /// As [`Call::target`].
    pub fn targets(&self, parameter: &str) -> Result<Vec<Target<'a>>, SimError> {
        self.arguments.required(parameter)?;
        let elements = self.arguments.elements(parameter)?;
        let declared = self.declared(parameter);
        elements
            .iter()
            .map(|value| self.named(value, declared))
            .collect()
    }

    fn declared(&self, parameter: &str) -> Option<&'a ValueType> {
        self.operation
            .parameter(parameter)
            .map(|parameter| &parameter.of)
    }

    /// The existing row that an object names.
    ///
    /// # Errors
    /// As [`Call::target`].
    pub fn named(
        &self,
        value: &RawValue,
        declared: Option<&ValueType>,
    ) -> Result<Target<'a>, SimError> {
        let members = members(value)?;
        let database = self.context.organisation.rows.database();
        if let Some(address) = text(&members, "@odata.id") {
            let schema = &self.context.schema;
            let (table, id) = database.read(|connection| resolve(schema, connection, &address))?;
            self.check_type(table, declared)?;
            return Ok(Target { table, id });
        }
        let table = self.table_of(&members, declared)?;
        let id = key(table, &members).ok_or_else(no_key)?;
        let found = database.read(|connection| RowKey::Id(id).find(connection, table))?;
        match found {
            Some(id) => Ok(Target { table, id }),
            None => Err(SimError::row_not_found(&table.logical_name, id)),
        }
    }

    /// The table of an object by its `@odata.type`, or by the declaration when that is about one table.
    ///
    /// # Errors
    /// 400 when neither tells, or both disagree.
    pub fn table_of(
        &self,
        members: &Members,
        declared: Option<&ValueType>,
    ) -> Result<&'a Table, SimError> {
        let table = match (text(members, "@odata.type"), declared) {
            (Some(name), _) => {
                let bare = type_name(&name);
                self.context.schema.table(bare).ok_or_else(|| {
                    payload(format_args!(
                        "A type named '{name}' could not be resolved by the model. When a model is available, each type name must resolve to a valid type."
                    ))
                })?
            }
            (None, Some(ValueType::Entity(name))) => {
                self.context.schema.table(name).ok_or_else(no_key)?
            }
            (None, _) => return Err(no_key()),
        };
        self.check_type(table, declared)?;
        Ok(table)
    }

    fn check_type(&self, table: &Table, declared: Option<&ValueType>) -> Result<(), SimError> {
        let Some(ValueType::Entity(expected)) = declared else {
            return Ok(());
        };
        if table.is_a(expected) {
            return Ok(());
        }
        Err(payload(format_args!(
            "A resource with type '{NAMESPACE}{}' was found, but it is not assignable to the expected type '{NAMESPACE}{expected}'.",
            table.logical_name
        )))
    }
}

/// The logical name in `#Microsoft.Dynamics.CRM.account`, in every spelling.
pub(super) fn type_name(name: &str) -> &str {
    let name = name.strip_prefix('#').unwrap_or(name);
    name.strip_prefix(NAMESPACE)
        .or_else(|| name.strip_prefix("mscrm."))
        .unwrap_or(name)
}

/// The primary id in an object; users and teams also go by `ownerid`.
pub(super) fn key(table: &Table, members: &Members) -> Option<Uuid> {
    let named = |name: &str| Uuid::try_parse(&text(members, name)?).ok();
    named(&table.primary_id)
        .or_else(|| table.is_principal.then(|| named("ownerid")).flatten())
        .filter(|id| !id.is_nil())
}

/// The text of a member.
pub(super) fn text(members: &Members, name: &str) -> Option<String> {
    serde_json::from_str(members.get(name)?.get()).ok()
}

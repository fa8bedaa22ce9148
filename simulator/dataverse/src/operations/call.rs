//! A call as the code of an operation sees it.
//!
//! Layer: operations (reference §6.1).

use uuid::Uuid;

use crate::http::{ODataRequest, SimError};
use crate::organisation::OrgContext;
use crate::schema::Table;

use super::arguments::Arguments;
use super::declaration::Declaration;

/// What a call is made on.
#[derive(Clone, Copy)]
pub enum Bound<'a> {
    /// Nothing.
    Nothing,
    /// An existing row.
    Row {
        /// Its table.
        table: &'a Table,
        /// Its id.
        id: Uuid,
    },
    /// All rows of a table.
    Set(&'a Table),
}

/// A call, understood.
pub struct Call<'a> {
    /// Who calls, where and when.
    pub context: &'a OrgContext<'a>,
    /// The request.
    pub request: &'a ODataRequest,
    /// What is called.
    pub operation: &'a Declaration,
    /// What it is called on.
    pub bound: Bound<'a>,
    /// What it is given.
    pub arguments: Arguments,
}

impl<'a> Call<'a> {
    /// The row that the call is made on.
    ///
    /// # Errors
    /// When the operation is not declared as bound to a row.
    pub fn row(&self) -> Result<(&'a Table, Uuid), SimError> {
        match self.bound {
            Bound::Row { table, id } => Ok((table, id)),
            Bound::Nothing | Bound::Set(_) => Err(SimError::unresolved_parameters()),
        }
    }

    /// The table on whose rows the call is made.
    ///
    /// # Errors
    /// When the operation is not declared as bound to an entity set.
    pub fn set(&self) -> Result<&'a Table, SimError> {
        match self.bound {
            Bound::Set(table) => Ok(table),
            Bound::Nothing | Bound::Row { .. } => Err(SimError::unresolved_parameters()),
        }
    }
}

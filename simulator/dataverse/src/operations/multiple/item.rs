//! One element of `Targets`.
//!
//! Layer: operations, pure.

use std::collections::HashSet;

use bytes::Bytes;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::http::SimError;
use crate::operations::Call;
use crate::operations::arguments::{members, payload};
use crate::operations::reference::{key, text, type_name};
use crate::rows::write::reference::relative;
use crate::schema::Table;

/// One row of the request.
pub(super) struct Item {
    /// The primary id, when it is given.
    pub id: Option<Uuid>,
    /// `@odata.id`, relative to the service root.
    reference: Option<String>,
    partition: Option<String>,
    body: Box<RawValue>,
}

/// The elements of `Targets`, each of the table that the call is made on.
///
/// # Errors
/// 400 for none, for one without a type and for one of another table.
pub(super) fn items(call: &Call<'_>, table: &Table) -> Result<Vec<Item>, SimError> {
    let elements = call.arguments.elements("Targets")?;
    if elements.is_empty() {
        return Err(SimError::invalid_argument(
            "Required field 'Targets' is missing",
        ));
    }
    elements
        .into_iter()
        .map(|body| {
            let members = members(&body)?;
            let name = text(&members, "@odata.type").ok_or_else(untyped)?;
            if type_name(&name) != table.logical_name {
                return Err(SimError::invalid_argument(format!(
                    "The entity type '{}' of an item in Targets doesn't match the entity type '{}' of the request.",
                    type_name(&name),
                    table.logical_name
                )));
            }
            Ok(Item {
                id: key(table, &members),
                reference: text(&members, "@odata.id").map(|address| relative(&address).to_owned()),
                partition: text(&members, "partitionid").filter(|_| table.is_elastic),
                body,
            })
        })
        .collect()
}

impl Item {
    /// The row as JSON.
    pub(super) fn body(&self) -> Bytes {
        Bytes::copy_from_slice(self.body.get().as_bytes())
    }

    /// Where the row is, `None` when nothing tells.
    pub(super) fn address(&self, table: &Table) -> Option<String> {
        if let Some(reference) = &self.reference {
            return Some(reference.clone());
        }
        let id = self.id?;
        let set = &table.entity_set_name;
        Some(match &self.partition {
            None => format!("{set}({id})"),
            Some(partition) => {
                let query = form_urlencoded::Serializer::new(String::new())
                    .append_pair("partitionId", partition)
                    .finish();
                format!("{set}({id})?{query}")
            }
        })
    }
}

/// Refuses to write a row twice in one request.
///
/// # Errors
/// 400 `0x80040203`.
pub(super) fn refuse_repetition(items: &[Item]) -> Result<(), SimError> {
    let mut seen = HashSet::new();
    let repeated = items
        .iter()
        .filter_map(|item| item.id.map(|id| (id, item.partition.as_deref())))
        .find(|key| !seen.insert(*key));
    match repeated {
        None => Ok(()),
        Some((id, _)) => Err(SimError::invalid_argument(format!(
            "The record with Id = {id} occurs more than once in Targets."
        ))),
    }
}

/// An item that names no row.
pub(super) fn no_id() -> SimError {
    SimError::invalid_argument("Entity Id must be specified for this operation.")
}

/// The OData library's answer to a row of an abstract type.
fn untyped() -> SimError {
    payload(
        "A resource without a type name was found, but no expected type was specified. To allow entries without type \
         information, the expected type must also be specified when the model is specified.",
    )
}

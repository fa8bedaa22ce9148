//! What templates can name: parameters, the row that the operation is bound to, the caller, rows made by earlier steps.
//!
//! Layer: operations.

use serde_json::{Map, Value, json};

use crate::http::SimError;
use crate::operations::{Bound, Call};
use crate::rows::storage::moment::write_moment;

use super::path::Path;

/// Names that are not free for parameters and new rows.
pub(super) const RESERVED: [&str; 5] = ["id", "row", "caller", "organization", "now"];

/// Names with their values.
pub(super) struct Scope {
    values: Map<String, Value>,
}

impl Scope {
    /// What is known when a call begins. The row it is made on is read only when `needs_row`; parameters among `references`
    /// have to name rows that exist.
    pub(super) fn of(
        call: &Call<'_>,
        needs_row: bool,
        references: &[String],
    ) -> Result<Self, SimError> {
        let mut values = Map::new();
        for parameter in &call.operation.parameters {
            let Some(raw) = call.arguments.raw(&parameter.name) else {
                continue;
            };
            let mut value: Value = serde_json::from_str(raw.get()).map_err(SimError::unexpected)?;
            if references.iter().any(|name| *name == parameter.name) {
                let target = call.target(&parameter.name)?;
                let table = target.table;
                let address = format!("{}({})", table.entity_set_name, target.id);
                value = json!({ "id": target.id, "table": table.logical_name, "address": address });
            }
            values.insert(parameter.name.to_string(), value);
        }
        let caller = call.context.caller;
        let about = json!({ "id": caller.user_id, "businessunit": caller.business_unit_id });
        values.insert("caller".to_owned(), about);
        let organisation = call.context.organisation.identity.organization_id;
        values.insert("organization".to_owned(), json!({ "id": organisation }));
        values.insert("now".to_owned(), now(call));
        if let Bound::Row { table, id } = call.bound {
            values.insert("id".to_owned(), json!(id));
            if needs_row {
                let row = call.read(table, id, "")?;
                let row = serde_json::to_value(row).map_err(SimError::unexpected)?;
                values.insert("row".to_owned(), row);
            }
        }
        Ok(Self { values })
    }

    /// Adds a name.
    pub(super) fn put(&mut self, name: &str, value: Value) {
        self.values.insert(name.to_owned(), value);
    }

    /// The value at a path.
    pub(super) fn find(&self, path: &Path) -> Option<&Value> {
        let (first, rest) = path.0.split_first()?;
        rest.iter()
            .try_fold(self.values.get(first)?, |value, part| value.get(part))
    }
}

/// The time of the call as the service writes moments.
fn now(call: &Call<'_>) -> Value {
    let mut text = Vec::new();
    write_moment(&mut text, call.context.now.unix_timestamp());
    String::from_utf8_lossy(&text).into_owned().into()
}

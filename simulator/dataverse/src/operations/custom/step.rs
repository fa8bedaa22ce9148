//! What a custom operation does to rows, step by step; all of it or nothing, as an action's work always is.
//!
//! Layer: operations. Steps write through the data API as the caller, so that its rules hold for them too.

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::http::SimError;
use crate::operations::Call;

use super::condition::Condition;
use super::scope::Scope;
use super::template::{Template, text_of};

/// A step, ready to be taken.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub when: Option<Condition>,
    pub does: Deed,
}

/// What a step does.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    Create {
        table: String,
        values: Template,
        name: Option<String>,
    },
    Update {
        table: String,
        id: Template,
        values: Template,
    },
    Delete {
        table: String,
        id: Template,
    },
    Refuse {
        status: StatusCode,
        code: String,
        message: Template,
    },
}

impl Step {
    /// Takes the step, when its condition holds.
    pub(super) fn take(&self, call: &Call<'_>, scope: &mut Scope) -> Result<(), SimError> {
        if let Some(when) = &self.when
            && !when.holds(scope)
        {
            return Ok(());
        }
        match &self.does {
            Deed::Create {
                table,
                values,
                name,
            } => {
                let id = call.create(call.table(table)?, body(values, scope))?;
                if let Some(name) = name {
                    scope.put(name, json!({ "id": id }));
                }
                Ok(())
            }
            Deed::Update { table, id, values } => {
                let id = row(id, scope, table)?;
                call.change(call.table(table)?, id, body(values, scope))
            }
            Deed::Delete { table, id } => {
                let id = row(id, scope, table)?;
                call.remove(call.table(table)?, id)
            }
            Deed::Refuse {
                status,
                code,
                message,
            } => {
                let mut error = SimError::new(*status, "", message.fill_text(scope, |text| text));
                error.code = code.clone().into();
                Err(error)
            }
        }
    }

    /// The templates in it.
    pub(super) fn templates(&self) -> Vec<&Template> {
        let mut templates = match &self.does {
            Deed::Create { values, .. } => vec![values],
            Deed::Update { id, values, .. } => vec![id, values],
            Deed::Delete { id, .. } => vec![id],
            Deed::Refuse { message, .. } => vec![message],
        };
        templates.extend(self.when.iter().flat_map(Condition::templates));
        templates
    }
}

fn body(values: &Template, scope: &Scope) -> Bytes {
    Bytes::from(values.fill(scope).unwrap_or_else(|| json!({})).to_string())
}

/// The id that a template gives.
pub(super) fn row(id: &Template, scope: &Scope, table: &str) -> Result<Uuid, SimError> {
    let value = id.fill(scope).unwrap_or(Value::Null);
    let text = text_of(&value);
    Uuid::try_parse(text.trim()).map_err(|_| {
        SimError::invalid_argument(format!(
            "'{text}' is no id of a row of the table '{table}'."
        ))
    })
}

//! IsValidStateTransition: whether a row may go into a state.
//!
//! Layer: operations.

use serde_json::json;

use crate::http::SimError;
use crate::operations::declaration::{ANY, Parameter, ValueType};
use crate::operations::operation::Operation;
use crate::operations::{Answer, Call};
use crate::rows::write::state::settle;
use crate::schema::{ColumnKind, OptionDetail, Table};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::function("IsValidStateTransition", is_valid)
            .takes("Entity", ANY)
            .takes("NewState", ValueType::String)
            .takes("NewStatus", ValueType::Int32)
            .gives(vec![Parameter::one("IsValid", ValueType::Boolean)]),
    ]
}

fn is_valid(call: &Call<'_>) -> Result<Answer, SimError> {
    let row = call.target("Entity")?;
    let state = call.arguments.required_text("NewState")?;
    let status = call.arguments.integer("NewStatus");
    let is_valid = number(row.table, &state)
        .is_some_and(|state| settle(row.table, row.id, Some(state), status).is_ok());
    Ok(Answer::Members(json!({ "IsValid": is_valid })))
}

/// The number of a state by its invariant name.
fn number(table: &Table, name: &str) -> Option<i32> {
    let options = table.columns.iter().find_map(|column| match &column.kind {
        ColumnKind::State { options, .. } => Some(options),
        _ => None,
    })?;
    let named = options.options.iter().find(|option| match &option.detail {
        OptionDetail::State { invariant_name, .. } => invariant_name == name,
        _ => false,
    });
    named.map(|option| option.value)
}

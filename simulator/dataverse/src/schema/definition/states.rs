//! `statecode` and `statuscode` from a table's states.

use std::sync::Arc;

use super::columns::plain;
use super::file::StateDefinition;
use super::{DefinitionError, TableDefinition};
use crate::schema::{
    ChoiceOption, Column, ColumnKind, Facts, Label, OptionDetail, OptionSet, RequiredLevel,
};

pub(super) fn columns(definition: &TableDefinition) -> Result<Vec<Column>, DefinitionError> {
    let Some(first) = definition.states.first() else {
        return Ok(Vec::new());
    };
    let table = definition.logical_name();
    let (state_label, reason_label) = definition
        .state_labels
        .clone()
        .unwrap_or_else(|| ("Status".into(), "Status Reason".into()));
    let mut states = Vec::new();
    let mut reasons = Vec::new();
    for state in &definition.states {
        let own = reasons_of(&table, state)?;
        let default_status = own.first().map_or(-1, |reason| reason.value);
        states.push(ChoiceOption {
            value: state.value,
            label: Label::new(&state.label),
            color: None,
            description: Label::empty(),
            external_value: None,
            parent_values: Vec::new(),
            is_custom: false,
            detail: OptionDetail::State {
                invariant_name: state.label.clone(),
                default_status,
            },
        });
        reasons.extend(own);
    }
    let set = |column: &str, label: &str, options| {
        let name = format!("{table}_{column}");
        Arc::new(OptionSet {
            name,
            display_name: Label::new(label),
            is_global: false,
            options,
            description: Label::empty(),
            is_custom: false,
            facts: Facts::default(),
        })
    };
    let state = ColumnKind::State {
        options: set("statecode", &state_label, states),
        default: first.value,
    };
    let reason = ColumnKind::Status {
        options: set("statuscode", &reason_label, reasons),
    };
    Ok(vec![
        Column {
            required: RequiredLevel::System,
            valid_for_create: definition.state_on_create,
            ..plain("StateCode", &state_label, state)
        },
        plain("StatusCode", &reason_label, reason),
    ])
}

fn reasons_of(table: &str, state: &StateDefinition) -> Result<Vec<ChoiceOption>, DefinitionError> {
    let parse = |(value, label): (&String, &String)| {
        let value = value.parse().map_err(|_| DefinitionError::Column {
            table: table.to_owned(),
            column: "StatusCode".to_owned(),
            message: format!("`{value}` is no status value"),
        })?;
        let detail = OptionDetail::Status { state: state.value };
        Ok(ChoiceOption {
            value,
            label: Label::new(label),
            color: None,
            description: Label::empty(),
            external_value: None,
            parent_values: Vec::new(),
            is_custom: false,
            detail,
        })
    };
    state.reasons.iter().map(parse).collect()
}

//! `OptionSetMetadata` and `BooleanOptionSetMetadata`.

use serde_json::{Map, Value, json};

use super::parts::{introduced, label, managed, members};
use crate::schema::{ChoiceOption, Column, ColumnKind, Label, OptionDetail, OptionSet, TableParts};

pub(in crate::metadata) fn fill(document: &mut Map<String, Value>, options: &OptionSet) {
    let kind = match options.options.first().map(|option| &option.detail) {
        Some(OptionDetail::State { .. }) => "State",
        Some(OptionDetail::Status { .. }) => "Status",
        _ => "Picklist",
    };
    let head = Head {
        name: &options.name,
        display_name: &options.display_name,
        description: &options.description,
        is_global: options.is_global,
        is_custom: options.is_custom,
        kind,
    };
    fill_head(document, &head);
    members!(document, {
        "ParentOptionSetName": Value::Null,
        "Options": options.options.iter().map(option).collect::<Vec<_>>(),
    });
}

pub(in crate::metadata) fn fill_yes_no(
    document: &mut Map<String, Value>,
    table: &TableParts,
    column: &Column,
) {
    let ColumnKind::Boolean {
        true_label,
        false_label,
        ..
    } = &column.kind
    else {
        return;
    };
    let name = format!("{}_{}", table.logical_name, column.logical_name);
    let head = Head {
        name: &name,
        display_name: &column.display_name,
        description: &column.description,
        is_global: false,
        is_custom: column.is_custom,
        kind: "Boolean",
    };
    fill_head(document, &head);
    let option = |value, label: &Label| {
        plain(&ChoiceOption {
            value,
            label: label.clone(),
            color: None,
            detail: OptionDetail::Plain,
            description: Label::empty(),
            external_value: None,
            parent_values: Vec::new(),
            is_custom: column.is_custom,
        })
    };
    members!(document, {
        "TrueOption": option(1, true_label),
        "FalseOption": option(0, false_label),
    });
}

/// What every set of options says of itself.
struct Head<'a> {
    name: &'a str,
    display_name: &'a Label,
    description: &'a Label,
    is_global: bool,
    is_custom: bool,
    kind: &'static str,
}

fn fill_head(document: &mut Map<String, Value>, head: &Head<'_>) {
    members!(document, {
        "Name": head.name,
        "DisplayName": label(head.display_name, !head.is_custom),
        "Description": label(head.description, !head.is_custom),
        "IsGlobal": head.is_global,
        "IsCustomOptionSet": head.is_custom,
        "IsManaged": !head.is_custom,
        "IsCustomizable": managed(true, true, "iscustomizable"),
        "OptionSetType": head.kind,
        "ExternalTypeName": Value::Null,
        "IntroducedVersion": introduced(head.is_custom),
    });
}

fn option(option: &ChoiceOption) -> Value {
    let mut value = plain(option);
    match &option.detail {
        OptionDetail::Plain => {}
        OptionDetail::State {
            invariant_name,
            default_status,
        } => extend(
            &mut value,
            json!({
                "@odata.type": "#Microsoft.Dynamics.CRM.StateOptionMetadata",
                "DefaultStatus": default_status, "InvariantName": invariant_name,
            }),
        ),
        OptionDetail::Status { state } => extend(
            &mut value,
            json!({
                "@odata.type": "#Microsoft.Dynamics.CRM.StatusOptionMetadata",
                "State": state, "TransitionData": null,
            }),
        ),
    }
    value
}

fn extend(value: &mut Value, more: Value) {
    if let (Value::Object(value), Value::Object(more)) = (value, more) {
        let own = std::mem::take(value);
        value.extend(more);
        value.extend(own);
    }
}

fn plain(option: &ChoiceOption) -> Value {
    json!({
        "Value": option.value, "Color": option.color, "IsManaged": !option.is_custom,
        "ExternalValue": option.external_value,
        "ParentValues": option.parent_values, "Tag": null, "IsHidden": false, "MetadataId": null, "HasChanged": null,
        "Label": label(&option.label, !option.is_custom),
        "Description": label(&option.description, !option.is_custom),
    })
}

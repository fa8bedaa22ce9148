//! `OptionSetMetadata` and `BooleanOptionSetMetadata`.

use serde_json::{Map, Value, json};

use super::parts::{label, managed, members};
use crate::schema::{ChoiceOption, Column, ColumnKind, Label, OptionDetail, OptionSet, Table};

pub(in crate::metadata) fn fill(document: &mut Map<String, Value>, options: &OptionSet) {
    let kind = match options.options.first().map(|option| &option.detail) {
        Some(OptionDetail::State { .. }) => "State",
        Some(OptionDetail::Status { .. }) => "Status",
        _ => "Picklist",
    };
    fill_head(
        document,
        &options.name,
        &options.display_name,
        options.is_global,
        kind,
    );
    members!(document, {
        "ParentOptionSetName": Value::Null,
        "Options": options.options.iter().map(option).collect::<Vec<_>>(),
    });
}

pub(in crate::metadata) fn fill_yes_no(
    document: &mut Map<String, Value>,
    table: &Table,
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
    fill_head(document, &name, &column.display_name, false, "Boolean");
    members!(document, {
        "TrueOption": plain(1, true_label, None),
        "FalseOption": plain(0, false_label, None),
    });
}

fn fill_head(
    document: &mut Map<String, Value>,
    name: &str,
    display_name: &Label,
    is_global: bool,
    kind: &str,
) {
    members!(document, {
        "Name": name,
        "DisplayName": label(display_name),
        "Description": label(&Label::empty()),
        "IsGlobal": is_global,
        "IsCustomOptionSet": false,
        "IsManaged": true,
        "IsCustomizable": managed(true, true, "iscustomizable"),
        "OptionSetType": kind,
        "ExternalTypeName": Value::Null,
        "IntroducedVersion": "5.0.0.0",
    });
}

fn option(option: &ChoiceOption) -> Value {
    let mut value = plain(option.value, &option.label, option.color.as_deref());
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

fn plain(value: i32, text: &Label, color: Option<&str>) -> Value {
    json!({
        "Value": value, "Color": color, "IsManaged": true, "ExternalValue": null,
        "ParentValues": Vec::<Value>::new(), "Tag": null, "IsHidden": false, "MetadataId": null, "HasChanged": null,
        "Label": label(text), "Description": label(&Label::empty()),
    })
}

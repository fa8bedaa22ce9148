//! The actions on single options: insert, update, delete, order, and the two for states.

use std::sync::Arc;

use super::body::Body;
use super::{choice, errors, option};
use crate::http::SimError;
use crate::schema::{ChoiceOption, ColumnKind, OptionDetail, OptionSet, SchemaParts};

/// Which set an action is about.
enum Place<'a> {
    Global(&'a str),
    Column { table: &'a str, column: &'a str },
}

impl<'a> Place<'a> {
    fn of(body: Body<'a>) -> Result<Self, SimError> {
        let global = body.text("OptionSetName")?.filter(|name| !name.is_empty());
        match global {
            Some(name) => Ok(Self::Global(name)),
            None => Ok(Self::Column {
                table: body.needed_text("EntityLogicalName")?,
                column: body.needed_text("AttributeLogicalName")?,
            }),
        }
    }

    fn name(&self) -> &'a str {
        match self {
            Self::Global(name) => name,
            Self::Column { column, .. } => column,
        }
    }
}

/// Changes the set at a place, and with it a global one wherever it is used.
fn change<T>(
    parts: &mut SchemaParts,
    place: &Place<'_>,
    change: impl FnOnce(&mut OptionSet) -> Result<T, SimError>,
) -> Result<T, SimError> {
    let (table, column) = match place {
        Place::Global(name) => return choice::change(parts, name, change),
        Place::Column { table, column } => (*table, *column),
    };
    let kind = column_kind(parts, table, column)?;
    let (ColumnKind::Choice { options, .. }
    | ColumnKind::MultiChoice { options }
    | ColumnKind::State { options, .. }
    | ColumnKind::Status { options }) = kind
    else {
        return Err(errors::options_not_allowed());
    };
    if options.is_global {
        let name = options.name.clone();
        return choice::change(parts, &name, change);
    }
    change(Arc::make_mut(options))
}

fn column_kind<'p>(
    parts: &'p mut SchemaParts,
    table: &str,
    column: &str,
) -> Result<&'p mut ColumnKind, SimError> {
    let place = parts
        .table_mut(table)
        .ok_or_else(|| errors::no_table(table))?;
    let found = place
        .columns
        .iter_mut()
        .find(|candidate| candidate.logical_name == column);
    found
        .map(|column| &mut column.kind)
        .ok_or_else(|| errors::no_column(column))
}

/// `InsertOptionValue`. Returns the value.
pub(super) fn insert(parts: &mut SchemaParts, body: Body<'_>) -> Result<i32, SimError> {
    let given = option::value(body, "Value")?;
    change(parts, &Place::of(body)?, |set| {
        if !set
            .options
            .iter()
            .all(|option| option.detail == OptionDetail::Plain)
        {
            return Err(errors::options_not_allowed());
        }
        add(set, given, body, OptionDetail::Plain)
    })
}

/// `InsertStatusValue`: a reason for a state of the same table. Returns the value.
pub(super) fn insert_status(parts: &mut SchemaParts, body: Body<'_>) -> Result<i32, SimError> {
    let given = option::value(body, "Value")?;
    let state = option::value(body, "StateCode")?.ok_or_else(|| errors::missing("StateCode"))?;
    let place = match Place::of(body)? {
        Place::Global(_) => return Err(errors::options_not_allowed()),
        place => place,
    };
    if let Place::Column { table, .. } = &place {
        if parts.table(table).is_none() {
            return Err(errors::no_table(table));
        }
        match column_kind(parts, table, "statecode") {
            Ok(ColumnKind::State { options, .. }) if options.option(state).is_some() => {}
            _ => return Err(errors::no_such_state()),
        }
    }
    change(parts, &place, |set| {
        add(set, given, body, OptionDetail::Status { state })
    })
}

fn add(
    set: &mut OptionSet,
    given: Option<i32>,
    body: Body<'_>,
    detail: OptionDetail,
) -> Result<i32, SimError> {
    let value = given.unwrap_or_else(|| option::free_value(&set.options));
    if set.option(value).is_some() {
        return Err(errors::value_is_taken());
    }
    set.options.push(ChoiceOption {
        value,
        label: body
            .label("Label")?
            .ok_or_else(|| errors::missing("Label"))?,
        color: body.text("Color")?.map(str::to_owned),
        detail,
        description: body.label("Description")?.unwrap_or_default(),
        external_value: option::external_value(body)?,
        parent_values: option::parent_values(body)?.unwrap_or_default(),
        is_custom: true,
    });
    Ok(value)
}

/// `UpdateOptionValue` and `UpdateStateValue`.
pub(super) fn update(parts: &mut SchemaParts, body: Body<'_>) -> Result<(), SimError> {
    let value = option::value(body, "Value")?.ok_or_else(|| errors::missing("Value"))?;
    let merge = body.flag("MergeLabels")?.unwrap_or_default();
    let place = Place::of(body)?;
    if let Place::Column { table, column } = &place
        && let ColumnKind::Boolean {
            true_label,
            false_label,
            ..
        } = column_kind(parts, table, column)?
    {
        let label = match value {
            1 => true_label,
            0 => false_label,
            _ => return Err(errors::no_such_value(value.into(), column)),
        };
        return super::set_label(label, body, "Label", merge);
    }
    change(parts, &place, |set| {
        let option = set.options.iter_mut().find(|option| option.value == value);
        let option = option.ok_or_else(|| errors::no_such_value(value.into(), place.name()))?;
        super::set_label(&mut option.label, body, "Label", merge)?;
        super::set_label(&mut option.description, body, "Description", merge)?;
        if let Some(color) = body.text("Color")? {
            option.color = Some(color.to_owned()).filter(|color| !color.is_empty());
        }
        if let Some(external) = option::external_value(body)? {
            option.external_value = Some(external);
        }
        if let Some(values) = option::parent_values(body)? {
            option.parent_values = values;
        }
        if let OptionDetail::State { default_status, .. } = &mut option.detail
            && let Some(status) = option::value(body, "DefaultStatusCode")?
        {
            *default_status = status;
        }
        Ok(())
    })
}

/// `DeleteOptionValue`.
pub(super) fn delete(parts: &mut SchemaParts, body: Body<'_>) -> Result<(), SimError> {
    let value = option::value(body, "Value")?.ok_or_else(|| errors::missing("Value"))?;
    let place = Place::of(body)?;
    change(parts, &place, |set| {
        let option = set.option(value);
        let option = option.ok_or_else(|| errors::no_such_value(value.into(), place.name()))?;
        if matches!(option.detail, OptionDetail::State { .. }) {
            return Err(errors::options_not_allowed());
        }
        set.options.retain(|option| option.value != value);
        Ok(())
    })?;
    // A column that began with this option begins with none.
    for table in &mut parts.tables {
        let began = |kind: &ColumnKind| matches!(kind, ColumnKind::Choice { options, default: Some(default) } if options.option(*default).is_none());
        if table.columns.iter().any(|column| began(&column.kind)) {
            for column in &mut Arc::make_mut(table).columns {
                if began(&column.kind)
                    && let ColumnKind::Choice { default, .. } = &mut column.kind
                {
                    *default = None;
                }
            }
        }
    }
    Ok(())
}

/// `OrderOption`: all values of the set in their new order.
pub(super) fn order(parts: &mut SchemaParts, body: Body<'_>) -> Result<(), SimError> {
    let values = body.list("Values")?;
    change(parts, &Place::of(body)?, |set| {
        let mut ordered: Vec<ChoiceOption> = Vec::with_capacity(values.len());
        for value in values {
            let number = value.as_i64().unwrap_or(i64::MAX);
            let found = set
                .options
                .iter()
                .find(|option| i64::from(option.value) == number);
            let found = found.ok_or_else(errors::wrong_order_length)?;
            if ordered.iter().any(|option| option.value == found.value) {
                return Err(errors::wrong_order_length());
            }
            ordered.push(found.clone());
        }
        if ordered.len() != set.options.len() {
            return Err(errors::wrong_order_length());
        }
        set.options = ordered;
        Ok(())
    })
}

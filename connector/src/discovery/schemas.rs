//! The schema of one column's value, as a form wants it.

use serde_json::{Value, json};

use crate::tables::{
    Bound, Bounds, Column, ColumnKind, DateShape, DateShapes, Lookups, Requirement,
    choice::ChoicesByColumn,
};

/// What is known of a table's columns beside the columns themselves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'a> {
    pub(super) texts: &'a Bounds,
    pub(super) dates: &'a DateShapes,
    pub(super) lookups: &'a Lookups,
    pub(super) choices: &'a ChoicesByColumn,
}

/// The schema of `column`; `None` where a row cannot hold it.
pub(super) fn of_column(column: &Column, known: &Known<'_>) -> Option<Value> {
    let mut schema = of_kind(column, known)?;
    let object = schema.as_object_mut()?;
    if let Some(label) = &column.label {
        object.insert("title".to_owned(), json!(label));
    }
    if let Some(word) = demand(column.requirement) {
        object.insert("x-airlock-required".to_owned(), json!(word));
    }
    Some(schema)
}

fn of_kind(column: &Column, known: &Known<'_>) -> Option<Value> {
    let options = || -> Vec<Value> {
        let choices = known.choices.get(&column.name);
        let choices = choices.into_iter().flat_map(|choices| choices.iter());
        choices
            .map(|one| json!({"const": one.value, "title": one.label}))
            .collect()
    };
    Some(match &column.kind {
        ColumnKind::Text | ColumnKind::Memo | ColumnKind::TableName => {
            match known.texts.get(&column.name) {
                Some(Bound::Length { most, .. }) => json!({"type": "string", "maxLength": most}),
                _ => json!({"type": "string"}),
            }
        }
        ColumnKind::Id => json!({"type": "string", "format": "uuid"}),
        ColumnKind::Whole => {
            json!({"type": "integer", "minimum": i32::MIN, "maximum": i32::MAX})
        }
        ColumnKind::Big => json!({"type": "integer"}),
        ColumnKind::Decimal | ColumnKind::Double | ColumnKind::Money => json!({"type": "number"}),
        ColumnKind::YesNo => json!({"type": "boolean"}),
        ColumnKind::Choice | ColumnKind::State | ColumnKind::Status => {
            json!({"type": "integer", "oneOf": options()})
        }
        ColumnKind::Choices => {
            json!({"type": "array", "items": {"type": "integer", "oneOf": options()}})
        }
        ColumnKind::Date => match known.dates.get(&column.name) {
            Some(DateShape::DateOnly) => json!({"type": "string", "format": "date"}),
            _ => json!({"type": "string", "format": "date-time"}),
        },
        ColumnKind::Lookup | ColumnKind::Customer | ColumnKind::Owner => lookup(column, known),
        ColumnKind::Parties => json!({"type": "array", "items": {"type": "object"}}),
        ColumnKind::Image | ColumnKind::File | ColumnKind::Other(_) => return None,
    })
}

fn lookup(column: &Column, known: &Known<'_>) -> Value {
    let mut targets: Vec<&str> = known
        .lookups
        .of(&column.name)
        .map(|lookup| lookup.target.as_str())
        .collect();
    targets.sort_unstable();
    targets.dedup();
    let example = targets.first().copied().unwrap_or("table");
    json!({
        "type": "string",
        "description": format!(
            "A row of {}, such as {example}(id) or {example}(column='value').",
            targets.join(", ")
        ),
        "x-airlock-targets": targets,
    })
}

fn demand(requirement: Requirement) -> Option<&'static str> {
    match requirement {
        Requirement::Optional => None,
        Requirement::Recommended => Some("recommended"),
        Requirement::Application => Some("form"),
        Requirement::System => Some("service"),
    }
}

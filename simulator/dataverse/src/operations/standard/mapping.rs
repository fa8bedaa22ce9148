//! InitializeFrom: a new row as it would be made from another one; nothing is stored.
//!
//! Layer: operations. QualifyLead makes its rows by the same maps.

use std::sync::LazyLock;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::http::SimError;
use crate::operations::arguments::{Members, text_value};
use crate::operations::declaration::{ANY, ValueType, choice};
use crate::operations::operation::Operation;
use crate::operations::{Answer, Call, Target};
use crate::rows::Cell;
use crate::schema::{Column, Table};

#[derive(Deserialize)]
struct File {
    map: Vec<EntityMap>,
}

/// How a row of one table begins when it is made from a row of another.
#[derive(Debug, Deserialize)]
struct EntityMap {
    from: String,
    to: String,
    parent: String,
    columns: IndexMap<String, String>,
}

static MAPS: LazyLock<Vec<EntityMap>> = LazyLock::new(|| {
    toml::from_str(include_str!("mappings.toml")).map_or_else(|_| Vec::new(), |file: File| file.map)
});

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::function("InitializeFrom", initialise)
            .takes("EntityMoniker", ANY)
            .takes("TargetEntityName", ValueType::String)
            .takes("TargetFieldType", choice("TargetFieldType"))
            .may_take("SkipParentalRelationshipMapping", ValueType::Boolean)
            .gives_one(ANY),
    ]
}

fn initialise(call: &Call<'_>) -> Result<Answer, SimError> {
    let source = call.target("EntityMoniker")?;
    let name = call.arguments.required_text("TargetEntityName")?;
    let table = call.context.schema.table(&name).ok_or_else(|| {
        SimError::invalid_argument(format!(
            "The entity with a name = '{name}' with namemapping = 'Logical' was not found in the MetadataCache."
        ))
    })?;
    let wanted = call.arguments.text("TargetFieldType").unwrap_or_default();
    let fits = |column: &Column| match wanted.as_str() {
        "ValidForCreate" | "1" => column.valid_for_create,
        "ValidForUpdate" | "2" => column.valid_for_update,
        "ValidForRead" | "3" => column.valid_for_read,
        _ => true,
    };
    let skips_parent = call.arguments.boolean("SkipParentalRelationshipMapping");
    let mut members = Members::new();
    let kind = format!("#Microsoft.Dynamics.CRM.{name}");
    members.insert("@odata.type".to_owned(), text_value(&kind));
    members.extend(mapped(call, &source, table, !skips_parent, &fits)?);
    Ok(Answer::Row(table.entity_set_name.clone(), members))
}

/// What a new row takes over from another one, as the body of a create.
///
/// # Errors
/// 400 when there is no map between the two tables.
pub(super) fn mapped(
    call: &Call<'_>,
    source: &Target<'_>,
    table: &Table,
    with_parent: bool,
    fits: &dyn Fn(&Column) -> bool,
) -> Result<Members, SimError> {
    let from = &source.table.logical_name;
    let map = MAPS
        .iter()
        .find(|map| map.from == *from && map.to == table.logical_name)
        .ok_or_else(|| {
            SimError::invalid_argument(format!(
                "There is no entity map from '{from}' to '{}'.",
                table.logical_name
            ))
        })?;
    let draft = call.draft(source.table, source.id)?;
    let shown = call.read(source.table, source.id, "")?;
    let mut members = Members::new();
    for (from, to) in &map.columns {
        let Some(column) = table.column(to).filter(|column| fits(column)) else {
            continue;
        };
        match draft.named(source.table, from) {
            Cell::Null => {}
            Cell::Lookup { table: target, id } => {
                members.extend(bind(call, table, column, target, *id));
            }
            _ => {
                if let Some(value) = shown.get(from) {
                    members.insert(to.clone(), value.clone());
                }
            }
        }
    }
    if with_parent && let Some(column) = table.column(&map.parent).filter(|column| fits(column)) {
        members.extend(bind(call, table, column, from, source.id));
    }
    Ok(members)
}

/// `nav@odata.bind` for a lookup.
pub(super) fn bind(
    call: &Call<'_>,
    table: &Table,
    column: &Column,
    target: &str,
    id: uuid::Uuid,
) -> Option<(String, Box<RawValue>)> {
    let relationship = table.lookup(&column.logical_name, target)?;
    let set = &call.context.schema.table(target)?.entity_set_name;
    Some((
        format!("{}@odata.bind", relationship.referencing_navigation),
        text_value(&format!("{set}({id})")),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::standard;

    #[test]
    fn maps_name_existing_columns_of_like_types() {
        let schema = standard().unwrap().build();
        assert!(!MAPS.is_empty());
        for map in MAPS.iter() {
            let (from, to) = (
                schema.table(&map.from).unwrap(),
                schema.table(&map.to).unwrap(),
            );
            assert!(
                to.lookup(&map.parent, &map.from).is_some(),
                "{} {}",
                map.to,
                map.parent
            );
            for (source, target) in &map.columns {
                let source = from
                    .column(source)
                    .unwrap_or_else(|| panic!("{}.{source}", map.from));
                let target = to
                    .column(target)
                    .unwrap_or_else(|| panic!("{}.{target}", map.to));
                assert_eq!(
                    std::mem::discriminant(&source.kind),
                    std::mem::discriminant(&target.kind),
                    "{}.{}",
                    map.to,
                    target.logical_name
                );
            }
        }
    }
}

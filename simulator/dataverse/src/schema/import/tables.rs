//! Which entity types are tables, and the schema that they make together with the tables that the simulator brings.
//!
//! Layer: schema import, pure.

use std::sync::Arc;

use super::bases::{DEFINITIONS, NO_TABLES, ROWS};
use super::maker::Maker;
use super::model::{Document, EntityType};
use super::{ImportError, Imported, declared, intersects, losses, names};
use crate::schema::SchemaParts;

/// Makes the schema.
pub(super) fn build(document: &Document, base: SchemaParts) -> Result<Imported, ImportError> {
    let mut left_out = Vec::new();
    let found = tables(document, &mut left_out);
    if found.is_empty() {
        return Err(ImportError::at(
            1,
            "no type in the document is a table: none has a set and one key of the type Edm.Guid",
            "Give the $metadata of a Dataverse organisation.",
        ));
    }
    let mut maker = Maker::new(document, base, &found).map_err(ImportError::Base)?;
    for (one, id) in &found {
        maker.add(one, id);
    }
    let mut parts = maker.finish(&mut left_out);
    let (relationships, made) = {
        let known: Vec<String> = parts.known_navigations();
        intersects::relationships(document, &parts.ids, &known)
    };
    for mut table in made {
        table.object_type_code = parts.next_code();
        parts.schema.tables.push(Arc::new(table));
    }
    let relationships = relationships.into_iter().map(Arc::new);
    parts.schema.many_to_many.extend(relationships);
    parts.schema.declared = Arc::new(declared::declared(document, &parts.ids, &mut left_out));
    left_out.extend(losses::losses(document, &found, &parts.schema));
    Ok(Imported {
        tables: found.len(),
        parts: parts.schema,
        left_out,
    })
}

/// The types that are tables, each with its primary id.
fn tables<'a>(document: &'a Document, left_out: &mut Vec<String>) -> Vec<(&'a EntityType, String)> {
    let mut found = Vec::new();
    for one in document.types.values() {
        let has_set = document.sets.contains_key(&one.name);
        // Rows of an abstract type are rows of those that descend from it; with a set they can be asked for.
        let is_table = (has_set || document.descends(one, ROWS) && !one.is_abstract)
            && !NO_TABLES.contains(&one.name.as_str())
            && !document.descends(one, DEFINITIONS);
        if !is_table {
            continue;
        }
        match primary_id(document, one) {
            Ok(id) => found.push((one, id)),
            Err(reason) => {
                left_out.push(format!(
                    "the table {} (line {}): {reason}",
                    one.name, one.line
                ));
            }
        }
    }
    found
}

fn primary_id(document: &Document, of: &EntityType) -> Result<String, String> {
    if !names::is_plain(&of.name) {
        return Err("its name is no name of a table".to_owned());
    }
    let properties = document.properties(of);
    let is_guid = |name: &str| {
        let mut properties = properties.iter();
        properties.any(|property| property.name == name && property.kind == "Edm.Guid")
    };
    // Users and teams are keyed by what they have in common; their own id is beside it.
    let own = format!("{}id", of.name);
    if document.descends(of, "principal") && is_guid(&own) {
        return Ok(own);
    }
    let line = document.line_of_descent(of).into_iter();
    let key = line
        .map(|one| &one.key)
        .find(|key| !key.is_empty())
        .ok_or("it has no key")?;
    match key.as_slice() {
        [id] if is_guid(id) => Ok(id.clone()),
        _ => Err("its key is not one Edm.Guid".to_owned()),
    }
}

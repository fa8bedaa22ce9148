//! Many-to-many relationships and the tables behind them.

use std::sync::Arc;

use uuid::Uuid;

use super::body::Body;
use super::free;
use super::{errors, names, settings};
use crate::http::SimError;
use crate::metadata::item::Item;
use crate::schema::definition::intersect_table;
use crate::schema::{Facts, ManyToMany, ManyToManySide, SchemaParts};

/// Members that the relationship has beside those of its document.
const ALSO_KNOWN: &[&str] = &["IsHierarchical"];

/// Makes a many-to-many relationship with its intersect table. Returns its id.
pub(super) fn create(parts: &mut SchemaParts, body: Body<'_>) -> Result<Uuid, SimError> {
    let schema_name = body.needed_text("SchemaName")?;
    free::check_name(parts, schema_name)?;
    let intersect = body.text("IntersectEntityName")?;
    let intersect = names::logical(intersect.unwrap_or(schema_name));
    names::check(&intersect, names::Named::Relationship)?;
    if parts.table(&intersect).is_some() {
        return Err(errors::table_exists());
    }
    let (first, second) = sides(parts, body, schema_name)?;
    let intersect_set = format!("{intersect}set");
    let id = Uuid::new_v4();
    let mut many = ManyToMany {
        schema_name: schema_name.to_owned(),
        intersect: intersect.clone(),
        intersect_set: intersect_set.clone(),
        first,
        second,
        is_custom: true,
        facts: Facts::new(id),
    };
    let shown = Item::ManyToMany(&many).document();
    let kind = "ManyToManyRelationshipMetadata";
    settings::keep(&mut many.facts, body, &shown, ALSO_KNOWN, kind)?;
    let mut link = intersect_table(
        &intersect,
        &intersect_set,
        schema_name,
        (
            &many.first.intersect_attribute,
            &many.second.intersect_attribute,
        ),
    );
    link.object_type_code = free::next_type_code(parts);
    link.is_custom = true;
    link.facts = Facts::new(Uuid::new_v4());
    parts.tables.push(Arc::new(link));
    parts.many_to_many.push(Arc::new(many));
    Ok(id)
}

fn sides(
    parts: &SchemaParts,
    body: Body<'_>,
    schema_name: &str,
) -> Result<(ManyToManySide, ManyToManySide), SimError> {
    let side = |which: u8| -> Result<ManyToManySide, SimError> {
        let name = body.needed_text(&format!("Entity{which}LogicalName"))?;
        let table = parts.table(name).ok_or_else(|| errors::no_table(name))?;
        let navigation = body.text(&format!("Entity{which}NavigationPropertyName"))?;
        let attribute = body.text(&format!("Entity{which}IntersectAttribute"))?;
        Ok(ManyToManySide {
            table: name.to_owned(),
            intersect_attribute: attribute.unwrap_or(&table.primary_id).to_owned(),
            navigation: navigation.unwrap_or(schema_name).to_owned(),
        })
    };
    let (mut first, mut second) = (side(1)?, side(2)?);
    if first.table == second.table {
        // The service tells the two ends of a table's relationship with itself apart by `one` and `two`.
        if first.intersect_attribute == second.intersect_attribute {
            first.intersect_attribute.push_str("one");
            second.intersect_attribute.push_str("two");
        }
        if first.navigation == second.navigation {
            if body.text("Entity1NavigationPropertyName")?.is_some() {
                return Err(errors::same_navigation_names(schema_name));
            }
            second.navigation.push_str("_2");
        }
    }
    Ok((first, second))
}

//! One definition as JSON: selected members, expanded children, type where types mix.

use serde_json::{Map, Value};

use super::NAMESPACE;
use super::filter;
use super::item::{Children, Item};
use super::languages;
use crate::http::SimError;
use crate::query::ast::Expression;
use crate::query::expand::Expand;
use crate::schema::Schema;

/// What is wanted of definitions.
#[derive(Clone, Copy)]
pub(super) struct Projection<'q> {
    pub(super) select: Option<&'q [String]>,
    pub(super) filter: Option<&'q Expression>,
    pub(super) expand: &'q [Expand],
    /// The definitions may differ in type: name each one's, and know only common members.
    pub(super) is_mixed: bool,
    /// Languages of labels; none means all.
    pub(super) languages: &'q [u64],
}

/// The JSON of the definitions that fit.
pub(super) fn many(
    schema: &Schema,
    items: &[Item<'_>],
    projection: Projection<'_>,
) -> Result<Vec<Value>, SimError> {
    if let Some(item) = items.first() {
        check(schema, item, projection)?;
    }
    let mut values = Vec::with_capacity(items.len());
    for item in items {
        let document = item.document();
        let is_wanted = match projection.filter {
            Some(expression) => filter::fits(&document, expression)?,
            None => true,
        };
        if is_wanted {
            values.push(shape(schema, item, document, projection)?);
        }
    }
    Ok(values)
}

/// The JSON of one definition.
pub(super) fn one(
    schema: &Schema,
    item: &Item<'_>,
    projection: Projection<'_>,
) -> Result<Map<String, Value>, SimError> {
    check(schema, item, projection)?;
    match shape(schema, item, item.document(), projection)? {
        Value::Object(value) => Ok(value),
        _ => Ok(Map::new()),
    }
}

/// Refuses names that the type lacks.
fn check(schema: &Schema, item: &Item<'_>, projection: Projection<'_>) -> Result<(), SimError> {
    let type_name = match item {
        Item::Column(..) if projection.is_mixed => "AttributeMetadata",
        _ => item.type_name(),
    };
    let mut wanted: Vec<&str> = projection
        .select
        .unwrap_or_default()
        .iter()
        .map(String::as_str)
        .collect();
    if let Some(expression) = projection.filter {
        filter::properties(expression, &mut wanted);
    }
    for property in wanted {
        let is_child = item.children(schema, property).is_some() && !projection.is_mixed;
        if !is_child && !item.has_property(property, projection.is_mixed) {
            return Err(SimError::unknown_property(property, type_name));
        }
    }
    for expand in projection.expand {
        // In a mixed collection even a column that has options shows them only after a cast.
        if projection.is_mixed && matches!(item, Item::Column(..))
            || item.children(schema, &expand.navigation).is_none()
        {
            return Err(SimError::unknown_property(&expand.navigation, type_name));
        }
    }
    Ok(())
}

fn shape(
    schema: &Schema,
    item: &Item<'_>,
    mut document: Map<String, Value>,
    projection: Projection<'_>,
) -> Result<Value, SimError> {
    let mut value = Map::new();
    if projection.is_mixed {
        value.insert(
            "@odata.type".to_owned(),
            Value::String(format!("#{NAMESPACE}{}", item.type_name())),
        );
    }
    match projection.select {
        // The id is always there, in front unless it was asked for elsewhere.
        Some(select) => {
            if !select.iter().any(|name| name == "MetadataId") {
                value.extend(document.remove_entry("MetadataId"));
            }
            for name in select {
                value.extend(document.swap_remove_entry(name));
            }
        }
        None => value.extend(document),
    }
    languages::keep(&mut value, projection.languages);
    for expand in projection.expand {
        let child = expanded(schema, item, expand, projection.languages)?;
        value.insert(expand.navigation.clone(), child);
    }
    Ok(Value::Object(value))
}

fn expanded(
    schema: &Schema,
    item: &Item<'_>,
    expand: &Expand,
    languages: &[u64],
) -> Result<Value, SimError> {
    let projection = |is_mixed| Projection {
        select: expand.select.as_deref(),
        filter: expand.filter.as_ref(),
        expand: &expand.expand,
        is_mixed,
        languages,
    };
    Ok(match item.children(schema, &expand.navigation) {
        Some(Children::Many(items)) => Value::Array(many(
            schema,
            &items,
            projection(expand.navigation == "Attributes"),
        )?),
        Some(Children::One(Some(child))) => Value::Object(one(schema, &child, projection(false))?),
        _ => Value::Null,
    })
}

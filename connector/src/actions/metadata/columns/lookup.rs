//! New lookups: each comes with the relationships that it follows.

use airlock_connector::{Error, Transport};
use serde_json::{Map, Value, json};

use crate::{
    actions::metadata::{place, written::post},
    session::Session,
    tables::Table,
    webapi::CallOptions,
};

/// What a new lookup stands in and points at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lookup<'a> {
    pub(super) table: &'a Table,
    pub(super) column: &'a str,
    pub(super) targets: &'a [String],
    pub(super) customer: bool,
    pub(super) relationship: Option<&'a str>,
}

/// Makes the lookup that `definition` describes. The id of its definition, where the service tells it.
pub(super) async fn create<T: Transport>(
    session: &Session<T>,
    lookup: Lookup<'_>,
    mut definition: Map<String, Value>,
    options: &CallOptions,
) -> Result<Option<String>, Error> {
    let mut targets = Vec::new();
    for (index, name) in lookup.targets.iter().enumerate() {
        targets.push(place::table(session, name, &format!("/targets/{index}")).await?);
    }
    let prefix = lookup.column.split('_').next().unwrap_or_default();
    let short = lookup
        .column
        .split_once('_')
        .map_or(lookup.column, |(_, short)| short);
    let of = |target: &str, own: Option<&str>| {
        let name = own.map_or_else(
            || format!("{prefix}_{target}_{}_{short}", lookup.table.name),
            str::to_owned,
        );
        json!({
            "@odata.type": "Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata",
            "SchemaName": name,
            "ReferencedEntity": target,
            "ReferencingEntity": lookup.table.name.as_str(),
        })
    };
    if let ([target], false) = (targets.as_slice(), lookup.customer) {
        let Value::Object(mut body) = of(target.name.as_str(), lookup.relationship) else {
            return Err(Error::Internal("a relationship is an object".to_owned()));
        };
        body.insert("ReferencedAttribute".to_owned(), json!(target.primary_id));
        body.insert("Lookup".to_owned(), Value::Object(definition));
        let (_, _) = post(session, "RelationshipDefinitions", &body, options).await?;
        // What was made is told by its relationship's id; the column has another.
        return Ok(None);
    }
    let (action, names): (&str, Vec<&str>) = if lookup.customer {
        ("CreateCustomerRelationships", vec!["account", "contact"])
    } else {
        (
            "CreatePolymorphicLookupAttribute",
            targets.iter().map(|table| table.name.as_str()).collect(),
        )
    };
    definition.insert(
        "@odata.type".to_owned(),
        json!("Microsoft.Dynamics.CRM.ComplexLookupAttributeMetadata"),
    );
    let relationships: Vec<Value> = names
        .into_iter()
        .map(|name| {
            let mut one = of(name, None);
            if let Some(object) = one.as_object_mut() {
                object.insert(
                    "@odata.type".to_owned(),
                    json!("Microsoft.Dynamics.CRM.ComplexOneToManyRelationshipMetadata"),
                );
            }
            one
        })
        .collect();
    let mut body = Map::from_iter([
        (
            "OneToManyRelationships".to_owned(),
            Value::Array(relationships),
        ),
        ("Lookup".to_owned(), Value::Object(definition)),
    ]);
    if let Some(solution) = &options.solution {
        body.insert("SolutionUniqueName".to_owned(), json!(solution));
    }
    let (_, told) = post(session, action, &body, options).await?;
    Ok(told
        .get("AttributeId")
        .and_then(Value::as_str)
        .map(str::to_owned))
}

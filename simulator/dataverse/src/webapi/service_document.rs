//! The service document: every entity set by name.

use http::StatusCode;
use serde_json::json;

use crate::http::{MetadataLevel, Response, SimError};
use crate::organisation::OrgContext;

pub(super) fn answer(context: &OrgContext<'_>) -> Result<Response, SimError> {
    let sets = context
        .schema
        .tables()
        .iter()
        .map(|table| table.entity_set_name.as_str());
    let sets = sets.filter(|set| !set.is_empty());
    let value: Vec<_> = sets
        .map(|set| json!({"name": set, "kind": "EntitySet", "url": set}))
        .collect();
    let body =
        json!({"@odata.context": format!("{}/$metadata", context.service_root), "value": value});
    Ok(Response::json(
        StatusCode::OK,
        body.to_string(),
        MetadataLevel::Minimal,
    ))
}

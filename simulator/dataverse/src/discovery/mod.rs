//! Discovery of organisations: which ones of its tenant a person belongs to (`globaldisco`).
//!
//! For people only: an application asks for its organisation's address instead.

mod document;
mod filter;

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::http::{MetadataLevel, Response, SimError};
use crate::organisation::Identity;
use crate::token::Claims;

/// Where the service lives.
const ROOT: &str = "/api/discovery/v2.0";
/// The one collection.
const SET: &str = "Instances";

/// What follows the service's root, when a path is discovery's.
pub fn relative_path(path: &str) -> Option<&str> {
    let rest = path.strip_prefix(ROOT)?;
    (rest.is_empty() || rest.starts_with('/')).then(|| rest.trim_start_matches('/'))
}

/// An organisation that the caller belongs to.
pub struct Listed<'a> {
    /// Who it is.
    pub identity: &'a Identity,
    /// Whether it is switched off.
    pub is_disabled: bool,
    /// Address of the application.
    pub url: String,
    /// Address of the API.
    pub api_url: String,
    /// Whether the caller may do everything there.
    pub is_administrator: bool,
}

/// A request to discovery.
pub struct Query<'a> {
    /// The method.
    pub method: &'a Method,
    /// Path below the service's root, percent-encoded.
    pub path: &'a str,
    /// Query string, percent-encoded.
    pub query: &'a str,
    /// Scheme and host as the caller wrote them.
    pub origin: &'a str,
    /// Who calls.
    pub claims: &'a Claims,
    /// The time.
    pub now: OffsetDateTime,
}

/// Answers a request; `organisations` are those of the caller.
pub fn handle(query: &Query<'_>, organisations: &[Listed<'_>]) -> Response {
    answer(query, organisations).unwrap_or_else(SimError::into_response)
}

fn answer(query: &Query<'_>, organisations: &[Listed<'_>]) -> Result<Response, SimError> {
    if query.method != Method::GET {
        return Err(SimError::method_not_allowed(
            "The requested resource does not support this http method.",
        ));
    }
    if query.claims.scp.is_none() {
        return Err(SimError::new(
            StatusCode::FORBIDDEN,
            "0x80048405",
            "Access is denied.",
        ));
    }
    let root = format!("{}{ROOT}", query.origin);
    let rows: Vec<Map<String, Value>> = organisations
        .iter()
        .map(|listed| row(listed, query.now))
        .collect();
    let path = percent_encoding::percent_decode_str(query.path).decode_utf8_lossy();
    match path.trim_end_matches('/') {
        "" => Ok(ok(
            &json!({"@odata.context": format!("{root}/$metadata"), "value": [
                {"name": SET, "kind": "EntitySet", "url": SET},
            ]}),
        )),
        "$metadata" => Ok(Response::of_type(
            StatusCode::OK,
            "application/xml",
            document::CSDL,
        )),
        SET => list(query.query, &root, rows),
        one => {
            let key = one
                .strip_prefix(SET)
                .and_then(|rest| rest.strip_prefix('(')?.strip_suffix(')'))
                .ok_or_else(|| SimError::unknown_segment(one))?;
            let found = rows.into_iter().find(|row| is_keyed(row, key));
            let mut row = found.ok_or_else(|| {
                SimError::new(
                    StatusCode::NOT_FOUND,
                    "0x80040217",
                    format!("The instance {key} does not exist."),
                )
            })?;
            let options = filter::Options::parse(query.query)?;
            row = options.select(row);
            row.shift_insert(
                0,
                "@odata.context".to_owned(),
                format!("{root}/$metadata#{SET}/$entity").into(),
            );
            Ok(ok(&Value::Object(row)))
        }
    }
}

fn list(query: &str, root: &str, rows: Vec<Map<String, Value>>) -> Result<Response, SimError> {
    let options = filter::Options::parse(query)?;
    let mut kept = Vec::new();
    for row in rows {
        if options.keeps(&row)? {
            kept.push(Value::Object(options.select(row)));
        }
    }
    let context = format!("{root}/$metadata#{SET}{}", options.selected());
    Ok(ok(&json!({ "@odata.context": context, "value": kept })))
}

fn is_keyed(row: &Map<String, Value>, key: &str) -> bool {
    let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
    match key.split_once('=') {
        Some(("UniqueName", name)) => {
            text("UniqueName").eq_ignore_ascii_case(name.trim_matches('\''))
        }
        Some(_) => false,
        None => Uuid::try_parse(key).is_ok_and(|id| text("Id") == id.to_string()),
    }
}

fn row(listed: &Listed<'_>, now: OffsetDateTime) -> Map<String, Value> {
    let identity = listed.identity;
    // Fixed to midnight, so that the list of a day is the same all day.
    let updated = format!("{}T00:00:00Z", now.date());
    let row = json!({
        "ApiUrl": listed.api_url,
        "DatacenterId": Uuid::new_v5(&identity.environment_id, b"datacenter"),
        "DatacenterName": "Simulator",
        "EnvironmentId": identity.environment_id,
        "FriendlyName": identity.friendly_name,
        "Id": identity.organization_id,
        "IsUserSysAdmin": listed.is_administrator,
        "LastUpdated": updated,
        "OrganizationType": 0,
        "Purpose": "Simulated",
        "Region": "NA",
        "SchemaType": "Full",
        "State": u8::from(listed.is_disabled),
        "StatusMessage": 0,
        "TenantId": identity.tenant_id,
        "TrialExpirationDate": null,
        "UniqueName": identity.unique_name,
        "Url": listed.url,
        "UrlName": identity.url_name,
        "Version": identity.version,
    });
    match row {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn ok(value: &Value) -> Response {
    Response::json(StatusCode::OK, value.to_string(), MetadataLevel::Minimal)
}

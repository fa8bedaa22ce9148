//! How far an operation in the background has come (Microsoft, "Background operations").

use airlock_connector::{Error, Failure, Transport};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    session::Session,
    webapi::{ApiRequest, CallOptions, RowId},
};

/// What the members that tell of the operation itself begin with; the others are what it gave.
const OWN: &str = "backgroundoperation";

/// Status codes that end an operation.
const SUCCEEDED: i64 = 30;
const FAILED: i64 = 31;
const CANCELED: i64 = 32;

/// Output of an operation in the background.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// `done`, or `running` where it goes on.
    pub(super) outcome: &'static str,
    /// Id of the operation, where the service gave it one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) operation_id: Option<String>,
    /// Address at which get-background-operation asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) location: Option<String>,
    /// What the operation gave; left out while it runs and where it gives nothing.
    #[schemars(with = "Option<Value>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) result: Option<Value>,
}

/// Where an operation is asked for.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) id: Option<String>,
    pub(super) url: String,
}

impl Place {
    /// What a caller names: an id, or the address that was given when it began.
    pub(super) fn named<T: Transport>(
        session: &Session<T>,
        text: &str,
        pointer: &str,
    ) -> Result<Self, Error> {
        let base = session.client().base();
        match text.parse::<RowId>() {
            Ok(id) => Ok(Self {
                id: Some(id.to_string()),
                url: base.own(&format!("/api/backgroundoperation/{id}"), pointer)?,
            }),
            Err(_) => Ok(Self {
                id: id_in(text),
                url: base.own(text.trim(), pointer)?,
            }),
        }
    }
}

/// The GUID at the end of an address.
pub(super) fn id_in(address: &str) -> Option<String> {
    let end = address.trim().trim_end_matches([')', '/']);
    let last = end.rsplit(['/', '(']).next()?;
    last.parse::<RowId>().ok().map(|id| id.to_string())
}

/// Asks once.
pub(super) async fn look<T: Transport>(
    session: &Session<T>,
    place: &Place,
    options: &CallOptions,
) -> Result<Output, Error> {
    let options = CallOptions {
        caller: options.caller,
        ..CallOptions::default()
    };
    let call = ApiRequest::get(place.url.clone()).with_options(&options);
    let told: Map<String, Value> = session.client().send(call).await?.json()?;
    read(place, told)
}

/// What the service tells of it.
pub(super) fn read(place: &Place, told: Map<String, Value>) -> Result<Output, Error> {
    let mut own: Map<String, Value> = Map::new();
    let mut result = Map::new();
    for (name, value) in told {
        let lower = name.to_lowercase();
        if let Some(rest) = lower.strip_prefix(OWN) {
            own.insert(rest.to_owned(), value);
        } else if !lower.starts_with("@odata.") && lower != "location" {
            result.insert(name, value);
        }
    }
    let status = own.get("statuscode").and_then(Value::as_i64);
    let text = |name: &str| match own.get(name) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Null) | None => None,
        Some(other) => Some(other.to_string()),
    };
    let output = |outcome, result| Output {
        outcome,
        operation_id: text("id").or_else(|| place.id.clone()),
        location: Some(place.url.clone()),
        result,
    };
    match status {
        Some(SUCCEEDED) => {
            let result = (!result.is_empty()).then_some(Value::Object(result));
            Ok(output("done", result))
        }
        Some(FAILED) => Err(Error::Rejected(Failure {
            code: text("errorcode"),
            ..Failure::text(format!(
                "the operation failed in the background: {}",
                text("errormessage").unwrap_or_else(|| "the service gave no reason".to_owned())
            ))
        })),
        Some(CANCELED) => Err(Error::Rejected(Failure::text(
            "the operation was cancelled before it was done",
        ))),
        _ => Ok(output("running", None)),
    }
}

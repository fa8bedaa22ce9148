//! `ApiConnection`: the block of Logic Apps names no operation, it is told by method and path.
//!
//! The values in a path are encoded twice: the gateway in front of the connector takes one layer off.

use airlock_expressions::{Context, Limits};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use crate::{Fault, Request, System, expressions::Texts};

#[derive(Clone, Debug)]
pub(crate) struct ApiConnection {
    inputs: Texts,
    place: String,
}

impl ApiConnection {
    pub(crate) fn read(block: &Map<String, Value>, place: &str) -> Result<Self, Fault> {
        let place = format!("{place}/inputs");
        let inputs = block.get("inputs").and_then(Value::as_object);
        let Some(inputs) = inputs else {
            return Err(Fault::new(place, "the inputs of a block are an object"));
        };
        // Which connection and how it signs in is said elsewhere.
        let read: Map<String, Value> = ["method", "path", "queries", "body"]
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), inputs.get(name)?.clone())))
            .collect();
        Ok(Self {
            inputs: Texts::read(&Value::Object(read), &place)?,
            place,
        })
    }

    pub(crate) fn needs(&self) -> Vec<String> {
        self.inputs.needs()
    }

    pub(crate) fn request(&self, context: &dyn Context, limits: &Limits) -> Result<Request, Fault> {
        let inputs = self.inputs.evaluate(context, limits)?;
        let text = |name: &str| inputs.get(name).and_then(Value::as_str).unwrap_or_default();
        let (method, path) = (text("method").to_ascii_lowercase(), text("path"));
        let Some((system, operation, keys)) = operation(&method, path) else {
            return Err(Fault::new(
                format!("{}/path", self.place),
                format!(
                    "{} {path} is no operation on rows: such a path is \
                     /v2/datasets/…/tables/…/items, with the row's id behind it where one is meant",
                    method.to_uppercase()
                ),
            ));
        };
        let mut input: Map<String, Value> = keys
            .into_iter()
            .map(|(key, value)| (key.to_owned(), Value::from(value)))
            .collect();
        match inputs.get("queries") {
            None | Some(Value::Null) => {}
            Some(Value::Object(queries)) => input.extend(queries.clone()),
            Some(_) => {
                let at = format!("{}/queries", self.place);
                return Err(Fault::new(at, "queries are an object"));
            }
        }
        if let Some(body) = inputs.get("body").filter(|body| **body != json!(null)) {
            input.insert("item".to_owned(), body.clone());
        }
        Ok(Request {
            system,
            operation,
            input,
        })
    }
}

type Found = (System, String, Vec<(&'static str, String)>);

/// The operation behind a method and a path, and what the path says of its input.
fn operation(method: &str, path: &str) -> Option<Found> {
    let path = path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let (version, rest) = match parts.as_slice() {
        ["v2", rest @ ..] => ("_V2", rest),
        rest => ("", rest),
    };
    match rest {
        ["datasets", dataset, "tables", table, "items", id @ ..] => {
            let verb = match (method, id) {
                ("get", []) => "GetItems",
                ("post", []) => "PostItem",
                ("get", [_]) => "GetItem",
                ("patch", [_]) => "PatchItem",
                ("delete", [_]) => "DeleteItem",
                _ => return None,
            };
            let mut keys = vec![("dataset", decoded(dataset)), ("table", decoded(table))];
            keys.extend(id.first().map(|id| ("id", decoded(id))));
            Some((System::LogicApps, format!("{verb}{version}"), keys))
        }
        ["api", "data", _, row] if version.is_empty() => of_web_api(method, row),
        _ => None,
    }
}

/// The newer connector keeps the shape of the Web API.
fn of_web_api(method: &str, row: &str) -> Option<Found> {
    let row = decoded(row);
    let (set, id) = match row.split_once('(') {
        Some((set, rest)) => (set.to_owned(), Some(rest.strip_suffix(')')?.to_owned())),
        None => (row, None),
    };
    let verb = match (method, &id) {
        ("get", None) => "ListRecords",
        ("post", None) => "CreateRecord",
        ("get", Some(_)) => "GetItem",
        ("patch", Some(_)) => "UpdateRecord",
        ("delete", Some(_)) => "DeleteRecord",
        _ => return None,
    };
    let mut keys = vec![("entityName", set)];
    keys.extend(id.map(|id| ("recordId", id)));
    Some((System::PowerAutomate, verb.to_owned(), keys))
}

/// A part of a path without both of its layers.
fn decoded(part: &str) -> String {
    let once = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    once(&once(part))
}

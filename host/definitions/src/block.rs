//! One block, whatever system it comes from.

use airlock_expressions::{Context, Limits};
use serde_json::{Map, Value};

use crate::{
    Fault, Request, api_connection::ApiConnection, fault::below, open_api::OpenApi, prismatic::Step,
};

/// A block that asks for an operation of a connector.
#[derive(Clone, Debug)]
pub struct Block {
    name: Option<String>,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    OpenApi(Box<OpenApi>),
    ApiConnection(ApiConnection),
    Step(Step),
}

impl Block {
    /// Reads a block as it was cut out of a flow, with its name around it or without.
    ///
    /// # Errors
    /// It is no such block, or its expressions are none.
    pub fn read(json: &Value) -> Result<Self, Fault> {
        let object = json
            .as_object()
            .ok_or_else(|| Fault::new("", "a block is a JSON object"))?;
        let (name, block, place) = cut_out(object);
        let kind = kind(block, &place)?;
        Ok(Self { name, kind })
    }

    /// Its name, where it was cut out with it.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What of a run its expressions read, in words; empty for a block that can be run by itself.
    #[must_use]
    pub fn needs(&self) -> Vec<String> {
        let mut needs = match &self.kind {
            Kind::OpenApi(block) => block.needs(),
            Kind::ApiConnection(block) => block.needs(),
            Kind::Step(step) => step.needs(),
        };
        needs.sort();
        needs.dedup();
        needs
    }

    /// The operation it asks for, with its expressions evaluated.
    ///
    /// # Errors
    /// The first expression that has no value, or a path that leads to no operation.
    pub fn request(&self, context: &dyn Context, limits: &Limits) -> Result<Request, Fault> {
        match &self.kind {
            Kind::OpenApi(block) => block.request(context, limits),
            Kind::ApiConnection(block) => block.request(context, limits),
            Kind::Step(step) => step.request(),
        }
    }
}

/// The block with its name and where it stands: a block may have been cut out with its name around it.
fn cut_out(object: &Map<String, Value>) -> (Option<String>, &Map<String, Value>, String) {
    let is_block = object.contains_key("type") || object.contains_key("action");
    let mut members = object.iter();
    if let (false, Some((name, Value::Object(inner))), None) =
        (is_block, members.next(), members.next())
    {
        return (Some(name.clone()), inner, below("", name));
    }
    let name = object.get("name").and_then(Value::as_str);
    (name.map(str::to_owned), object, String::new())
}

fn kind(block: &Map<String, Value>, place: &str) -> Result<Kind, Fault> {
    if block.get("action").is_some_and(Value::is_object) {
        return Step::read(block, place).map(Kind::Step);
    }
    let Some(word) = block.get("type").and_then(Value::as_str) else {
        return Err(Fault::new(
            place,
            "this is no block of a flow: one of Power Automate or Logic Apps has `type` and `inputs`, \
             a step of Prismatic `action` and `inputs`",
        ));
    };
    match word.to_ascii_lowercase().as_str() {
        "openapiconnection" | "changeset" => {
            OpenApi::read(block, place).map(|block| Kind::OpenApi(Box::new(block)))
        }
        "apiconnection" => ApiConnection::read(block, place).map(Kind::ApiConnection),
        "openapiconnectionwebhook"
        | "openapiconnectionnotification"
        | "apiconnectionwebhook"
        | "apiconnectionnotification"
        | "request"
        | "recurrence" => Err(Fault::new(
            below(place, "type"),
            format!(
                "`{word}` waits for something to happen: only a block that does something can be run by itself"
            ),
        )),
        _ => Err(Fault::new(
            below(place, "type"),
            format!(
                "`{word}` calls no connector: blocks of the types OpenApiConnection and ApiConnection do"
            ),
        )),
    }
}

//! A step of Prismatic names its action by key, and says of each input what kind of value it is.

use serde_json::{Map, Value, json};

use crate::{Fault, Request, System, fault::below};

/// Inputs that say where to connect rather than what to do.
const CONNECTION: &str = "connection";

#[derive(Clone, Debug)]
pub(crate) struct Step {
    action: String,
    input: Map<String, Value>,
    needs: Vec<String>,
}

impl Step {
    pub(crate) fn read(step: &Map<String, Value>, place: &str) -> Result<Self, Fault> {
        let key = step.get("action").and_then(|action| action.get("key"));
        let Some(action) = key.and_then(Value::as_str) else {
            return Err(Fault::new(
                format!("{place}/action/key"),
                "which action? A step names it here",
            ));
        };
        let mut reader = Reader { needs: Vec::new() };
        let mut input = Map::new();
        let inputs = step.get("inputs").and_then(Value::as_object);
        for (name, given) in inputs.into_iter().flatten() {
            if name.to_ascii_lowercase().contains(CONNECTION) {
                continue;
            }
            let at = below(&format!("{place}/inputs"), name);
            input.insert(name.clone(), reader.value(given, &at)?);
        }
        Ok(Self {
            action: action.to_owned(),
            input,
            needs: reader.needs,
        })
    }

    pub(crate) fn needs(&self) -> Vec<String> {
        self.needs.clone()
    }

    pub(crate) fn request(&self) -> Result<Request, Fault> {
        if let Some(need) = self.needs.first() {
            return Err(Fault::new("", format!("the step reads {need}")));
        }
        Ok(Request {
            system: System::Prismatic,
            operation: self.action.clone(),
            input: self.input.clone(),
        })
    }
}

struct Reader {
    needs: Vec<String>,
}

impl Reader {
    /// What an input says, with its kind taken off.
    fn value(&mut self, given: &Value, place: &str) -> Result<Value, Fault> {
        let Some(kind) = given.get("type").and_then(Value::as_str) else {
            return Ok(given.clone());
        };
        let Some(value) = given.get("value") else {
            return Ok(given.clone());
        };
        match kind {
            "value" => Ok(value.clone()),
            "complex" => self.complex(value, place),
            "template" => {
                if value.as_str().is_some_and(|text| text.contains("{{")) {
                    self.needs.push(format!("the template {value}"));
                }
                Ok(value.clone())
            }
            "reference" => {
                self.needs.push(format!("what came of the step {value}"));
                Ok(Value::Null)
            }
            "configVar" => {
                self.needs
                    .push(format!("the configuration variable {value}"));
                Ok(Value::Null)
            }
            _ => Err(Fault::new(
                format!("{place}/type"),
                format!(
                    "`{kind}` is no kind of input: value, complex, reference, configVar and template are"
                ),
            )),
        }
    }

    /// A list or an object whose items say their kinds themselves; one with a name is a pair.
    fn complex(&mut self, value: &Value, place: &str) -> Result<Value, Fault> {
        match value {
            Value::Array(items) => {
                let mut list = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    let at = format!("{place}/value/{index}");
                    let read = self.value(item, &at)?;
                    let name = item.get("name").filter(|_| item.get("type").is_some());
                    list.push(match name {
                        Some(name) => {
                            let key = self.value(name, &format!("{at}/name"))?;
                            json!({"key": key, "value": read})
                        }
                        None => read,
                    });
                }
                Ok(Value::Array(list))
            }
            Value::Object(members) => {
                let mut object = Map::new();
                for (name, member) in members {
                    let at = below(&format!("{place}/value"), name);
                    object.insert(name.clone(), self.value(member, &at)?);
                }
                Ok(Value::Object(object))
            }
            other => Ok(other.clone()),
        }
    }
}

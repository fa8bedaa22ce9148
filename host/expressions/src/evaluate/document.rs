//! JSON with expressions in its texts and keys: an action's inputs, a condition, a response. Part of [`super`].

use serde_json::{Map, Value};

use super::machine::Machine;
use crate::environment::{Context, Limits};
use crate::fault::{Fault, FaultKind, Place, Raised};
use crate::syntax::{Shape, Template};

/// How deep a document may be; a JSON reader takes no more.
const MAX_DEPTH: usize = 128;

/// JSON with expressions in its texts and keys, parsed once.
///
/// Each member is evaluated when it is asked for: [`Document::at`] gives a part of the document, and nothing around it
/// is evaluated.
///
/// ```
/// use airlock_expressions::{Document, Facts, Limits};
/// use serde_json::json;
///
/// let document = Document::parse(&json!({"rows": "@range(0, 3)", "note": "@int('x')"})).map_err(|all| all[0].clone())?;
/// let rows = document.at("/rows").unwrap();
/// assert_eq!(rows.evaluate(&Facts::default(), &Limits::default())?, json!([0, 1, 2]));
///
/// let fault = document.evaluate(&Facts::default(), &Limits::default()).unwrap_err();
/// assert_eq!(fault.place.to_string(), "/note column 6");
/// # Ok::<(), airlock_expressions::Fault>(())
/// ```
#[derive(Clone, Debug)]
pub struct Document {
    /// Where it lies in the document that was parsed.
    pointer: String,
    node: Node,
}

#[derive(Clone, Debug)]
enum Node {
    Constant(Value),
    Text(Template),
    List(Vec<Document>),
    Object(Vec<Member>),
}

#[derive(Clone, Debug)]
struct Member {
    key: Template,
    value: Document,
}

impl Document {
    /// Parses every text and key.
    ///
    /// # Errors
    ///
    /// Every mistake of syntax in it, each with its pointer.
    pub fn parse(json: &Value) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let document = parsed(json, String::new(), 0, &mut faults);
        match faults.is_empty() {
            true => Ok(document),
            false => Err(faults),
        }
    }

    /// The part that a JSON Pointer leads to. Keys are as they were written, before evaluation.
    #[must_use]
    pub fn at(&self, pointer: &str) -> Option<&Self> {
        if pointer.is_empty() {
            return Some(self);
        }
        pointer
            .strip_prefix('/')?
            .split('/')
            .try_fold(self, |document, segment| {
                let name = segment.replace("~1", "/").replace("~0", "~");
                match &document.node {
                    Node::List(items) => items.get(name.parse::<usize>().ok()?),
                    Node::Object(members) => members
                        .iter()
                        .find(|member| member.key.source == name)
                        .map(|member| &member.value),
                    _ => None,
                }
            })
    }

    /// The value, with the values of all expressions in it.
    ///
    /// # Errors
    ///
    /// The first fault in document order, with its pointer. The limits hold for the whole document.
    pub fn evaluate(&self, context: &dyn Context, limits: &Limits) -> Result<Value, Fault> {
        self.value(&mut Machine::new(context, limits))
    }

    fn value<'c>(&'c self, machine: &mut Machine<'c>) -> Result<Value, Fault> {
        match &self.node {
            Node::Constant(value) => Ok(value.clone()),
            Node::Text(template) => {
                let value = machine.result(template);
                self.told(value, template)
            }
            Node::List(items) => items.iter().map(|item| item.value(machine)).collect(),
            Node::Object(members) => {
                let mut object = Map::new();
                for member in members {
                    let key = machine
                        .template(&member.key)
                        .and_then(|key| key_of(&key.json));
                    let key = member.value.told(key, &member.key)?;
                    object.insert(key, member.value.value(machine)?);
                }
                Ok(Value::Object(object))
            }
        }
    }

    fn told<T>(&self, raised: Raised<T>, template: &Template) -> Result<T, Fault> {
        raised.map_err(|raise| self.placed(raise.told(&template.source)))
    }

    fn placed(&self, mut fault: Fault) -> Fault {
        fault.place.pointer.clone_from(&self.pointer);
        fault
    }

    /// Every text and key, with its pointer.
    pub(crate) fn templates(&self) -> Vec<(&str, &Template)> {
        let mut all = Vec::new();
        self.gather(&mut all);
        all
    }

    fn gather<'a>(&'a self, all: &mut Vec<(&'a str, &'a Template)>) {
        match &self.node {
            Node::Constant(_) => {}
            Node::Text(template) => all.push((&self.pointer, template)),
            Node::List(items) => items.iter().for_each(|item| item.gather(all)),
            Node::Object(members) => {
                for member in members {
                    all.push((&member.value.pointer, &member.key));
                    member.value.gather(all);
                }
            }
        }
    }
}

/// A key is text; null is the empty one.
fn key_of(value: &Value) -> Raised<String> {
    crate::values::text(value).map(std::borrow::Cow::into_owned)
}

fn parsed(json: &Value, pointer: String, depth: usize, faults: &mut Vec<Fault>) -> Document {
    let node = match json {
        Value::String(text) => Node::Text(template(text, &pointer, faults)),
        Value::Array(_) | Value::Object(_) if depth >= MAX_DEPTH => {
            faults.push(Fault {
                kind: FaultKind::Budget,
                message: format!("lists and objects may lie {MAX_DEPTH} deep inside each other"),
                place: Place {
                    pointer: pointer.clone(),
                    column: 1,
                },
            });
            Node::Constant(Value::Null)
        }
        Value::Array(items) => {
            let parse =
                |(index, item)| parsed(item, format!("{pointer}/{index}"), depth + 1, faults);
            Node::List(items.iter().enumerate().map(parse).collect())
        }
        Value::Object(members) => {
            let mut all = Vec::with_capacity(members.len());
            for (key, value) in members {
                let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
                let key = template(key, &pointer, faults);
                all.push(Member {
                    key,
                    value: parsed(value, pointer, depth + 1, faults),
                });
            }
            Node::Object(all)
        }
        constant => Node::Constant(constant.clone()),
    };
    Document { pointer, node }
}

fn template(text: &str, pointer: &str, faults: &mut Vec<Fault>) -> Template {
    Template::parse(text).unwrap_or_else(|mut fault| {
        pointer.clone_into(&mut fault.place.pointer);
        faults.push(fault);
        Template {
            source: text.to_owned(),
            shape: Shape::Literal(String::new()),
        }
    })
}

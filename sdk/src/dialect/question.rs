//! What a person wrote for an operation of another system, as the input of the action behind it.

use serde_json::{Map, Value};

use super::{
    origins::Origins,
    table::{Constant, Given, Key, Means, Operation, Word},
    values::{blank, names, number, pairs, structured, switch, unescaped, written},
};
use crate::{
    Error, FieldError,
    input::below,
    nearest::{did_you_mean, nearest},
};

/// An operation's input in the words of its action.
#[derive(Clone, Debug)]
pub struct Question {
    /// The action's input.
    pub input: Map<String, Value>,
    /// Places that the service has to be at, and where they were named.
    pub places: Vec<(String, String)>,
    origins: Origins,
}

impl Question {
    /// Reads what was written for `operation`.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] with one fault per missing, unknown or unreadable key.
    pub fn read(operation: &Operation, given: &Map<String, Value>) -> Result<Self, Error> {
        let (question, faults) = Self::begun(operation, given, true);
        if faults.is_empty() {
            Ok(question)
        } else {
            Err(Error::InvalidInput(faults))
        }
    }

    /// The same of a form in which anything may still be missing or wrong.
    #[must_use]
    pub fn of_form(operation: &Operation, form: &Map<String, Value>) -> Self {
        Self::begun(operation, form, false).0
    }

    fn begun(
        operation: &Operation,
        given: &Map<String, Value>,
        whole: bool,
    ) -> (Self, Vec<FieldError>) {
        let mut reader = Reader {
            whole,
            places: Vec::new(),
            origins: Origins::default(),
            faults: Vec::new(),
        };
        let mut input = reader.object(operation.keys, given, Place::default());
        constants(&mut input, operation.always);
        let Reader {
            places,
            origins,
            faults,
            ..
        } = reader;
        let question = Self {
            input,
            places,
            origins,
        };
        (question, faults)
    }

    /// An error of the action, with its faults where a person wrote them.
    #[must_use]
    pub fn told(&self, error: Error) -> Error {
        self.origins.told(error)
    }
}

/// Sets what is not set yet.
fn constants(made: &mut Map<String, Value>, constants: &[Constant]) {
    for (field, value) in constants {
        if let Ok(value) = serde_json::from_str(value) {
            made.entry((*field).to_owned()).or_insert(value);
        }
    }
}

/// Where an object is read from, and where it is written to.
#[derive(Clone, Debug, Default)]
struct Place {
    from: String,
    to: String,
}

struct Reader {
    /// Whether everything has to be there and right.
    whole: bool,
    places: Vec<(String, String)>,
    origins: Origins,
    faults: Vec<FieldError>,
}

impl Reader {
    fn object(
        &mut self,
        keys: &[Key],
        given: &Map<String, Value>,
        at: Place,
    ) -> Map<String, Value> {
        let mut made = Map::new();
        for key in keys {
            if let Means::Members(field, mode) = key.means {
                self.members((key, field, mode), given, &at, &mut made);
                continue;
            }
            let found = written(given, key.name).filter(|(value, _)| !blank(value));
            let default = key.default.and_then(|json| serde_json::from_str(json).ok());
            match (found, default) {
                (Some((value, place)), _) => {
                    let from = format!("{}{place}", at.from);
                    self.mean(key, value, from, &at.to, &mut made);
                }
                (None, Some(default)) => {
                    let from = below(&at.from, key.name);
                    self.mean(key, &default, from, &at.to, &mut made);
                }
                (None, None) => self.absent(key, &at, &mut made),
            }
        }
        self.unknown(keys, given, &at);
        made
    }

    fn absent(&mut self, key: &Key, at: &Place, made: &mut Map<String, Value>) {
        if key.required {
            self.missing(key, at);
        } else if let Means::Pairs(field) = key.means {
            made.entry(field.to_owned())
                .or_insert_with(|| Value::Object(Map::new()));
        }
    }

    fn missing(&mut self, key: &Key, at: &Place) {
        if self.whole {
            let text = format!("`{}` is missing. {}", key.name, key.about.unwrap_or(""));
            self.faults
                .push(FieldError::new(below(&at.from, key.name), text.trim_end()));
        }
    }

    fn mean(
        &mut self,
        key: &Key,
        value: &Value,
        from: String,
        to: &str,
        made: &mut Map<String, Value>,
    ) {
        match key.means {
            Means::Same(field) => self.set(made, field, value.clone(), &from, to, true),
            Means::Number(field) => self.set(made, field, number(value), &from, to, true),
            Means::Switch(field) => self.set(made, field, switch(value), &from, to, true),
            Means::Commas(field) | Means::Names(field) => {
                self.set(made, field, names(value), &from, to, false);
            }
            Means::One(field) => {
                let list = Value::Array(vec![value.clone()]);
                self.set(made, field, list, &from, to, false);
            }
            Means::Pairs(field) => self.pairs((field, false), value, &from, to, made),
            Means::Lists(field) => self.pairs((field, true), value, &from, to, made),
            Means::Words(words) => self.word(words, value, &from, to, made),
            Means::Within(field, member) => {
                self.within((field, member), value.clone(), from, to, made);
            }
            Means::Unescaped(field, member) => {
                self.within((field, member), unescaped(value), from, to, made);
            }
            Means::Each(field, keys, always) => {
                self.each((field, keys, always), value, &from, to, made);
            }
            Means::Blocks {
                field,
                named,
                children,
            } => self.blocks((field, named, children), value, &from, to, made),
            Means::Place => match value.as_str() {
                Some(place) => self.places.push((from, place.to_owned())),
                None => self.wrong(from, "a text is needed here".to_owned()),
            },
            // Members are gathered from several keys.
            Means::Members(..) | Means::Nothing => {}
        }
    }

    fn within(
        &mut self,
        (field, member): (&str, &str),
        value: Value,
        from: String,
        to: &str,
        made: &mut Map<String, Value>,
    ) {
        let object = made.entry(field.to_owned());
        if let Value::Object(object) = object.or_insert_with(|| Value::Object(Map::new())) {
            object.insert(member.to_owned(), value);
            self.origins.alike(below(&below(to, field), member), from);
        }
    }

    fn set(
        &mut self,
        made: &mut Map<String, Value>,
        field: &str,
        value: Value,
        from: &str,
        to: &str,
        alike: bool,
    ) {
        if made.contains_key(field) {
            return;
        }
        made.insert(field.to_owned(), value);
        let (to, from) = (below(to, field), from.to_owned());
        if alike {
            self.origins.alike(to, from);
        } else {
            self.origins.made(to, from);
        }
    }

    fn members(
        &mut self,
        (key, field, mode): (&Key, &str, Given),
        given: &Map<String, Value>,
        at: &Place,
        made: &mut Map<String, Value>,
    ) {
        let whole = given.get(key.name).filter(|value| !blank(value));
        let flat: Vec<(&str, &String, &Value)> = given
            .iter()
            .filter_map(|(name, value)| Some((below_name(name, key.name)?, name, value)))
            .collect();
        let to = below(&at.to, field);
        if let Some(value) = whole {
            for (_, name, _) in flat {
                self.wrong(
                    below(&at.from, name),
                    format!(
                        "`{}` is given whole as well: leave one of them out",
                        key.name
                    ),
                );
            }
            let value = match structured(value) {
                Value::Object(members) => Value::Object(kept(members, mode)),
                other => other,
            };
            self.origins.alike(to, below(&at.from, key.name));
            made.insert(field.to_owned(), value);
            return;
        }
        if flat.is_empty() {
            if key.required {
                self.missing(key, at);
            }
            return;
        }
        let mut members = Map::new();
        self.origins.made(to.clone(), below(&at.from, key.name));
        for (path, name, value) in flat {
            let from = below(&at.from, name);
            let parts: Vec<&str> = path.split('/').collect();
            if nest(&mut members, &parts, value) {
                let to = parts.iter().fold(to.clone(), |to, part| below(&to, part));
                self.origins.alike(to, from);
            } else {
                self.wrong(
                    from,
                    format!("`{name}` and another key say different things of one member"),
                );
            }
        }
        made.insert(field.to_owned(), Value::Object(kept(members, mode)));
    }

    fn pairs(
        &mut self,
        (field, lists): (&str, bool),
        value: &Value,
        from: &str,
        to: &str,
        made: &mut Map<String, Value>,
    ) {
        let found = match pairs(value, from) {
            Ok(found) => found,
            Err(places) => {
                for place in places {
                    self.wrong(
                        place,
                        "a list of objects with `key` and `value` is needed here, or one object of \
                         names and values"
                            .to_owned(),
                    );
                }
                return;
            }
        };
        let field_to = below(to, field);
        let object = made.entry(field.to_owned());
        let Value::Object(object) = object.or_insert_with(|| Value::Object(Map::new())) else {
            return;
        };
        let mut new = Map::new();
        for pair in found {
            let earlier = object
                .keys()
                .any(|name| name.eq_ignore_ascii_case(&pair.name));
            match new.get_mut(&pair.name) {
                // An earlier key of the table counts.
                None if earlier => {}
                None => {
                    self.origins.alike(below(&field_to, &pair.name), pair.place);
                    new.insert(pair.name, pair.value);
                }
                Some(Value::Array(values)) if lists => values.push(pair.value),
                Some(one) if lists => {
                    *one = Value::Array(vec![one.take(), pair.value]);
                }
                Some(_) => self.faults.push(FieldError::new(
                    pair.place,
                    format!("`{}` is given twice: leave one out", pair.name),
                )),
            }
        }
        object.extend(new);
        self.origins.made(field_to, from.to_owned());
    }

    fn word(
        &mut self,
        words: &[Word],
        value: &Value,
        from: &str,
        to: &str,
        made: &mut Map<String, Value>,
    ) {
        let typed = match value {
            Value::String(text) => text.trim().to_owned(),
            other => other.to_string(),
        };
        let Some(word) = words
            .iter()
            .find(|word| word.word.eq_ignore_ascii_case(&typed))
        else {
            let known: Vec<&str> = words.iter().map(|word| word.word).collect();
            self.wrong(
                from.to_owned(),
                format!("one of {} is needed here, not {value}", known.join(", ")),
            );
            return;
        };
        for (field, value) in word.sets {
            if let Ok(value) = serde_json::from_str(value) {
                self.set(made, field, value, from, to, false);
            }
        }
    }

    fn each(
        &mut self,
        (field, keys, always): (&str, &[Key], &[Constant]),
        value: &Value,
        from: &str,
        to: &str,
        made: &mut Map<String, Value>,
    ) {
        let Value::Array(items) = structured(value) else {
            self.wrong(
                from.to_owned(),
                "a list of objects is needed here".to_owned(),
            );
            return;
        };
        let to = below(to, field);
        let mut list = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let at = Place {
                from: format!("{from}/{index}"),
                to: format!("{to}/{index}"),
            };
            let Value::Object(item) = item else {
                self.wrong(at.from, "an object is needed here".to_owned());
                continue;
            };
            self.origins.made(at.to.clone(), at.from.clone());
            let mut item = self.object(keys, item, at);
            constants(&mut item, always);
            list.push(Value::Object(item));
        }
        self.origins.made(to, from.to_owned());
        made.insert(field.to_owned(), Value::Array(list));
    }

    fn blocks(
        &mut self,
        (field, named, children): (&str, &str, &[(&'static Operation, &'static [Constant])]),
        value: &Value,
        from: &str,
        to: &str,
        made: &mut Map<String, Value>,
    ) {
        let Value::Object(blocks) = structured(value) else {
            self.wrong(
                from.to_owned(),
                "an object of blocks by name is needed here, each with `operationId` and `parameters`"
                    .to_owned(),
            );
            return;
        };
        let to = below(to, field);
        let mut list = Vec::with_capacity(blocks.len());
        for (name, block) in &blocks {
            let from = below(from, name);
            let called = block
                .get("operationId")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let child = children
                .iter()
                .find(|(child, _)| child.name.eq_ignore_ascii_case(called));
            let Some((child, always)) = child else {
                let known: Vec<&str> = children.iter().map(|(child, _)| child.name).collect();
                self.wrong(
                    below(&from, "operationId"),
                    format!("only {} can stand here, not `{called}`", known.join(", ")),
                );
                continue;
            };
            let none = Map::new();
            let parameters = block.get("parameters").and_then(Value::as_object);
            let at = Place {
                from: below(&from, "parameters"),
                to: format!("{to}/{}", list.len()),
            };
            self.origins.made(at.to.clone(), from);
            let mut item = self.object(child.keys, parameters.unwrap_or(&none), at);
            constants(&mut item, always);
            item.insert(named.to_owned(), Value::from(name.as_str()));
            list.push(Value::Object(item));
        }
        self.origins.made(to, from.to_owned());
        made.insert(field.to_owned(), Value::Array(list));
    }

    fn wrong(&mut self, place: String, message: String) {
        self.faults.push(FieldError::new(place, message));
    }

    /// Keys that the operation does not have.
    fn unknown(&mut self, keys: &[Key], given: &Map<String, Value>, at: &Place) {
        let all: Vec<&str> = keys.iter().map(|key| key.name).collect();
        let gathers = |name: &str| {
            keys.iter().any(|key| {
                matches!(key.means, Means::Members(..)) && below_name(name, key.name).is_some()
            })
        };
        let mut strange = |place: String, name: &str| {
            let near = nearest(name, all.iter().copied());
            let hint = match near.is_empty() {
                true => format!("; the inputs are {}", all.join(", ")),
                false => did_you_mean(&near),
            };
            self.faults.push(FieldError::new(
                place,
                format!("there is no input `{name}`{hint}"),
            ));
        };
        for (name, value) in given {
            if all.contains(&name.as_str()) || gathers(name) {
                continue;
            }
            let heads = all.iter().any(|key| below_name(key, name).is_some());
            match value.as_object().filter(|_| heads) {
                None => strange(below(&at.from, name), name),
                Some(members) => {
                    for member in members.keys() {
                        let whole = format!("{name}/{member}");
                        if !all.contains(&whole.as_str()) {
                            strange(below(&below(&at.from, name), member), &whole);
                        }
                    }
                }
            }
        }
    }
}

/// What of `name` stands behind `head/`.
fn below_name<'a>(name: &'a str, head: &str) -> Option<&'a str> {
    name.strip_prefix(head)?
        .strip_prefix('/')
        .filter(|rest| !rest.is_empty())
}

fn kept(members: Map<String, Value>, mode: Given) -> Map<String, Value> {
    members
        .into_iter()
        .filter(|(_, value)| mode == Given::AsTheyStand || !value.is_null())
        .collect()
}

/// Puts `value` where `path` leads; not where something stands already.
fn nest(members: &mut Map<String, Value>, path: &[&str], value: &Value) -> bool {
    match path {
        [] => false,
        [last] => {
            let free = !members.contains_key(*last);
            if free {
                members.insert((*last).to_owned(), value.clone());
            }
            free
        }
        [first, rest @ ..] => {
            let inner = members.entry((*first).to_owned());
            match inner.or_insert_with(|| Value::Object(Map::new())) {
                Value::Object(inner) => nest(inner, rest, value),
                _ => false,
            }
        }
    }
}

//! Keys whose values are objects and lists: members gathered from several keys, pairs, items, blocks.

use serde_json::{Map, Value};

use super::{
    reader::{Place, Reader, constants},
    table::{Constant, Key, Operation},
    values::{below_name, blank, pairs, structured},
};
use crate::{FieldError, input::below};

impl Reader {
    pub(super) fn members(
        &mut self,
        (key, field): (&Key, &str),
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
            let value = structured(value);
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
        made.insert(field.to_owned(), Value::Object(members));
    }

    pub(super) fn pairs(
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

    pub(super) fn each(
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

    pub(super) fn blocks(
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
            item.insert(named.to_owned(), Value::from(plain(name)));
            list.push(Value::Object(item));
        }
        self.origins.made(to, from.to_owned());
        made.insert(field.to_owned(), Value::Array(list));
    }
}

/// A block's name in characters that any service takes in names of its own.
fn plain(name: &str) -> String {
    let taken = |one: char| one.is_ascii_alphanumeric() || one == '_' || one == '-';
    name.chars()
        .map(|one| if taken(one) { one } else { '_' })
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

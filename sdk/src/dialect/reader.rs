//! Reads an object by the keys of a table, one key after the other.

use serde_json::{Map, Value};

use super::{
    origins::Origins,
    table::{Constant, Key, Means, Word},
    values::{below_name, blank, names, number, switch, unescaped, written},
};
use crate::{
    FieldError,
    input::below,
    nearest::{did_you_mean, nearest},
};

/// Sets what is not set yet.
pub(super) fn constants(made: &mut Map<String, Value>, constants: &[Constant]) {
    for (field, value) in constants {
        if let Ok(value) = serde_json::from_str(value) {
            made.entry((*field).to_owned()).or_insert(value);
        }
    }
}

/// Where an object is read from, and where it is written to.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) from: String,
    pub(super) to: String,
}

pub(super) struct Reader {
    /// Whether everything has to be there and right.
    pub(super) whole: bool,
    pub(super) places: Vec<(String, String)>,
    pub(super) origins: Origins,
    pub(super) faults: Vec<FieldError>,
}

impl Reader {
    pub(super) fn object(
        &mut self,
        keys: &[Key],
        given: &Map<String, Value>,
        at: Place,
    ) -> Map<String, Value> {
        let mut made = Map::new();
        for key in keys {
            if let Means::Members(field) = key.means {
                self.members((key, field), given, &at, &mut made);
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

    pub(super) fn missing(&mut self, key: &Key, at: &Place) {
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

    pub(super) fn wrong(&mut self, place: String, message: String) {
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

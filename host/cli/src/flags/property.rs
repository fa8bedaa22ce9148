//! One field of an input, as a flag.

use super::kebab::kebab;
use crate::output::{clean, clean_lines};
use airlock_forms::{Field, Shape, fields};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// A property and the flag that sets it.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// Name in the input document.
    pub name: String,
    /// Flag, without the dashes. Unique among the action's and the command's own flags.
    pub flag: String,
    /// The document's own spelling of the name, where that works as a flag too: an example in JSON
    /// can then be typed as it stands.
    pub alias: Option<String>,
    /// What it is, in the connector's words.
    pub help: String,
    /// How its value is typed.
    pub shape: Shape,
    /// The action cannot run without it.
    pub required: bool,
    /// What the connector takes when it is left out.
    pub default: Option<Value>,
    /// The flag that sets one entry of it, `--set name=value`, for properties marked
    /// `x-airlock-pairs`.
    pub pairs: Option<Pairs>,
    /// The drop-down that lists its legal values (`airlock choices CONNECTION SOURCE`).
    pub source: Option<String>,
    /// Once it is filled in, the connector has more to say of the others.
    pub refines: bool,
    /// Kept for old callers only.
    pub deprecated: bool,
    /// Rarely needed: the short help leaves it out.
    pub advanced: bool,
    /// The names that an object is known to have, such as a table's columns once the table is
    /// chosen.
    pub known: Vec<Property>,
}

/// How one entry of an object with free names is set.
#[derive(Clone, Debug, PartialEq)]
pub struct Pairs {
    /// Flag, without the dashes.
    pub flag: String,
    /// Shape of every value, where the schema fixes one.
    pub members: Option<Shape>,
}

impl Property {
    /// The argument id under which clap keeps what was typed for the property itself.
    pub(super) fn id(&self) -> String {
        format!("input:{}", self.name)
    }

    /// The argument id of its `--set`.
    pub(super) fn pairs_id(&self) -> String {
        format!("pairs:{}", self.name)
    }
}

/// The properties of `schema` in a form's order, with flags that differ from each other and from every
/// name in `reserved`. Words for people are cleaned: they are the connector's, and go to a terminal.
pub fn properties(schema: &Value, reserved: &[&str]) -> Vec<Property> {
    flagged(fields(schema), reserved)
}

fn flagged(fields: Vec<Field>, reserved: &[&str]) -> Vec<Property> {
    let mut taken = Taken::new(reserved);
    let mut found: Vec<Property> = fields.into_iter().map(wished).collect();
    for property in &mut found {
        property.flag = taken.unique(&property.flag);
    }
    for property in &mut found {
        let name = &property.name;
        let typeable = !name.starts_with('-') && !name.contains(['=', ' ']) && clean(name) == *name;
        if typeable && taken.names.insert(name.clone()) {
            property.alias = Some(name.clone());
        }
    }
    // Pair flags come last: `--set` gives way to a property that is itself called `set`.
    for property in &mut found {
        if let Some(pairs) = &mut property.pairs {
            let longer = format!("set-{}", property.flag);
            let wish = if taken.names.contains(&pairs.flag) {
                &longer
            } else {
                &pairs.flag
            };
            pairs.flag = taken.unique(wish);
        }
    }
    found
}

/// The flags that are given away.
struct Taken {
    names: HashSet<String>,
    reserved: HashSet<String>,
    /// The last number behind each flag that several wanted. Counting goes on from there: a schema may
    /// have any number of names that make one flag.
    numbers: HashMap<String, u32>,
}

impl Taken {
    fn new(reserved: &[&str]) -> Self {
        let reserved: HashSet<String> = reserved.iter().map(|&name| name.to_owned()).collect();
        Self {
            names: reserved.clone(),
            reserved,
            numbers: HashMap::new(),
        }
    }

    /// `wish`; `input-wish` where the command has a flag of that name itself; with a number behind it
    /// where another property has it.
    fn unique(&mut self, wish: &str) -> String {
        let wish = match wish {
            "" => "value".to_owned(),
            wish if self.reserved.contains(wish) => format!("input-{wish}"),
            wish => wish.to_owned(),
        };
        if self.names.insert(wish.clone()) {
            return wish;
        }
        let number = self.numbers.entry(wish.clone()).or_insert(1);
        loop {
            *number += 1;
            let flag = format!("{wish}-{number}");
            if self.names.insert(flag.clone()) {
                return flag;
            }
        }
    }
}

/// With the flag that it would have if no other wanted it.
fn wished(field: Field) -> Property {
    Property {
        flag: kebab(&field.name),
        alias: None,
        help: clean_lines(&field.help),
        shape: field.shape,
        required: field.required,
        default: field.default,
        pairs: field.entries.map(|entries| Pairs {
            flag: entries
                .called
                .map_or_else(|| "set".to_owned(), |called| kebab(&called)),
            members: entries.members,
        }),
        source: field.source.as_deref().map(clean),
        refines: field.refines,
        deprecated: field.deprecated,
        advanced: field.advanced,
        known: flagged(field.known, &[]),
        name: field.name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn one(node: Value) -> Property {
        properties(&json!({"properties": { "it": node }}), &[]).remove(0)
    }

    #[test]
    fn any_number_of_names_may_wish_for_one_flag() {
        let names = (0..20_000).map(|n| format!("a{n:015b}").replace('0', "_").replace('1', "-"));
        let properties_of = names.map(|name| (name, json!({})));
        let schema = json!({"properties": properties_of.collect::<serde_json::Map<_, _>>()});
        let found = properties(&schema, &[]);
        let flags: HashSet<&str> = found.iter().map(|p| p.flag.as_str()).collect();
        assert_eq!((found.len(), flags.len()), (20_000, 20_000));
        assert!(flags.contains("a") && flags.contains("a-20000"));
    }

    #[test]
    fn a_connectors_words_cannot_drive_the_terminal() {
        let property =
            one(json!({"description": "a\u{1b}[2Jb\nc\u{202e}", "x-airlock-choices": "t\u{9b}"}));
        assert_eq!(property.help, "a·[2Jb\nc·");
        assert_eq!(property.source.as_deref(), Some("t·"));
        let schema = json!({"properties": {"a\u{1b}b": {}}});
        let property = properties(&schema, &[]).remove(0);
        assert_eq!((property.flag.as_str(), property.alias), ("a-b", None));
    }

    #[test]
    fn flags_avoid_each_other_and_the_commands_own() {
        let schema = json!({"properties": {
            "output": {"type": "string"},
            "nextPage": {"type": "string"},
            "next_page": {"type": "string"},
            "set": {"type": "boolean"},
            "values": {"type": "object", "x-airlock-pairs": true}
        }});
        let found = properties(&schema, &["output"]);
        let mut flags: Vec<&str> = found.iter().map(|p| p.flag.as_str()).collect();
        flags.sort_unstable();
        assert_eq!(
            flags,
            ["input-output", "next-page", "next-page-2", "set", "values"]
        );
        let pairs = found.iter().find_map(|p| p.pairs.as_ref()).unwrap();
        assert_eq!(pairs.flag, "set-values");
    }

    #[test]
    fn the_documents_own_spelling_works_unless_it_is_taken() {
        let schema = json!({"properties": {"output": {}, "nextPage": {}, "table": {}}});
        let aliases: Vec<Option<String>> = properties(&schema, &["output"])
            .into_iter()
            .map(|property| property.alias)
            .collect();
        assert_eq!(aliases, [None, Some("nextPage".to_owned()), None]);
    }

    #[test]
    fn a_pairs_mark_may_name_its_own_flag() {
        let property = one(json!({
            "type": "object", "x-airlock-pairs": "header",
            "additionalProperties": {"type": "string"}
        }));
        assert_eq!(
            property.pairs,
            Some(Pairs {
                flag: "header".into(),
                members: Some(Shape::Text)
            })
        );
    }
}

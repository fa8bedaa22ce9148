//! A definition as `RetrieveMetadataChanges` tells it: of a complex type, whole, with nulls for what is not wanted.

use serde_json::{Map, Value};

use super::query::Part;
use crate::metadata::NAMESPACE;
use crate::metadata::item::{Children, Item};
use crate::schema::{Column, Schema};

/// Members that are always told.
const ALWAYS: [&str; 3] = ["MetadataId", "HasChanged", "LogicalName"];
/// The choices of a column, which elsewhere are navigation properties.
const CHOICES: [&str; 2] = ["OptionSet", "GlobalOptionSet"];
/// Columns of this type are told without a type (Microsoft's example).
const UNTOLD: [&str; 2] = ["AttributeMetadata", "UniqueIdentifierAttributeMetadata"];

/// What holds for all definitions of an answer.
pub(super) struct Shaper<'q> {
    /// The schema version that the caller knows.
    pub(super) since: Option<u64>,
    /// Languages of labels; empty for all.
    pub(super) languages: &'q [i64],
}

impl Shaper<'_> {
    /// Whether the caller does not know this version of a definition.
    pub(super) fn is_wanted(&self, item: &Item<'_>) -> bool {
        self.since.is_none_or(|since| changed(item) > since)
    }

    /// The JSON of a definition without its children.
    pub(super) fn shape(
        &self,
        schema: &Schema,
        item: &Item<'_>,
        mut document: Map<String, Value>,
        part: &Part,
    ) -> Map<String, Value> {
        document.insert(
            "HasChanged".to_owned(),
            self.since.map(|since| changed(item) > since).into(),
        );
        for name in CHOICES {
            if let Item::Column(..) = item
                && let Some(Children::One(choice)) = item.children(schema, name)
            {
                let choice = choice.filter(|_| part.wants(name));
                let choice = choice.map(|choice| Value::Object(choice.document()));
                document.insert(name.to_owned(), choice.unwrap_or_default());
            }
        }
        let mut value = Map::with_capacity(document.len() + 1);
        let kind = item.type_name();
        if matches!(item, Item::Column(..)) && !UNTOLD.contains(&kind) {
            let kind = format!("#{NAMESPACE}Complex{kind}");
            value.insert("@odata.type".to_owned(), Value::String(kind));
        }
        for (name, mut member) in document {
            if ALWAYS.contains(&name.as_str()) || part.wants(&name) {
                if !self.languages.is_empty() {
                    self.speak(&mut member);
                }
            } else if member.is_array() {
                member = Value::Array(Vec::new());
            } else {
                member = Value::Null;
            }
            value.insert(name, member);
        }
        value
    }

    /// Leaves only the wanted languages in the labels of a member. Definitions nest a few levels deep.
    fn speak(&self, value: &mut Value) {
        match value {
            Value::Array(values) => values.iter_mut().for_each(|value| self.speak(value)),
            Value::Object(members) => {
                for (name, member) in members.iter_mut() {
                    match member {
                        Value::Array(labels) if name == "LocalizedLabels" => {
                            labels.retain(|label| {
                                let language = label.get("LanguageCode").and_then(Value::as_i64);
                                language.is_some_and(|language| self.languages.contains(&language))
                            })
                        }
                        other => self.speak(other),
                    }
                }
            }
            _ => {}
        }
    }
}

/// The schema version in which a definition last changed.
fn changed(item: &Item<'_>) -> u64 {
    let of_column = |column: &Column| {
        let choice = column.options().map_or(0, |options| options.facts.changed);
        column.facts.changed.max(choice)
    };
    match item {
        Item::Table(table) => table.facts.changed,
        Item::Column(_, column) | Item::YesNo(_, column) => of_column(column),
        Item::OneToMany(one) => one.facts.changed,
        Item::ManyToMany(many) => many.facts.changed,
        Item::Key(_, key) => key.facts.changed,
        Item::OptionSet(options) => options.facts.changed,
        Item::Managed(_) => 0,
    }
}

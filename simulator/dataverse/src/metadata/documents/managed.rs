//! `ManagedPropertyMetadata`: what can be forbidden about a definition.

use serde_json::{Map, Value};

use super::parts::{label, members};
use crate::schema::Label;

/// A managed property.
#[derive(Debug)]
pub(in crate::metadata) struct ManagedProperty {
    /// Logical name, as `ManagedPropertyLogicalName` tells it.
    pub(in crate::metadata) name: &'static str,
    /// Kind of definition it is about: `entity`, `attribute`, or both and more when empty.
    about: &'static str,
}

const fn of(name: &'static str, about: &'static str) -> ManagedProperty {
    ManagedProperty { name, about }
}

/// Those that the documents of tables and columns name.
pub(in crate::metadata) const MANAGED_PROPERTIES: &[ManagedProperty] = &[
    of("canbedeleted", ""),
    of("canbeincustomentityassociation", "entity"),
    of("canbeinmanytomany", "entity"),
    of("canbeprimaryentityinrelationship", "entity"),
    of("canberelatedentityinrelationship", "entity"),
    of("canchangedatetimebehavior", "attribute"),
    of("canchangehierarchicalrelationship", "entity"),
    of("canchangetrackingbeenabled", "entity"),
    of("cancreateattributes", "entity"),
    of("cancreatecharts", "entity"),
    of("cancreateforms", "entity"),
    of("cancreateviews", "entity"),
    of("canenablesynctoexternalsearchindex", "entity"),
    of("canmodifyadditionalsettings", ""),
    of("canmodifyauditsettings", ""),
    of("canmodifyconnectionsettings", "entity"),
    of("canmodifyduplicatedetectionsettings", "entity"),
    of("canmodifyglobalfiltersettings", "attribute"),
    of("canmodifyissortablesettings", "attribute"),
    of("canmodifymailmergesettings", "entity"),
    of("canmodifymobileclientoffline", "entity"),
    of("canmodifymobileclientreadonly", "entity"),
    of("canmodifymobileclientvisibility", "entity"),
    of("canmodifymobilevisibility", "entity"),
    of("canmodifyqueuesettings", "entity"),
    of("canmodifyrequirementlevelsettings", "attribute"),
    of("canmodifysearchsettings", "attribute"),
    of("iscustomizable", ""),
    of("iscustomizableanddeletable", ""),
    of("ismappable", "entity"),
    of("isrenameable", ""),
];

pub(in crate::metadata) fn fill(document: &mut Map<String, Value>, property: &ManagedProperty) {
    let about = Some(property.about).filter(|about| !about.is_empty());
    members!(document, {
        "LogicalName": property.name,
        "DisplayName": label(&Label::new(property.name), true),
        "Description": label(&Label::empty(), true),
        "ManagedPropertyType": "Operation",
        "Operation": "None",
        "EvaluationPriority": "None",
        "ValueAttributeTypeCode": "Boolean",
        "EnablesEntityName": about,
        "EnablesAttributeName": Value::Null,
        "ErrorCode": 0,
        "IsGlobalForOperation": false,
        "IsPrivate": false,
        "IntroducedVersion": "5.0.0.0",
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::item::Item;
    use crate::schema::standard;

    fn look(value: &Value) {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(name)) = members.get("ManagedPropertyLogicalName") {
                    let mut known = MANAGED_PROPERTIES.iter();
                    assert!(known.any(|property| property.name == name), "{name}");
                }
                members.values().for_each(look);
            }
            Value::Array(items) => items.iter().for_each(look),
            _ => {}
        }
    }

    #[test]
    fn every_managed_property_of_a_definition_is_described() {
        let schema = standard().unwrap().build();
        for table in schema.tables() {
            look(&Value::Object(Item::Table(table).document()));
            for column in &table.columns {
                look(&Value::Object(Item::Column(table, column).document()));
            }
        }
    }
}

//! What a connector says of the columns of a chosen table, before the first row comes.
//!
//! It stands in the refined input schema, as `x-airlock-columns`: which property of a row a column's
//! name means, what stands beside it, and what comes unasked. With it a header can be written first
//! and hold everything that will come. Without it columns are learnt from the rows.

use serde_json::Value;
use std::collections::HashMap;

/// The keyword.
const KEYWORD: &str = "x-airlock-columns";

/// What is known of columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The property that names a row to people.
    pub title: Option<String>,
    /// The property that holds a row's id.
    pub id: Option<String>,
    /// The property behind each name, by the name in lower case.
    names: HashMap<String, String>,
    /// Every column's property, in the connector's order.
    all: Vec<String>,
    /// What stands beside a column in this call, such as its text for people.
    beside: HashMap<String, Vec<String>>,
    /// What comes in every row of this call, asked for or not; nothing where more may come.
    unasked: Option<Vec<String>>,
}

impl Known {
    /// Reads the keyword of a refined input schema; nothing where it is missing.
    pub fn of(schema: &Value) -> Option<Self> {
        let mark = schema.get(KEYWORD)?.as_object()?;
        let text = |name: &str| mark.get(name).and_then(Value::as_str).map(str::to_owned);
        let names: Vec<(String, String)> = mark
            .get("names")
            .and_then(Value::as_object)?
            .iter()
            .filter_map(|(name, property)| {
                Some((name.to_lowercase(), property.as_str()?.to_owned()))
            })
            .collect();
        let beside = mark.get("beside").and_then(Value::as_object);
        Some(Self {
            title: text("title"),
            id: text("id"),
            all: names.iter().map(|(_, property)| property.clone()).collect(),
            names: names.into_iter().collect(),
            beside: beside
                .into_iter()
                .flatten()
                .map(|(name, companions)| (name.clone(), texts(companions)))
                .collect(),
            unasked: mark.get("unasked").map(texts),
        })
    }

    /// The property that `name` means.
    pub(super) fn property(&self, name: &str) -> Option<&str> {
        self.names.get(&name.to_lowercase()).map(String::as_str)
    }

    /// The whole header of an answer in which these columns were named, or all where none were;
    /// nothing where a name is not known, or more may come.
    pub(super) fn header(&self, named: &[String]) -> Option<Vec<String>> {
        let unasked = self.unasked.as_ref()?;
        let mut header: Vec<String> = Vec::new();
        let mut add = |property: &str| {
            if !header.iter().any(|known| known == property) {
                header.push(property.to_owned());
            }
        };
        let asked: Option<Vec<&str>> = match named {
            [] => Some(self.all.iter().map(String::as_str).collect()),
            named => named.iter().map(|name| self.property(name)).collect(),
        };
        for property in asked?.into_iter().chain(unasked.iter().map(String::as_str)) {
            add(property);
            for companion in self.beside.get(property).into_iter().flatten() {
                add(companion);
            }
        }
        Some(header)
    }
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use serde_json::json;

    /// As the connector says it for a few columns of a table.
    pub(in crate::output) fn known() -> Known {
        Known::of(&json!({"x-airlock-columns": {
            "title": "subject", "id": "leadid",
            "names": {
                "industrycode": "industrycode", "leadid": "leadid",
                "ownerid": "_ownerid_value", "_ownerid_value": "_ownerid_value", "subject": "subject"
            },
            "beside": {"industrycode": ["industrycode@Label"], "_ownerid_value": ["_ownerid_value@Label"]},
            "unasked": ["leadid", "@etag"]
        }}))
        .unwrap()
    }

    #[test]
    fn a_header_holds_what_was_asked_for_in_its_order_with_what_stands_beside() {
        let named = |names: &[&str]| {
            known().header(&names.iter().map(|&n| n.to_owned()).collect::<Vec<_>>())
        };
        let header = named(&["ownerid", "SUBJECT", "industrycode", "subject"]).unwrap();
        assert_eq!(
            header,
            [
                "_ownerid_value",
                "_ownerid_value@Label",
                "subject",
                "industrycode",
                "industrycode@Label",
                "leadid",
                "@etag"
            ]
        );
        assert_eq!(named(&["subject", "unheard"]), None);
        let all = named(&[]).unwrap();
        assert_eq!(all.len(), 7, "{all:?}");
    }

    #[test]
    fn a_schema_without_the_keyword_says_nothing() {
        for schema in [json!({}), json!(true), json!({"x-airlock-columns": 5})] {
            assert_eq!(Known::of(&schema), None, "{schema}");
        }
    }
}

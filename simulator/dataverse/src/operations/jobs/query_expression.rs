//! `QueryExpression`: the queries that actions take, turned into FetchXML, which says the same.
//!
//! Layer: operations, pure.

use serde::Deserialize;
use serde_json::Value;

use crate::http::SimError;
use crate::operations::arguments::required;
use quick_xml::escape::escape;

/// How deep filters and links may nest.
const MAX_DEPTH: usize = 30;

/// A query.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct QueryExpression {
    /// Logical name of the table.
    #[serde(default)]
    pub entity_name: String,
    #[serde(default)]
    criteria: Option<Filter>,
    #[serde(default)]
    link_entities: Vec<Link>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Filter {
    #[serde(default)]
    filter_operator: Option<String>,
    #[serde(default)]
    conditions: Vec<Condition>,
    #[serde(default)]
    filters: Vec<Filter>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Condition {
    attribute_name: String,
    operator: String,
    #[serde(default)]
    values: Vec<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Link {
    link_to_entity_name: String,
    link_from_attribute_name: String,
    link_to_attribute_name: String,
    #[serde(default)]
    join_operator: Option<String>,
    #[serde(default)]
    link_criteria: Option<Filter>,
    #[serde(default)]
    link_entities: Vec<Link>,
}

impl QueryExpression {
    /// Reads a query.
    ///
    /// # Errors
    /// 400 for what is none, or names no table.
    pub(super) fn read(text: &str) -> Result<Self, SimError> {
        let query: Self = serde_json::from_str(text).map_err(|error| {
            SimError::invalid_argument(format!("The query expression cannot be read: {error}"))
        })?;
        if query.entity_name.is_empty() {
            return Err(required("EntityName"));
        }
        Ok(query)
    }

    /// The query as FetchXML that gives one column.
    ///
    /// # Errors
    /// 400 for what nests too deeply.
    pub(super) fn fetch(&self, column: &str) -> Result<String, SimError> {
        let mut xml = format!(
            "<fetch><entity name=\"{}\"><attribute name=\"{}\"/>",
            escape(self.entity_name.as_str()),
            escape(column)
        );
        if let Some(criteria) = &self.criteria {
            filter(&mut xml, criteria, 0)?;
        }
        links(&mut xml, &self.link_entities, 0)?;
        xml.push_str("</entity></fetch>");
        Ok(xml)
    }
}

fn too_deep() -> SimError {
    SimError::invalid_argument("The query expression nests too deeply.")
}

fn filter(xml: &mut String, filter_: &Filter, depth: usize) -> Result<(), SimError> {
    if depth > MAX_DEPTH {
        return Err(too_deep());
    }
    if filter_.conditions.is_empty() && filter_.filters.is_empty() {
        return Ok(());
    }
    let is_or = filter_
        .filter_operator
        .as_deref()
        .is_some_and(|operator| operator.eq_ignore_ascii_case("or"));
    xml.push_str(if is_or {
        "<filter type=\"or\">"
    } else {
        "<filter type=\"and\">"
    });
    for condition in &filter_.conditions {
        xml.push_str(&format!(
            "<condition attribute=\"{}\" operator=\"{}\">",
            escape(condition.attribute_name.as_str()),
            escape(operator(&condition.operator))
        ));
        for value in &condition.values {
            xml.push_str(&format!("<value>{}</value>", escape(text(value))));
        }
        xml.push_str("</condition>");
    }
    for inner in &filter_.filters {
        filter(xml, inner, depth + 1)?;
    }
    xml.push_str("</filter>");
    Ok(())
}

fn links(xml: &mut String, links_: &[Link], depth: usize) -> Result<(), SimError> {
    if depth > MAX_DEPTH {
        return Err(too_deep());
    }
    for link in links_ {
        let kind = match link.join_operator.as_deref() {
            Some("LeftOuter") => "outer",
            _ => "inner",
        };
        xml.push_str(&format!(
            "<link-entity name=\"{}\" from=\"{}\" to=\"{}\" link-type=\"{kind}\">",
            escape(link.link_to_entity_name.as_str()),
            escape(link.link_to_attribute_name.as_str()),
            escape(link.link_from_attribute_name.as_str())
        ));
        if let Some(criteria) = &link.link_criteria {
            filter(xml, criteria, depth)?;
        }
        links(xml, &link.link_entities, depth + 1)?;
        xml.push_str("</link-entity>");
    }
    Ok(())
}

/// The text of a value, alone or as `{"Value":…,"Type":…}`.
fn text(value: &Value) -> String {
    match value {
        Value::Object(members) => members.get("Value").map_or_else(String::new, text),
        Value::String(text) => text.clone(),
        Value::Bool(value) => i32::from(*value).to_string(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// FetchXML's word for a `ConditionOperator`: mostly the same in other letters.
fn operator(name: &str) -> String {
    let irregular = match name {
        "Equal" => "eq",
        "NotEqual" => "ne",
        "GreaterThan" => "gt",
        "GreaterEqual" => "ge",
        "LessThan" => "lt",
        "LessEqual" => "le",
        "DoesNotBeginWith" => "not-begin-with",
        "BeginsWith" => "begins-with",
        "EndsWith" => "ends-with",
        "DoesNotEndWith" => "not-end-with",
        "ContainValues" => "contain-values",
        "DoesNotContainValues" => "not-contain-values",
        "EqualUserId" => "eq-userid",
        "NotEqualUserId" => "ne-userid",
        "EqualUserTeams" => "eq-userteams",
        "EqualUserOrUserTeams" => "eq-useroruserteams",
        "EqualBusinessId" => "eq-businessid",
        "NotEqualBusinessId" => "ne-businessid",
        "UnderOrEqual" => "eq-or-under",
        "AboveOrEqual" => "eq-or-above",
        "Last7Days" => "last-seven-days",
        "Next7Days" => "next-seven-days",
        _ => "",
    };
    if !irregular.is_empty() {
        return irregular.to_owned();
    }
    let mut word = String::with_capacity(name.len() + 8);
    for character in name.chars() {
        if character.is_ascii_uppercase() && !word.is_empty() {
            word.push('-');
        }
        word.push(character.to_ascii_lowercase());
    }
    word.replace("older-than", "olderthan")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_have_their_other_names() {
        for (name, word) in [
            ("Equal", "eq"),
            ("In", "in"),
            ("NotLike", "not-like"),
            ("LastXDays", "last-x-days"),
            ("OlderThanXMonths", "olderthan-x-months"),
            ("OnOrBefore", "on-or-before"),
            ("Null", "null"),
        ] {
            assert_eq!(operator(name), word);
        }
    }

    #[test]
    fn a_query_becomes_fetch_xml_whatever_it_holds() {
        let query = QueryExpression::read(
            r#"{"@odata.type":"Microsoft.Dynamics.CRM.QueryExpression","EntityName":"account","Criteria":{"FilterOperator":"Or",
                "Conditions":[{"AttributeName":"name","Operator":"Equal","Values":[{"Value":"<A & B>","Type":"System.String"}]}],
                "Filters":[{"Conditions":[{"AttributeName":"fax","Operator":"Null"}]}]},
                "LinkEntities":[{"LinkToEntityName":"contact","LinkFromAttributeName":"primarycontactid","LinkToAttributeName":"contactid"}]}"#,
        );
        assert_eq!(
            query.unwrap().fetch("accountid").unwrap(),
            "<fetch><entity name=\"account\"><attribute name=\"accountid\"/><filter type=\"or\"><condition attribute=\"name\" \
             operator=\"eq\"><value>&lt;A &amp; B&gt;</value></condition><filter type=\"and\"><condition attribute=\"fax\" \
             operator=\"null\"></condition></filter></filter><link-entity name=\"contact\" from=\"contactid\" \
             to=\"primarycontactid\" link-type=\"inner\"></link-entity></entity></fetch>"
        );
        assert!(QueryExpression::read("{}").is_err());
        assert!(QueryExpression::read("[1]").is_err());
    }
}

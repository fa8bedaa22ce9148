//! `EntityQueryExpression` as JSON has it.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::http::SimError;

/// Which tables are wanted, and what of them.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Query {
    /// Of the tables themselves.
    #[serde(flatten)]
    pub(super) table: Part,
    attribute_query: Option<Part>,
    relationship_query: Option<Part>,
    key_query: Option<Part>,
    label_query: Option<Labels>,
}

/// Which definitions of one kind are wanted, and which of their members.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Part {
    properties: Option<Properties>,
    /// The conditions they have to fit.
    pub(super) criteria: Option<Criteria>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Properties {
    all_properties: bool,
    property_names: Option<Vec<String>>,
}

/// Conditions, joined.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Criteria {
    /// How.
    pub(super) filter_operator: Join,
    /// The conditions.
    pub(super) conditions: Option<Vec<Condition>>,
    /// Conditions within.
    pub(super) filters: Option<Vec<Criteria>>,
}

/// How conditions are joined.
#[derive(Clone, Copy, Default, Deserialize, PartialEq, Eq)]
pub(super) enum Join {
    /// All have to fit.
    #[default]
    And,
    /// One has to.
    Or,
}

/// A comparison of a member with a value.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Condition {
    /// The member.
    pub(super) property_name: String,
    /// The comparison.
    pub(super) condition_operator: Operator,
    /// The value.
    #[serde(default)]
    pub(super) value: Option<Object>,
}

/// `MetadataConditionOperator`.
#[derive(Clone, Copy, Deserialize)]
pub(super) enum Operator {
    /// The same.
    Equals,
    /// Another.
    NotEquals,
    /// One of these.
    In,
    /// None of these.
    NotIn,
    /// Greater.
    GreaterThan,
    /// Less.
    LessThan,
}

/// A value with the name of its .NET type, which the member's own type makes superfluous.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Object {
    /// The value, usually as text.
    #[serde(default)]
    pub(super) value: Value,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Labels {
    filter_languages: Option<Vec<i64>>,
}

/// What is wanted of children that the query says nothing about: everything (unverified).
static WHOLE: Part = Part {
    properties: Some(Properties {
        all_properties: true,
        property_names: None,
    }),
    criteria: None,
};

impl Query {
    /// Reads a query; without one everything is wanted.
    pub(super) fn read(json: Option<&RawValue>) -> Result<Self, SimError> {
        let Some(json) = json else {
            return Ok(Self {
                table: Part {
                    properties: Some(Properties {
                        all_properties: true,
                        property_names: None,
                    }),
                    criteria: None,
                },
                ..Self::default()
            });
        };
        serde_json::from_str(json.get())
            .map_err(|error| SimError::invalid_argument(format!("The Query is not valid: {error}")))
    }

    /// What is wanted of a table's children of this name.
    pub(super) fn part(&self, children: &str) -> &Part {
        let part = match children {
            "Attributes" => &self.attribute_query,
            "Keys" => &self.key_query,
            _ => &self.relationship_query,
        };
        part.as_ref().unwrap_or(&WHOLE)
    }

    /// The languages that labels are wanted in; empty for all.
    pub(super) fn languages(&self) -> &[i64] {
        self.label_query
            .as_ref()
            .and_then(|labels| labels.filter_languages.as_deref())
            .unwrap_or_default()
    }
}

impl Part {
    /// Whether a member is wanted.
    pub(super) fn wants(&self, name: &str) -> bool {
        self.properties.as_ref().is_some_and(|properties| {
            properties.all_properties
                || properties
                    .property_names
                    .iter()
                    .flatten()
                    .any(|wanted| wanted == name)
        })
    }
}

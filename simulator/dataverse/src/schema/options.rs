//! Choices: the named integers behind choice, choices, state and status columns.

use serde::{Deserialize, Serialize};

use super::{Facts, Label};

/// A set of options, local to one column or global.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionSet {
    /// Unique name: `<table>_<column>` for a local set.
    pub name: String,
    /// Name for people.
    pub display_name: Label,
    /// Shared by several columns and listed under `GlobalOptionSetDefinitions`.
    pub is_global: bool,
    /// The options in display order.
    pub options: Vec<ChoiceOption>,
    /// Explanation for people.
    #[serde(default)]
    pub description: Label,
    /// Made by a person, not shipped.
    #[serde(default)]
    pub is_custom: bool,
    /// Identity, history and settings.
    #[serde(default)]
    pub facts: Facts,
}

/// One option of a choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoiceOption {
    /// The integer on the wire.
    pub value: i32,
    /// What people see; also the formatted value.
    pub label: Label,
    /// A colour as `#rrggbb`, when one was chosen.
    pub color: Option<String>,
    /// What only state and status options have.
    pub detail: OptionDetail,
    /// Explanation for people.
    #[serde(default)]
    pub description: Label,
    /// What another system calls it.
    #[serde(default)]
    pub external_value: Option<String>,
    /// Options of the choice that this one's depend on.
    #[serde(default)]
    pub parent_values: Vec<i32>,
    /// Added by a person, not shipped.
    #[serde(default)]
    pub is_custom: bool,
}

/// The part of an option that depends on the kind of its column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OptionDetail {
    /// An option of an ordinary choice.
    Plain,
    /// An option of `statecode`.
    State {
        /// Language-independent name, such as `Active`.
        invariant_name: String,
        /// The `statuscode` a row gets when only this state is set.
        default_status: i32,
    },
    /// An option of `statuscode`.
    Status {
        /// The `statecode` this reason belongs to.
        state: i32,
    },
}

impl OptionSet {
    /// The option with this value.
    pub fn option(&self, value: i32) -> Option<&ChoiceOption> {
        self.options.iter().find(|option| option.value == value)
    }

    /// The label of a value, as the formatted value annotation shows it.
    pub fn label(&self, value: i32) -> Option<&str> {
        self.option(value).map(|option| option.label.text())
    }
}

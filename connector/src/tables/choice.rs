//! The options of choice columns.

use airlock_connector::by_name::ByName;
use serde::Deserialize;

use super::label::Label;

/// One option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What goes onto the wire.
    pub value: i64,
    /// What people read, in the caller's language.
    pub label: String,
    /// The same in every language.
    pub labels: Vec<String>,
}

impl Choice {
    fn is_called(&self, text: &str) -> bool {
        let text = text.trim().to_lowercase();
        self.label.to_lowercase() == text
            || self.labels.iter().any(|label| label.to_lowercase() == text)
    }
}

/// The options of one column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices(Vec<Choice>);

impl Choices {
    /// These options.
    #[must_use]
    pub fn new(choices: Vec<Choice>) -> Self {
        Self(choices)
    }

    /// The options with that label, in any case; several when labels repeat.
    #[must_use]
    pub fn called(&self, label: &str) -> Vec<&Choice> {
        self.0
            .iter()
            .filter(|choice| choice.is_called(label))
            .collect()
    }

    /// All of them, in the organisation's order.
    pub fn iter(&self) -> impl Iterator<Item = &Choice> {
        self.0.iter()
    }
}

/// A column with its options, as the casts send it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Definition {
    logical_name: String,
    option_set: Option<OptionSet>,
    global_option_set: Option<OptionSet>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OptionSet {
    options: Option<Vec<OptionDefinition>>,
    true_option: Option<OptionDefinition>,
    false_option: Option<OptionDefinition>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OptionDefinition {
    value: Option<i64>,
    label: Option<Label>,
}

impl Definition {
    /// The column's name and its options.
    pub(super) fn into_choices(self) -> (String, Choices) {
        // A column with a global choice has both; the local one may then be empty.
        let sets = [self.option_set, self.global_option_set];
        let choices = sets
            .into_iter()
            .flatten()
            .map(OptionSet::into_choices)
            .find(|choices| !choices.is_empty())
            .unwrap_or_default();
        (self.logical_name, Choices(choices))
    }
}

impl OptionSet {
    fn into_choices(self) -> Vec<Choice> {
        let listed = self.options.into_iter().flatten();
        let two = self.false_option.into_iter().chain(self.true_option);
        listed
            .chain(two)
            .filter_map(OptionDefinition::into_choice)
            .collect()
    }
}

impl OptionDefinition {
    fn into_choice(self) -> Option<Choice> {
        let value = self.value?;
        let label = self.label.unwrap_or_default();
        let mut labels: Vec<String> = label.texts().map(str::to_owned).collect();
        labels.sort_unstable();
        labels.dedup();
        Some(Choice {
            value,
            label: label
                .text()
                .map_or_else(|| value.to_string(), str::to_owned),
            labels,
        })
    }
}

/// Options by column.
pub type ChoicesByColumn = ByName<Choices>;

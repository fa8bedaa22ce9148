//! Texts that the organisation translated.

use serde::Deserialize;

/// A label in several languages; the caller's own comes first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Label {
    user_localized_label: Option<LocalizedLabel>,
    localized_labels: Option<Vec<LocalizedLabel>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct LocalizedLabel {
    label: Option<String>,
}

impl Label {
    /// The text in the caller's language, or in any.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        let own = self.user_localized_label.iter();
        let others = self.localized_labels.iter().flatten();
        own.chain(others)
            .filter_map(|label| label.label.as_deref())
            .find(|text| !text.trim().is_empty())
    }

    /// The text in every language.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let own = self.user_localized_label.iter();
        let others = self.localized_labels.iter().flatten();
        own.chain(others).filter_map(|label| label.label.as_deref())
    }
}

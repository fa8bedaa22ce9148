//! Text for people, in one or more languages, as metadata carries it.

use serde::{Deserialize, Serialize};

/// English (United States), the base language of every simulated organisation.
pub const BASE_LANGUAGE: u32 = 1033;

/// A localised text. The first entry is the base language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    texts: Vec<(u32, String)>,
}

impl Label {
    /// A label in the base language only.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            texts: vec![(BASE_LANGUAGE, text.into())],
        }
    }

    /// A label in several languages. The base language comes first, whatever the order given; the last text given for
    /// a language counts.
    pub fn localised_in(texts: impl IntoIterator<Item = (u32, String)>) -> Self {
        let mut label = Self::empty();
        for (language, text) in texts {
            label.set(language, text);
        }
        label
    }

    /// This label with every text of another one put over it: what `MSCRM.MergeLabels: true` asks for.
    #[must_use]
    pub fn merged_with(&self, other: &Self) -> Self {
        let mut merged = self.clone();
        for (language, text) in &other.texts {
            merged.set(*language, text.clone());
        }
        merged
    }

    fn set(&mut self, language: u32, text: String) {
        self.texts.retain(|(known, _)| *known != language);
        if language == BASE_LANGUAGE {
            self.texts.insert(0, (language, text));
        } else {
            self.texts.push((language, text));
        }
    }

    /// A label without any text, as undescribed items have.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The text a user of the base language sees; empty when there is none.
    pub fn text(&self) -> &str {
        self.texts.first().map_or("", |(_, text)| text)
    }

    /// Every language (LCID) with its text.
    pub fn localised(&self) -> impl Iterator<Item = (u32, &str)> {
        self.texts
            .iter()
            .map(|(language, text)| (*language, text.as_str()))
    }
}

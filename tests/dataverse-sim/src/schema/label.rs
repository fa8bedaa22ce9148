//! Text for people, in one or more languages, as metadata carries it.

/// English (United States), the base language of every simulated organisation.
pub(super) const BASE_LANGUAGE: u32 = 1033;

/// A localised text. The first entry is the base language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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

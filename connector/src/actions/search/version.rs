//! The two versions of the service's search, which say the same in different words.

use schemars::JsonSchema;
use serde::Deserialize;

/// Which version of the service's search is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Version {
    /// The Web API's own operations.
    #[default]
    #[serde(rename = "2.0")]
    Second,
    /// The older addresses below `/api/search/v1.0`.
    #[serde(rename = "1.0")]
    First,
}

/// What is asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// Rows.
    Query,
    /// Rows whose texts begin so.
    Suggest,
    /// The end of a word.
    Autocomplete,
}

impl Question {
    /// The resource of version 2.0, below the Web API's root.
    pub(super) fn operation(self) -> &'static str {
        match self {
            Self::Query => "searchquery",
            Self::Suggest => "searchsuggest",
            Self::Autocomplete => "searchautocomplete",
        }
    }

    /// The path of version 1.0, on the organisation's origin.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Query => "/api/search/v1.0/query",
            Self::Suggest => "/api/search/v1.0/suggest",
            Self::Autocomplete => "/api/search/v1.0/autocomplete",
        }
    }

    /// Characters that the text needs.
    pub(super) fn least(self) -> usize {
        match self {
            Self::Suggest => 3,
            Self::Query | Self::Autocomplete => 1,
        }
    }
}

//! The methods of HTTP that services of JSON know.

use std::fmt;

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Read.
    Get,
    /// Read the headers only.
    Head,
    /// Ask what is allowed.
    Options,
    /// Create, or call an action.
    Post,
    /// Update or upsert.
    Patch,
    /// Replace one property, a reference or a definition.
    Put,
    /// Delete.
    Delete,
}

impl Method {
    /// The name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }

    /// Reads a method in any case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let all = [
            Self::Get,
            Self::Head,
            Self::Options,
            Self::Post,
            Self::Patch,
            Self::Put,
            Self::Delete,
        ];
        all.into_iter()
            .find(|method| method.as_str().eq_ignore_ascii_case(text.trim()))
    }

    /// Whether the method only reads.
    #[must_use]
    pub fn reads(self) -> bool {
        matches!(self, Self::Get | Self::Head | Self::Options)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

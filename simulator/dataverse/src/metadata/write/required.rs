//! `RequiredLevel`.

use super::body::Body;
use super::errors::unknown_word;
use crate::http::SimError;
use crate::schema::RequiredLevel;

/// The level a request asks for.
pub(super) fn level(body: Body<'_>) -> Result<Option<RequiredLevel>, SimError> {
    Ok(match body.wrapped("RequiredLevel")? {
        None => None,
        Some("None") => Some(RequiredLevel::None),
        Some("Recommended") => Some(RequiredLevel::Recommended),
        Some("ApplicationRequired") => Some(RequiredLevel::Application),
        Some("SystemRequired") => Some(RequiredLevel::System),
        Some(other) => return Err(unknown_word("AttributeRequiredLevel", other)),
    })
}

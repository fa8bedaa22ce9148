//! Labels in a body, over those that are there.

use crate::http::SimError;
use crate::metadata::write::body::Body;
use crate::schema::Label;

/// Puts the label a body gives over the one that is there, in whole or language by language.
pub(super) fn set_label(
    label: &mut Label,
    body: Body<'_>,
    member: &str,
    merge: bool,
) -> Result<(), SimError> {
    if let Some(given) = body.label(member)? {
        *label = if merge {
            label.merged_with(&given)
        } else {
            given
        };
    }
    Ok(())
}

//! Notes: whether one has a file, how large that is, and which table it is a note on.
//!
//! Layer: write.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::http::SimError;
use crate::rows::Cell;
use crate::rows::storage::draft::Draft;
use crate::schema::Table;

use super::touches;

/// Fills in `isdocument`, `filesize` and `objecttypecode`.
///
/// # Errors
/// 400 for a file that is not Base64 (code and text assumed).
pub(super) fn complete(
    table: &Table,
    draft: &mut Draft,
    changed: Option<&[usize]>,
) -> Result<Vec<usize>, SimError> {
    let mut filled = Vec::new();
    if touches(table, draft, changed, "documentbody") {
        let size = match draft.text(table, "documentbody") {
            None => None,
            Some(body) => {
                let bytes = BASE64_STANDARD.decode(body).map_err(|_| {
                    SimError::invalid_argument("The document body of a note must be Base64.")
                })?;
                i64::try_from(bytes.len()).ok()
            }
        };
        filled.extend(draft.set_named(table, "isdocument", Cell::Bool(size.is_some())));
        filled.extend(draft.set_named(table, "filesize", size.map_or(Cell::Null, Cell::Integer)));
    }
    if touches(table, draft, changed, "objectid") {
        let of = match draft.named(table, "objectid") {
            Cell::Lookup { table, .. } => Cell::Text(table.to_string()),
            _ => Cell::Null,
        };
        filled.extend(draft.set_named(table, "objecttypecode", of));
    }
    Ok(filled)
}

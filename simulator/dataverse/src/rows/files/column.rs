//! A column that holds a file or a picture, and what it takes.
//!
//! Layer: rows, pure but for the organisation's list of blocked endings.

use http::StatusCode;
use uuid::Uuid;

use crate::http::SimError;
use crate::organisation::OrgContext;
use crate::rows::Cell;
use crate::schema::{Column, ColumnKind, Table};

use super::contents::Holder;

/// Bytes of a block, and of a chunk of a larger upload or download.
pub const BLOCK: usize = 4_194_304;
/// Bytes that one request may upload.
pub const ONE_REQUEST: usize = 134_217_728;

/// A file or image column of a table.
#[derive(Clone, Copy)]
pub struct FileColumn<'a> {
    /// The table.
    pub table: &'a Table,
    /// Its column.
    pub column: &'a Column,
    /// Its position.
    pub index: usize,
}

impl<'a> FileColumn<'a> {
    /// The column with this name, when it holds files or pictures.
    pub fn find(table: &'a Table, name: &str) -> Option<Self> {
        let index = table.property_index(name)?;
        let column = table.columns.get(index)?;
        let holds = matches!(
            column.kind,
            ColumnKind::File { .. } | ColumnKind::Image { .. }
        );
        holds.then_some(Self {
            table,
            column,
            index,
        })
    }

    /// The same, for an action that names it.
    ///
    /// # Errors
    /// 400 for a column that holds neither, or is not there.
    pub fn named(table: &'a Table, name: &str) -> Result<Self, SimError> {
        Self::find(table, name).ok_or_else(|| {
            SimError::invalid_argument(format!(
                "The attribute '{name}' of the entity '{}' is no file or image attribute.",
                table.logical_name
            ))
        })
    }

    /// Whether it holds a picture.
    pub fn is_image(&self) -> bool {
        matches!(self.column.kind, ColumnKind::Image { .. })
    }

    /// The column of one row.
    pub fn of(&self, row: Uuid) -> Holder<'a> {
        Holder {
            table: &self.table.logical_name,
            row,
            column: &self.column.logical_name,
        }
    }

    /// Bytes that it takes.
    pub fn most(&self) -> usize {
        most(self.column)
    }

    /// Refuses what is too large or has a name that the organisation does not want.
    ///
    /// # Errors
    /// 400 `0x80044a02` for the size, 400 `0x80043e09` for the name.
    pub fn check(
        &self,
        context: &OrgContext<'_>,
        name: &str,
        bytes: usize,
    ) -> Result<(), SimError> {
        if bytes > self.most() {
            return Err(too_large());
        }
        if is_blocked(context, name)? {
            return Err(SimError::new(
                StatusCode::BAD_REQUEST,
                "0x80043e09",
                "The attachment is either not a valid type or is too large. It cannot be uploaded or downloaded.",
            ));
        }
        Ok(())
    }
}

/// Bytes that a file or image column takes.
pub fn most(column: &Column) -> usize {
    let kilobytes = match column.kind {
        ColumnKind::Image { max_kilobytes, .. } | ColumnKind::File { max_kilobytes } => {
            max_kilobytes
        }
        _ => 0,
    };
    usize::try_from(u64::from(kilobytes) * 1_024).unwrap_or(usize::MAX)
}

/// The refusal of a file beyond its column's limit.
pub fn too_large() -> SimError {
    SimError::new(
        StatusCode::BAD_REQUEST,
        "0x80044a02",
        "Attachment file size is too big.",
    )
}

/// Whether the organisation's `blockedattachments` has the ending of a name.
fn is_blocked(context: &OrgContext<'_>, name: &str) -> Result<bool, SimError> {
    let Some((_, ending)) = name.rsplit_once('.') else {
        return Ok(false);
    };
    let organisation = context.organisation;
    let id = organisation.identity.organization_id;
    if context.schema.table("organization").is_none() {
        return Ok(false);
    }
    let row = organisation.rows.row(&context.schema, "organization", id)?;
    let listed = row
        .into_iter()
        .flatten()
        .find_map(|(column, cell)| match cell {
            Cell::Text(text) if column == "blockedattachments" => Some(text),
            _ => None,
        });
    Ok(listed.is_some_and(|text| {
        text.split(';')
            .any(|one| one.trim().eq_ignore_ascii_case(ending))
    }))
}

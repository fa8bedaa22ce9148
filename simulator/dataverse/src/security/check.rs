//! Whether a caller may do something, and the refusals when not.
//!
//! Layer: security (reference §11.3, 13 and 15).

use std::sync::Arc;

use http::StatusCode;
use rusqlite::Connection;
use uuid::Uuid;

use crate::http::SimError;
use crate::organisation::OrgContext;
use crate::rows::storage::draft::{Draft, load};
use crate::rows::storage::encoding::guid;
use crate::rows::storage::unions::is_union;
use crate::rows::{Cell, StoreError};
use crate::schema::{Ownership, Table};

use super::privilege::{Access, Depth, privilege_id};
use super::rights::Rights;

const SHARES: &str = "\
SELECT coalesce(\"accessrightsmask\", 0) | coalesce(\"inheritedaccessrightsmask\", 0) \
FROM main.\"principalobjectaccess\" WHERE \"objectid\" = ?1 AND \"principalid\" = ?2";

/// The rights that limit a call: the caller's and, while impersonating, also the real caller's. Empty for those to whom
/// nothing is refused.
///
/// # Errors
/// When the store fails.
pub fn restrictions(context: &OrgContext<'_>) -> Result<Vec<Arc<Rights>>, StoreError> {
    let organisation = context.organisation;
    let rights = |user: Uuid| {
        organisation
            .rights()
            .get(&organisation.rows, &context.schema, user)
    };
    let mut all = Vec::new();
    all.extend(rights(context.caller.user_id)?);
    if let Some(real) = context.caller.on_behalf_of {
        all.extend(rights(real)?);
    }
    Ok(all)
}

/// Refuses a caller who has no privilege for a table at all.
///
/// # Errors
/// 403 `0x80040220`.
pub fn require(context: &OrgContext<'_>, table: &Table, access: Access) -> Result<(), SimError> {
    for rights in restrictions(context)? {
        depth(&rights, table, access)?;
    }
    Ok(())
}

/// Refuses a caller who lacks a privilege that is about no table.
///
/// # Errors
/// 403 `0x80040220`.
pub fn require_named(context: &OrgContext<'_>, privilege: &str) -> Result<(), SimError> {
    for rights in restrictions(context)? {
        if rights.held(privilege).is_none() {
            let user = rights.principal;
            return Err(SimError::new(
                StatusCode::FORBIDDEN,
                "0x80040220",
                format!(
                    "Principal user (Id={user}, type=8) is missing {privilege} privilege (Id={}) on OTC=0. \
                     context.Caller={user}",
                    privilege_id(privilege)
                ),
            ));
        }
    }
    Ok(())
}

/// Refuses a caller whose privilege for a table does not reach every row of the organisation.
///
/// # Errors
/// 403 `0x80040220`.
pub fn require_global(
    context: &OrgContext<'_>,
    table: &Table,
    access: Access,
) -> Result<(), SimError> {
    for rights in restrictions(context)? {
        if depth(&rights, table, access)? != Depth::Global {
            return Err(missing(rights.principal, table, access));
        }
    }
    Ok(())
}

/// Refuses a caller who may not do this to a row that is stored.
///
/// # Errors
/// 403 `0x80040220` without the privilege, 403 `0x80048306` when it does not reach the row.
pub fn check_stored(
    context: &OrgContext<'_>,
    table: &Table,
    id: Uuid,
    access: Access,
) -> Result<(), SimError> {
    if restrictions(context)?.is_empty() {
        return Ok(());
    }
    let database = context.organisation.rows.database();
    database.read(
        |connection| match load(connection, table, id).map_err(StoreError::from)? {
            Some((draft, _)) => check_row(context, connection, table, id, &draft, access),
            None => Ok(()),
        },
    )
}

/// Refuses a caller who may not do this to a row.
///
/// # Errors
/// As [`check_stored`].
pub fn check_row(
    context: &OrgContext<'_>,
    connection: &Connection,
    table: &Table,
    id: Uuid,
    draft: &Draft,
    access: Access,
) -> Result<(), SimError> {
    for rights in restrictions(context)? {
        let depth = depth(&rights, table, access)?;
        if !rights.reaches(connection, table, id, draft, depth, access)? {
            return Err(out_of_reach(context, table, id, draft, access));
        }
    }
    Ok(())
}

/// The refusal for a row that a narrowed statement did not find: 403 when it is there, 404 when it is not.
pub fn hidden(context: &OrgContext<'_>, table: &Table, id: Uuid) -> SimError {
    match check_stored(context, table, id, Access::Read) {
        Err(refusal) => refusal,
        Ok(()) => SimError::row_not_found(&table.logical_name, id),
    }
}

impl Rights {
    /// Whether a privilege of this depth, or a share, covers a row.
    ///
    /// # Errors
    /// When the store fails.
    pub fn reaches(
        &self,
        connection: &Connection,
        table: &Table,
        id: Uuid,
        draft: &Draft,
        depth: Depth,
        access: Access,
    ) -> Result<bool, StoreError> {
        let lookup = |column: &str| match draft.named(table, column) {
            Cell::Lookup { id, .. } => Some(*id),
            _ => None,
        };
        let owner = lookup("ownerid");
        let unit = lookup("owningbusinessunit");
        let by_depth = match depth {
            Depth::Global => true,
            Depth::Deep => unit.is_some_and(|unit| self.units.contains(&unit)),
            Depth::Local => unit == Some(self.unit),
            Depth::Basic => false,
        };
        if by_depth || owner.is_some_and(|owner| self.principals.contains(&owner)) {
            return Ok(true);
        }
        Ok(self.shared(connection, id)? & access.bit() != 0)
    }

    /// What is shared with the user and the user's teams of a row.
    ///
    /// # Errors
    /// When the store fails.
    pub fn shared(&self, connection: &Connection, row: Uuid) -> Result<i32, StoreError> {
        let mut statement = connection.prepare_cached(SHARES)?;
        let mut mask = 0;
        for principal in &self.principals {
            let found =
                statement.query_map([guid(row), guid(*principal)], |row| row.get::<_, i32>(0))?;
            for share in found {
                mask |= share?;
            }
        }
        Ok(mask)
    }
}

fn depth(rights: &Rights, table: &Table, access: Access) -> Result<Depth, SimError> {
    if is_union(&table.logical_name) {
        return Ok(Depth::Global);
    }
    rights
        .depth(table, access)
        .ok_or_else(|| missing(rights.principal, table, access))
}

fn missing(user: Uuid, table: &Table, access: Access) -> SimError {
    let name = access.privilege(table);
    SimError::new(
        StatusCode::FORBIDDEN,
        "0x80040220",
        format!(
            "Principal user (Id={user}, type=8) is missing {name} privilege (Id={}) on OTC={} for entity '{}'. \
             context.Caller={user}",
            privilege_id(&name),
            table.object_type_code,
            table.logical_name
        ),
    )
}

fn out_of_reach(
    context: &OrgContext<'_>,
    table: &Table,
    id: Uuid,
    draft: &Draft,
    access: Access,
) -> SimError {
    let owner = match draft.named(table, "ownerid") {
        Cell::Lookup { id, .. } if table.ownership == Ownership::User => *id,
        _ => Uuid::nil(),
    };
    SimError::new(
        StatusCode::FORBIDDEN,
        "0x80048306",
        format!(
            "SecLib::AccessCheckEx failed. Returned hr = -2147187962, ObjectID: {id}, OwnerId: {owner}, CallingUser: {}. \
             ObjectTypeCode: {}, AccessRights: {}Access",
            context.caller.user_id,
            table.object_type_code,
            access.word()
        ),
    )
}

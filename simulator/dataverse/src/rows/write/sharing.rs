//! Shares: the rows that belong to a row are shared with it, and what is put below a row is open to those who may see that.
//!
//! Layer: write. A share is a row of `principalobjectaccess`. `accessrightsmask` holds what was granted on the row itself,
//! `inheritedaccessrightsmask` what came from above; the latter carries a mark of its own (observed). Relationships say what
//! goes down: `Share`, `Unshare` and `Reparent` of their cascade.

use std::collections::{BTreeMap, HashSet};

use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::http::SimError;
use crate::organisation::OrgContext;
use crate::rows::Cell;
use crate::rows::storage::database::Write;
use crate::rows::storage::draft::{Draft, load, position};
use crate::rows::storage::encoding::{as_guid, guid};
use crate::rows::storage::layout::Encoding;
use crate::rows::storage::unions::is_union;
use crate::schema::{Cascade, CascadeAction, Navigation, OneToMany, Ownership, Schema, Table};

use super::pointing::{MAX_DEPTH, pointing};

/// The table of shares, and those of its columns that are used here.
const SHARES: &str = "principalobjectaccess";
const COLUMNS: [&str; 7] = [
    "accessrightsmask",
    "inheritedaccessrightsmask",
    "changedon",
    "objectid",
    "objecttypecode",
    "principalid",
    "principaltypecode",
];

/// Marks a mask that came from above [obs].
const INHERITED: i64 = 0x0800_0000;

/// What the owner of a row may do with the rows below it: read, write, append, append to, delete, share, assign [obs].
const OF_OWNER: i64 = 0x000D_0017;

/// A user or team.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Principal {
    /// `systemuser` or `team`.
    pub table: String,
    /// Its id.
    pub id: Uuid,
}

/// What is done to the share of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Rights are added.
    Grant(i64),
    /// Rights are replaced.
    Modify(i64),
    /// The share ends.
    Revoke,
}

impl Change {
    fn action(self, cascade: &Cascade) -> CascadeAction {
        match self {
            Self::Revoke => cascade.unshare,
            Self::Grant(_) | Self::Modify(_) => cascade.share,
        }
    }

    fn apply(self, inherited: i64) -> i64 {
        match self {
            Self::Grant(rights) => inherited | rights | INHERITED,
            Self::Modify(rights) => rights | INHERITED,
            Self::Revoke => 0,
        }
    }
}

/// Does to the rows below a row what was done to its own share.
///
/// # Errors
/// When the store fails.
pub fn cascade(
    context: &OrgContext<'_>,
    write: &Write<'_>,
    table: &Table,
    id: Uuid,
    principal: &Principal,
    change: Change,
) -> Result<(), SimError> {
    if !are_kept(&context.schema) {
        return Ok(());
    }
    let mut seen = HashSet::from([id]);
    let mut waiting = vec![(table, id, 0)];
    while let Some((table, id, depth)) = waiting.pop() {
        if depth > MAX_DEPTH {
            return Err(SimError::unexpected("too many levels of related rows"));
        }
        let owner = owner(write, table, id)?;
        for relationship in table.one_to_many() {
            let action = change.action(&relationship.cascade);
            for (child, child_id, draft) in below(context, write, relationship, action, id)? {
                if !meant(action, child, &draft, &owner) || !seen.insert(child_id) {
                    continue;
                }
                let (own, inherited) = masks(write, principal.id, child_id)?;
                let inherited = change.apply(inherited);
                keep(context, write, child, child_id, principal, (own, inherited))?;
                waiting.push((child, child_id, depth + 1));
            }
        }
    }
    Ok(())
}

/// Brings what a row inherits in line with the rows above it, and then what the rows below inherit from it. `changed` are
/// the columns that the write changed, `None` for a new row; without a lookup among them that hands rights down nothing is
/// looked at.
///
/// # Errors
/// When the store fails.
pub fn inherit(
    context: &OrgContext<'_>,
    write: &Write<'_>,
    table: &Table,
    id: Uuid,
    changed: Option<&[usize]>,
) -> Result<(), SimError> {
    let is_changed = |column: &str| {
        changed.is_none_or(|changed| {
            position(table, column).is_some_and(|index| changed.contains(&index))
        })
    };
    let reassigned = changed.is_some() && is_changed("ownerid");
    let moved = table
        .many_to_one()
        .iter()
        .any(|known| hands_down(known) && is_changed(&known.referencing_attribute));
    let nothing = table.ownership != Ownership::User || !(moved || reassigned);
    if nothing || !are_kept(&context.schema) {
        return Ok(());
    }
    let mut seen = HashSet::from([id]);
    let mut waiting = vec![(table, id, 0)];
    while let Some((table, id, depth)) = waiting.pop() {
        if depth > MAX_DEPTH {
            return Err(SimError::unexpected("too many levels of related rows"));
        }
        let differs = settle(context, write, table, id)?;
        let is_reassigned = depth == 0 && reassigned;
        if !differs && !is_reassigned {
            continue;
        }
        for relationship in table.one_to_many().iter().filter(|known| hands_down(known)) {
            let action = relationship.cascade.reparent;
            for (child, child_id, _) in below(context, write, relationship, action, id)? {
                if seen.insert(child_id) {
                    waiting.push((child, child_id, depth + 1));
                }
            }
        }
    }
    Ok(())
}

/// Forgets the shares of a row that is gone.
///
/// # Errors
/// When SQLite fails.
pub fn forget(context: &OrgContext<'_>, write: &Write<'_>, id: Uuid) -> Result<(), SimError> {
    if are_kept(&context.schema) {
        write
            .prepare_cached("DELETE FROM principalobjectaccess WHERE objectid = ?")?
            .execute([guid(id)])?;
    }
    Ok(())
}

/// Whether this organisation has shares: one that was made from other metadata may not.
fn are_kept(schema: &Schema) -> bool {
    schema.table(SHARES).is_some_and(|table| {
        COLUMNS
            .iter()
            .all(|name| table.column(name).and_then(Encoding::of).is_some())
    })
}

fn hands_down(relationship: &OneToMany) -> bool {
    relationship.cascade.reparent != CascadeAction::NoCascade
}

/// Computes what a row inherits from the rows that it points at; tells whether that changed.
fn settle(
    context: &OrgContext<'_>,
    write: &Write<'_>,
    table: &Table,
    id: Uuid,
) -> Result<bool, SimError> {
    let Some((draft, _)) = load(write, table, id)? else {
        return Ok(false);
    };
    let own = draft.named(table, "ownerid").clone();
    let mut wanted: BTreeMap<Principal, i64> = BTreeMap::new();
    for relationship in table.many_to_one().iter().filter(|known| hands_down(known)) {
        let Cell::Lookup { table: named, id } =
            draft.named(table, &relationship.referencing_attribute)
        else {
            continue;
        };
        let parent = context.schema.table(named);
        let Some(parent) = parent.filter(|parent| {
            parent.logical_name == relationship.referenced && parent.ownership == Ownership::User
        }) else {
            continue;
        };
        let above = owner(write, parent, *id)?;
        if !meant(relationship.cascade.reparent, table, &draft, &above) {
            continue;
        }
        if above != own
            && let Cell::Lookup { table, id } = above
        {
            let table = table.into_owned();
            *wanted.entry(Principal { table, id }).or_default() |= OF_OWNER | INHERITED;
        }
        for (principal, own, inherited) in shares(write, *id)? {
            *wanted.entry(principal).or_default() |= own | inherited | INHERITED;
        }
    }
    let mut differs = false;
    for (principal, own, inherited) in shares(write, id)? {
        let now = wanted.remove(&principal).unwrap_or_default();
        if now != inherited {
            keep(context, write, table, id, &principal, (own, now))?;
            differs = true;
        }
    }
    for (principal, inherited) in wanted {
        keep(context, write, table, id, &principal, (0, inherited))?;
        differs = true;
    }
    Ok(differs)
}

/// The rows that point at a row through a relationship, where users or teams own them.
fn below<'a>(
    context: &'a OrgContext<'_>,
    write: &Write<'_>,
    relationship: &std::sync::Arc<OneToMany>,
    action: CascadeAction,
    id: Uuid,
) -> Result<Vec<(&'a Table, Uuid, Draft)>, SimError> {
    let child = context.schema.table(&relationship.referencing);
    let Some(child) = child.filter(|child| {
        action != CascadeAction::NoCascade
            && child.ownership == Ownership::User
            && !is_union(&child.logical_name)
    }) else {
        return Ok(Vec::new());
    };
    let navigation = Navigation::OneToMany(relationship.clone());
    let mut found = Vec::new();
    for child_id in pointing(context, write, &navigation, child, id)? {
        if let Some((draft, _)) = load(write, child, child_id)? {
            found.push((child, child_id, draft));
        }
    }
    Ok(found)
}

/// Whether a cascade is about this row. `above` owns the row that it starts from.
pub(super) fn meant(action: CascadeAction, table: &Table, draft: &Draft, above: &Cell) -> bool {
    match action {
        CascadeAction::Cascade => true,
        CascadeAction::Active => *draft.named(table, "statecode") == Cell::Integer(0),
        CascadeAction::UserOwned => draft.named(table, "ownerid") == above,
        CascadeAction::NoCascade | CascadeAction::RemoveLink | CascadeAction::Restrict => false,
    }
}

fn owner(write: &Write<'_>, table: &Table, id: Uuid) -> Result<Cell, SimError> {
    let found = load(write, table, id)?;
    Ok(found.map_or(Cell::Null, |(draft, _)| {
        draft.named(table, "ownerid").clone()
    }))
}

/// The shares of a row: with whom, what was granted, what was inherited.
fn shares(connection: &Connection, object: Uuid) -> Result<Vec<(Principal, i64, i64)>, SimError> {
    let mut statement = connection.prepare_cached(
        "SELECT principaltypecode, principalid, accessrightsmask, inheritedaccessrightsmask \
         FROM principalobjectaccess WHERE objectid = ?",
    )?;
    let found = statement.query_map([guid(object)], |row| {
        let principal = Principal {
            table: row.get::<_, Option<String>>(0)?.unwrap_or_default(),
            id: as_guid(row.get_ref(1)?).unwrap_or_default(),
        };
        let mask = |index| {
            row.get::<_, Option<i64>>(index)
                .map(Option::unwrap_or_default)
        };
        Ok((principal, mask(2)?, mask(3)?))
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// What a principal was granted on a row, and what it inherited there.
///
/// # Errors
/// When SQLite fails.
pub fn masks(
    connection: &Connection,
    principal: Uuid,
    object: Uuid,
) -> Result<(i64, i64), SimError> {
    let found = shares(connection, object)?;
    let mine = found
        .into_iter()
        .find(|(known, _, _)| known.id == principal);
    Ok(mine.map_or((0, 0), |(_, own, inherited)| (own, inherited)))
}

/// Stores both masks of a share; one that holds neither is no share.
///
/// # Errors
/// When SQLite fails.
pub fn keep(
    context: &OrgContext<'_>,
    write: &Write<'_>,
    table: &Table,
    object: Uuid,
    principal: &Principal,
    (own, inherited): (i64, i64),
) -> Result<(), SimError> {
    let key = [guid(principal.id), guid(object)];
    if own == 0 && inherited == 0 {
        write
            .prepare_cached(
                "DELETE FROM principalobjectaccess WHERE principalid = ? AND objectid = ?",
            )?
            .execute(key)?;
        return Ok(());
    }
    let now = context.now.unix_timestamp();
    let changed = write
        .prepare_cached(
            "UPDATE principalobjectaccess SET \"$version\" = ?, accessrightsmask = ?, inheritedaccessrightsmask = ?, \
             changedon = ? WHERE principalid = ? AND objectid = ?",
        )?
        .execute(params![
            write.next_version(),
            own,
            inherited,
            now,
            guid(principal.id),
            guid(object)
        ])?;
    if changed > 0 {
        return Ok(());
    }
    write
        .prepare_cached(
            "INSERT INTO principalobjectaccess (\"$version\", principalobjectaccessid, accessrightsmask, \
             inheritedaccessrightsmask, changedon, objectid, objecttypecode, principalid, principaltypecode) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            write.next_version(),
            guid(Uuid::new_v4()),
            own,
            inherited,
            now,
            guid(object),
            table.logical_name,
            guid(principal.id),
            principal.table
        ])?;
    Ok(())
}

//! All that a user may do, from all roles, directly and through teams.
//!
//! Layer: security. Remembered until users, teams, units, roles or their privileges change.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::RwLock;
use rusqlite::Connection;
use uuid::Uuid;

use crate::rows::storage::encoding::{as_guid, guid};
use crate::rows::{RowStore, StoreError};
use crate::schema::{Ownership, Schema, Table};

use super::privilege::{Access, Depth, privilege_id, privileges};
use super::role::is_unrestricted;

/// Remembered users; when there are more, all are forgotten and asked anew.
const REMEMBERED: usize = 4_096;

const ROLES: &str = "\
SELECT roleid FROM systemuserroles WHERE systemuserid = ?1 \
UNION \
SELECT link.roleid FROM teammembership AS member JOIN teamroles AS link ON link.teamid = member.teamid \
WHERE member.systemuserid = ?1 \
UNION \
SELECT roleid FROM teamroles WHERE teamid = ?1";
const TEAMS: &str = "SELECT teamid FROM teammembership WHERE systemuserid = ?1";
const UNITS: &str = "\
WITH RECURSIVE below(id) AS (VALUES (?1) UNION \
SELECT businessunitid FROM businessunit JOIN below ON parentbusinessunitid = below.id) SELECT id FROM below";
const UNIT: &str = "\
SELECT businessunitid FROM systemuser WHERE systemuserid = ?1 \
UNION ALL SELECT businessunitid FROM team WHERE teamid = ?1";
const ROLE_UNIT: &str = "SELECT businessunitid FROM role WHERE roleid = ?1";
const HELD: &str = "SELECT privilegeid, privilegedepthmask FROM roleprivileges WHERE roleid = ?1";

/// What these statements and those of shares read.
const KEPT: [(&str, &[&str]); 8] = [
    ("systemuser", &["businessunitid"]),
    ("team", &["businessunitid"]),
    ("businessunit", &["parentbusinessunitid"]),
    ("systemuserroles", &["systemuserid", "roleid"]),
    ("teamroles", &["teamid", "roleid"]),
    ("teammembership", &["teamid", "systemuserid"]),
    (
        "roleprivileges",
        &["roleid", "privilegeid", "privilegedepthmask"],
    ),
    (
        "principalobjectaccess",
        &[
            "objectid",
            "principalid",
            "accessrightsmask",
            "inheritedaccessrightsmask",
        ],
    ),
];

/// What a user or a team may do.
#[derive(Clone, Debug, Default)]
pub struct Rights {
    /// Whose rights they are.
    pub principal: Uuid,
    /// The user and the user's teams.
    pub principals: Vec<Uuid>,
    /// The business unit.
    pub unit: Uuid,
    /// It and those below it.
    pub units: Vec<Uuid>,
    is_unrestricted: bool,
    held: HashMap<Uuid, Depth>,
}

impl Rights {
    /// The rights of a user or a team.
    ///
    /// # Errors
    /// When the store fails.
    pub fn of(rows: &RowStore, schema: &Schema, principal: Uuid) -> Result<Self, StoreError> {
        // An organisation that was made from somebody's own definitions may lack these; then nobody is restricted.
        let is_kept = KEPT.iter().all(|(table, columns)| {
            let table = schema.table(table);
            table.is_some_and(|table| columns.iter().all(|name| table.column(name).is_some()))
        });
        if !is_kept {
            return Ok(Self {
                principal,
                is_unrestricted: true,
                ..Self::default()
            });
        }
        rows.database().read(|connection| {
            let mut principals = vec![principal];
            principals.extend(ids(connection, TEAMS, principal)?);
            let unit = ids(connection, UNIT, principal)?.first().copied();
            let unit = unit.unwrap_or_default();
            let mut rights = Self {
                principal,
                principals,
                unit,
                units: ids(connection, UNITS, unit)?,
                ..Self::default()
            };
            for role in ids(connection, ROLES, principal)? {
                rights.is_unrestricted |= is_unrestricted(role);
                for (privilege, depth) in held(connection, role)? {
                    let known = rights.held.entry(privilege).or_insert(depth);
                    *known = depth.max(*known);
                }
            }
            Ok(rights)
        })
    }

    /// The rights that a role brings.
    ///
    /// # Errors
    /// When the store fails.
    pub fn of_role(rows: &RowStore, schema: &Schema, role: Uuid) -> Result<Self, StoreError> {
        let mut rights = Self {
            is_unrestricted: is_unrestricted(role),
            ..Self::default()
        };
        if schema.table("roleprivileges").is_none() {
            return Ok(rights);
        }
        rows.database().read(|connection| {
            rights.unit = ids(connection, ROLE_UNIT, role)?
                .first()
                .copied()
                .unwrap_or_default();
            rights.held.extend(held(connection, role)?);
            Ok(rights)
        })
    }

    /// Whether nothing is refused to the user.
    pub fn is_unrestricted(&self) -> bool {
        self.is_unrestricted
    }

    /// How far the user's privilege for a table reaches; `None` without one. Tables that have no owner at all belong to
    /// rows of others and have no privileges of their own.
    pub fn depth(&self, table: &Table, access: Access) -> Option<Depth> {
        if table.is_intersect || table.ownership == Ownership::None {
            return Some(Depth::Global);
        }
        let depth = self.held(&access.privilege(table))?;
        // What no user owns is in nobody's unit.
        match table.ownership {
            Ownership::User => Some(depth),
            _ => Some(Depth::Global),
        }
    }

    /// Every privilege with its depth, by name.
    pub fn privileges(&self, schema: &Schema) -> Vec<(String, Depth)> {
        let all = privileges(schema).filter_map(|privilege| {
            let depth = match privilege.about {
                Some((access, table)) => self.depth(table, access),
                None => self.held(&privilege.name),
            };
            Some((privilege.name, depth?))
        });
        all.collect()
    }

    /// How far the privilege with this name reaches by the roles alone.
    pub fn held(&self, name: &str) -> Option<Depth> {
        if self.is_unrestricted {
            return Some(Depth::Global);
        }
        self.held.get(&privilege_id(name)).copied()
    }
}

fn ids(connection: &Connection, sql: &str, of: Uuid) -> rusqlite::Result<Vec<Uuid>> {
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_map([guid(of)], |row| Ok(as_guid(row.get_ref(0)?)))?;
    found.filter_map(Result::transpose).collect()
}

fn held(connection: &Connection, role: Uuid) -> rusqlite::Result<Vec<(Uuid, Depth)>> {
    let mut statement = connection.prepare_cached(HELD)?;
    let found = statement.query_map([guid(role)], |row| {
        Ok((as_guid(row.get_ref(0)?), row.get::<_, Option<i64>>(1)?))
    })?;
    let pairs = found.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(pairs
        .into_iter()
        .filter_map(|(id, mask)| Some((id?, Depth::masked(mask?)?)))
        .collect())
}

/// When somebody was asked about, and the rights of one who is restricted.
type Known = (u64, Option<Arc<Rights>>);

/// The rights of users who are not unrestricted, and who is.
#[derive(Debug, Default)]
pub struct RightsCache {
    known: RwLock<HashMap<Uuid, Known>>,
}

impl RightsCache {
    /// The rights of a user; `None` for one to whom nothing is refused.
    ///
    /// # Errors
    /// When the store fails.
    pub fn get(
        &self,
        rows: &RowStore,
        schema: &Schema,
        user: Uuid,
    ) -> Result<Option<Arc<Rights>>, StoreError> {
        let generation = rows.identity_generation();
        if let Some((seen, rights)) = self.known.read().get(&user)
            && *seen == generation
        {
            return Ok(rights.clone());
        }
        let rights = Rights::of(rows, schema, user)?;
        let rights = (!rights.is_unrestricted()).then(|| Arc::new(rights));
        let mut known = self.known.write();
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(user, (generation, rights.clone()));
        Ok(rights)
    }
}

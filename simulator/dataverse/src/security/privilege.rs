//! Privileges: their names, ids and depths.
//!
//! Layer: security, pure. Ids follow from names, so that each table made at run time has its privileges at once.

use uuid::Uuid;

use crate::schema::{Ownership, Schema, Table, TableParts};

/// What is done to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Make one.
    Create,
    /// Read it.
    Read,
    /// Change it.
    Write,
    /// Delete it.
    Delete,
    /// Give it another owner.
    Assign,
    /// Share it.
    Share,
    /// Attach it to another row.
    Append,
    /// Attach another row to it.
    AppendTo,
}

impl Access {
    /// All of them, in the order in which definitions list them.
    pub const ALL: [Self; 8] = [
        Self::Create,
        Self::Read,
        Self::Write,
        Self::Delete,
        Self::Assign,
        Self::Share,
        Self::Append,
        Self::AppendTo,
    ];

    /// The word in the names of privileges.
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "Create",
            Self::Read => "Read",
            Self::Write => "Write",
            Self::Delete => "Delete",
            Self::Assign => "Assign",
            Self::Share => "Share",
            Self::Append => "Append",
            Self::AppendTo => "AppendTo",
        }
    }

    /// The right's number in the service's own `AccessRights`.
    pub fn bit(self) -> i32 {
        match self {
            Self::Read => 1,
            Self::Write => 2,
            Self::Append => 4,
            Self::AppendTo => 16,
            Self::Create => 32,
            Self::Delete => 65_536,
            Self::Share => 262_144,
            Self::Assign => 524_288,
        }
    }

    /// Whether a table has such a privilege: only what has an owner is assigned and shared, and what belongs to rows of
    /// others has none at all.
    pub fn applies_to(self, table: &TableParts) -> bool {
        let needs_owner = matches!(self, Self::Assign | Self::Share);
        match table.ownership {
            _ if table.is_intersect => false,
            Ownership::None => false,
            Ownership::User => true,
            Ownership::Organisation | Ownership::Business => !needs_owner,
        }
    }

    /// `prvReadAccount`
    pub fn privilege(self, table: &TableParts) -> String {
        format!("prv{}{}", self.word(), table.schema_name)
    }
}

/// A privilege that an organisation has.
#[derive(Clone, Debug)]
pub struct Privilege<'a> {
    /// `prvReadAccount`
    pub name: String,
    /// What it allows with the rows of which table; `None` when it is about no table.
    pub about: Option<(Access, &'a Table)>,
}

impl Privilege<'_> {
    /// Whether it can reach less than the whole organisation: only rows of users and teams belong to a part of it.
    pub fn has_depths(&self) -> bool {
        self.about
            .is_some_and(|(_, table)| table.ownership == Ownership::User)
    }

    /// Its id.
    pub fn id(&self) -> Uuid {
        privilege_id(&self.name)
    }
}

/// Every privilege of an organisation.
pub fn privileges(schema: &Schema) -> impl Iterator<Item = Privilege<'_>> {
    let of_tables = schema.tables().iter().flat_map(|table| {
        let applying = Access::ALL.into_iter();
        applying
            .filter(|access| access.applies_to(table))
            .map(|access| Privilege {
                name: access.privilege(table),
                about: Some((access, table)),
            })
    });
    of_tables.chain(MISCELLANEOUS.map(|name| Privilege {
        name: name.to_owned(),
        about: None,
    }))
}

/// Privileges that are about no table. The reference names the ones that headers and columns need.
const MISCELLANEOUS: [&str; 7] = [
    "prvActOnBehalfOfAnotherUser",
    "prvBypassCustomPlugins",
    "prvBypassCustomBusinessLogic",
    "prvOverrideCreatedOnCreatedBy",
    "prvDeleteRecordChangeHistory",
    "prvReadAuditSummary",
    "prvReadRecordAuditHistory",
];

/// The id of the privilege with this name.
pub fn privilege_id(name: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes())
}

/// How far a privilege reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Rows of the user's own, and of the user's teams.
    Basic,
    /// Rows of the business unit.
    Local,
    /// Rows of the business unit and those below it.
    Deep,
    /// Rows of the organisation.
    Global,
}

impl Depth {
    /// The name in `PrivilegeDepth`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Basic => "Basic",
            Self::Local => "Local",
            Self::Deep => "Deep",
            Self::Global => "Global",
        }
    }

    /// The depth with this name, or with its number.
    pub fn named(text: &str) -> Option<Self> {
        match text {
            "Basic" | "0" => Some(Self::Basic),
            "Local" | "1" => Some(Self::Local),
            "Deep" | "2" => Some(Self::Deep),
            "Global" | "3" => Some(Self::Global),
            _ => None,
        }
    }

    /// `privilegedepthmask` of `roleprivileges`.
    pub fn mask(self) -> i64 {
        match self {
            Self::Basic => 1,
            Self::Local => 2,
            Self::Deep => 4,
            Self::Global => 8,
        }
    }

    /// The depth with this mask.
    pub fn masked(mask: i64) -> Option<Self> {
        [Self::Basic, Self::Local, Self::Deep, Self::Global]
            .into_iter()
            .find(|depth| depth.mask() == mask)
    }
}

//! The roles that every organisation begins with, and what they bring at first.
//!
//! Layer: security, pure. What a role brings is in rows of `roleprivileges`; here is what these roles get when a privilege
//! comes into being, with the organisation or with a table made later. The service's own lists are long and differ from
//! release to release; these keep what they are about: administrators and customisers everything, sellers what their unit
//! owns and sight of the rest, basic users what is theirs.

use uuid::Uuid;

use crate::schema::{Ownership, TableParts};
use crate::seed::{ADMINISTRATOR, BASIC_USER, CUSTOMIZER, DELEGATE, SALESPERSON, role};

use super::privilege::{Access, Depth, Privilege};

/// Whether nothing is refused to those who have a role.
pub(super) fn is_unrestricted(role: Uuid) -> bool {
    BuiltIn::of(role) == Some(BuiltIn::All)
}

/// How far a new privilege reaches that a role gets by itself; `None` for one that it does not get.
pub fn first_depth(role: Uuid, privilege: &Privilege<'_>) -> Option<Depth> {
    let role = BuiltIn::of(role)?;
    match privilege.about {
        Some((access, table)) => role.depth(table, access),
        None => role.brings(&privilege.name).then_some(Depth::Global),
    }
}

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BuiltIn {
    All,
    Salesperson,
    BasicUser,
    Delegate,
}

impl BuiltIn {
    /// The role with this id.
    fn of(id: Uuid) -> Option<Self> {
        [
            (ADMINISTRATOR, Self::All),
            (CUSTOMIZER, Self::All),
            (SALESPERSON, Self::Salesperson),
            (BASIC_USER, Self::BasicUser),
            (DELEGATE, Self::Delegate),
        ]
        .into_iter()
        .find_map(|(name, known)| (role(name) == id).then_some(known))
    }

    /// How far its privilege for a table reaches.
    fn depth(self, table: &TableParts, access: Access) -> Option<Depth> {
        use Access::{Append, AppendTo, Read};
        let is_owned = table.ownership == Ownership::User;
        match (self, is_owned, access) {
            (Self::All, ..) => Some(Depth::Global),
            (Self::Delegate, ..) => None,
            (_, false, Read | Append | AppendTo) => Some(Depth::Global),
            (_, false, _) => None,
            (Self::Salesperson, true, Read | Append | AppendTo) => Some(Depth::Global),
            (Self::Salesperson, true, _) => Some(Depth::Local),
            (Self::BasicUser, true, _) => Some(Depth::Basic),
        }
    }

    /// Whether it brings a privilege that is about no table.
    fn brings(self, privilege: &str) -> bool {
        match self {
            Self::All => true,
            Self::Delegate => privilege == "prvActOnBehalfOfAnotherUser",
            Self::Salesperson | Self::BasicUser => false,
        }
    }
}

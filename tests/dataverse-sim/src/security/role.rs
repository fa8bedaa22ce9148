//! The roles that every organisation begins with, and what they bring.
//!
//! Layer: security, pure. Their privileges follow from the tables, those made later included; other roles have what was
//! added to them, which rows of `roleprivileges` keep. The service's own lists are long and differ from release to release;
//! these keep what they are about: administrators and customisers everything, sellers what their unit owns and sight of the
//! rest, basic users what is theirs.

use uuid::Uuid;

use crate::schema::{Ownership, TableParts};
use crate::seed::{ADMINISTRATOR, BASIC_USER, CUSTOMIZER, DELEGATE, SALESPERSON, role};

use super::privilege::{Access, Depth};

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BuiltIn {
    All,
    Salesperson,
    BasicUser,
    Delegate,
}

impl BuiltIn {
    /// The role with this id.
    pub(super) fn of(id: Uuid) -> Option<Self> {
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
    pub(super) fn depth(self, table: &TableParts, access: Access) -> Option<Depth> {
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
    pub(super) fn brings(self, privilege: &str) -> bool {
        match self {
            Self::All => true,
            Self::Delegate => privilege == "prvActOnBehalfOfAnotherUser",
            Self::Salesperson | Self::BasicUser => false,
        }
    }
}

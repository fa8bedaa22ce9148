//! Who can sign in as a person: the users in the rows of a tenant's organisations.

use uuid::Uuid;

/// A person of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Directory object id, the same in every organisation.
    pub id: Uuid,
    /// Tenant.
    pub tenant: Uuid,
    /// Name to sign in with: `ada.park@contoso.example`.
    pub user_name: String,
    /// Name for people.
    pub name: String,
    /// First name.
    pub given_name: String,
    /// Last name.
    pub family_name: String,
    /// Whether it may consent for all of its tenant.
    pub is_administrator: bool,
}

/// Where people are found.
pub trait People {
    /// The person with this user name, in this tenant or in any.
    fn by_name(&self, tenant: Option<Uuid>, user_name: &str) -> Option<Person>;
    /// The person with this directory object id.
    fn by_id(&self, tenant: Uuid, id: Uuid) -> Option<Person>;
    /// Everybody, for people to choose from.
    fn all(&self) -> Vec<Person>;
}

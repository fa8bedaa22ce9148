//! Who an organisation is, and on whose behalf a request runs.
//!
//! Layer: organisation, the ground.

use uuid::Uuid;

/// Who an organisation is, as `RetrieveCurrentOrganization` and discovery tell it.
#[derive(Clone, Debug)]
pub struct Identity {
    /// `OrganizationId`.
    pub organization_id: Uuid,
    /// `EnvironmentId`.
    pub environment_id: Uuid,
    /// `TenantId` of the directory whose tokens it accepts.
    pub tenant_id: Uuid,
    /// Name for people.
    pub friendly_name: String,
    /// First label of the real host name.
    pub url_name: String,
    /// Name of the database behind it.
    pub unique_name: String,
    /// `Version`, such as `9.2.26073.00168`.
    pub version: String,
}

/// The user on whose behalf a request runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// `systemuserid` of the user whose rights count: the impersonated one when there is one.
    pub user_id: Uuid,
    /// Business unit of that user.
    pub business_unit_id: Uuid,
    /// `systemuserid` of the real caller while impersonating (`createdonbehalfby`).
    pub on_behalf_of: Option<Uuid>,
}

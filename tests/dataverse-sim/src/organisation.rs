//! One simulated organisation: who it is, what tables it has, where its rows are, and who is calling.

use std::sync::Arc;

use parking_lot::RwLock;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::operations::Catalogue;
use crate::rows::RowStore;
use crate::schema::Schema;

/// A clock that tests can turn.
pub trait Clock: Send + Sync {
    /// The time now, in UTC.
    fn now(&self) -> OffsetDateTime;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }
}

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

/// An organisation, shared by all requests.
pub struct Organisation {
    /// Who it is.
    pub identity: Identity,
    /// Its rows.
    pub rows: RowStore,
    /// Its time.
    pub clock: Arc<dyn Clock>,
    schema: RwLock<Arc<Schema>>,
    operations: Arc<Catalogue>,
}

impl Organisation {
    /// Joins the parts.
    pub fn new(
        identity: Identity,
        schema: Arc<Schema>,
        rows: RowStore,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            identity,
            rows,
            clock,
            schema: RwLock::new(schema),
            operations: Catalogue::standard(),
        }
    }

    /// The same with other operations than the standard ones.
    #[must_use]
    pub fn with_operations(mut self, operations: Arc<Catalogue>) -> Self {
        self.operations = operations;
        self
    }

    /// What can be called.
    pub fn operations(&self) -> &Catalogue {
        &self.operations
    }

    /// The schema at this moment. A request uses one snapshot from beginning to end.
    pub fn schema(&self) -> Arc<Schema> {
        self.schema.read().clone()
    }
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

/// All that answering one data request needs besides the request.
pub struct OrgContext<'a> {
    /// The organisation.
    pub organisation: &'a Organisation,
    /// Its schema for this request.
    pub schema: Arc<Schema>,
    /// The caller.
    pub caller: Caller,
    /// Origin and version segment as the caller wrote them, without a final slash:
    /// `https://contoso.crm.dynamics.com/api/data/v9.2`. Links in answers start with it.
    pub service_root: String,
    /// Time of the request.
    pub now: OffsetDateTime,
}

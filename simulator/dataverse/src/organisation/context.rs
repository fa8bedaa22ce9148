//! What answering one request needs besides the request.
//!
//! Layer: organisation.

use std::sync::Arc;

use time::OffsetDateTime;

use crate::schema::Schema;

use super::identity::Caller;
use super::shared::Organisation;

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

//! One request to the authority, with all that answering it needs.
//!
//! Layer: token, below every grant and page.

use time::OffsetDateTime;
use uuid::Uuid;

use super::error::Trace;
use super::{Authority, EntraError, People, Tenant};

/// Names that stand for no tenant in particular.
pub(super) const NO_TENANT: [&str; 3] = ["common", "organizations", "consumers"];

/// All that issuing needs besides the request.
pub struct Issue<'a> {
    /// Who can sign in, and with what tokens are signed.
    pub authority: &'a Authority,
    /// Who people are.
    pub people: &'a dyn People,
    /// Scheme and host of the authority as the caller wrote them.
    pub origin: &'a str,
    /// Whether an address (without final slash) is an organisation of a tenant.
    pub is_resource: &'a dyn Fn(Uuid, &str) -> bool,
    /// Id of this request.
    pub request_id: Uuid,
    /// The time.
    pub now: OffsetDateTime,
}

impl Issue<'_> {
    /// The ids of this request; `client-request-id` becomes the correlation id.
    pub(super) fn trace(&self, correlation: Option<&str>) -> Trace {
        let sent = correlation.and_then(|text| Uuid::try_parse(text.trim()).ok());
        Trace {
            request: self.request_id,
            correlation: sent
                .unwrap_or_else(|| Uuid::from_u128(self.request_id.as_u128().rotate_left(64))),
            now: self.now,
        }
    }

    /// The tenant that a URL names; `None` for `common` and its like.
    pub(super) fn tenant(&self, name: &str) -> Result<Option<Tenant>, EntraError> {
        let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
        if NO_TENANT.contains(&name.as_ref()) {
            return Ok(None);
        }
        let tenant = self.authority.directory.tenant(&name);
        tenant.map(Some).ok_or_else(|| EntraError::tenant(&name))
    }
}

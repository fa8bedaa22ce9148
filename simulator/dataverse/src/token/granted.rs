//! Grants as texts that only this authority can read, and whom they stand for.
//!
//! Layer: token, above [`grant`](super::grant).

use super::grant::Grant;
use super::{Application, EntraError, Issue, Person, Tenant};

impl Grant {
    /// The grant as a text that only this authority can read; `purpose` is its first letter.
    pub(super) fn seal(&self, issue: &Issue<'_>, purpose: &str) -> Result<String, EntraError> {
        let sealed = issue.authority.seal.close(purpose, self);
        sealed.map_err(|_| EntraError::temporary())
    }

    /// The person, when the grant is still good for this client and tenant.
    pub(super) fn person(
        &self,
        issue: &Issue<'_>,
        tenant: Option<&Tenant>,
        application: &Application,
    ) -> Result<Person, EntraError> {
        if self.client != application.client_id {
            return Err(EntraError::grant_invalid());
        }
        if let Some(tenant) = tenant.filter(|tenant| tenant.id != self.tenant) {
            return Err(EntraError::other_tenant(&tenant.name));
        }
        let person = issue
            .people
            .by_id(self.tenant, self.person)
            .ok_or_else(|| EntraError::no_user(&self.person.to_string()))?;
        let account = issue.authority.directory.account(person.id);
        super::password::may_sign_in(&person, &account)?;
        if self.issued < account.valid_from {
            return Err(EntraError::revoked());
        }
        Ok(person)
    }
}

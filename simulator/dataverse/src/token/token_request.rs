//! A request to the token endpoint.

use uuid::Uuid;

use super::client::ClientClaim;
use super::form::Form;
use super::scope::Scopes;
use super::{EntraError, Issue, Tenant};

/// A request, its tenant and client known by name.
pub(super) struct TokenRequest<'a> {
    pub(super) issue: &'a Issue<'a>,
    /// The tenant that the URL names; `None` for `common` and its like.
    pub(super) tenant: Option<Tenant>,
    pub(super) form: &'a Form,
    pub(super) client: ClientClaim,
    /// Version 1 of the endpoint: `resource` instead of `scope`.
    pub(super) is_version_1: bool,
}

impl TokenRequest<'_> {
    /// A parameter that must be there.
    pub(super) fn required(&self, name: &str) -> Result<&str, EntraError> {
        self.form.get(name).ok_or_else(|| EntraError::missing(name))
    }

    /// The tenant that the URL names, or else the one with this id.
    pub(super) fn tenant_or(&self, id: Uuid) -> Result<Tenant, EntraError> {
        match &self.tenant {
            Some(tenant) => Ok(tenant.clone()),
            None => self
                .issue
                .authority
                .directory
                .tenant(&id.to_string())
                .ok_or_else(|| EntraError::tenant(&id.to_string())),
        }
    }

    /// What is asked for, if anything.
    pub(super) fn scopes(&self) -> Result<Option<Scopes>, EntraError> {
        self.scope_text()
            .map(|text| Scopes::parse(&text))
            .transpose()
    }

    /// Whether the person's ids are wanted beside the tokens.
    pub(super) fn wants_client_info(&self) -> bool {
        self.form.get("client_info") == Some("1")
    }

    /// What is asked for, by a grant that cannot do without.
    pub(super) fn required_scopes(&self) -> Result<Scopes, EntraError> {
        self.scopes()?
            .ok_or_else(|| EntraError::missing(self.scope_name()))
    }

    /// The parameter that names the resource.
    pub(super) fn scope_name(&self) -> &'static str {
        if self.is_version_1 {
            "resource"
        } else {
            "scope"
        }
    }

    fn scope_text(&self) -> Option<String> {
        let asked = self.form.get(self.scope_name())?;
        if !self.is_version_1 {
            return Some(asked.to_owned());
        }
        let more = self.form.get("scope");
        let words = more
            .unwrap_or("openid profile offline_access")
            .split_ascii_whitespace()
            .filter(|word| !word.contains('/'));
        Some(words.fold(format!("{asked}/.default"), |all, word| {
            format!("{all} {word}")
        }))
    }
}

//! Whether an application may have what it asks for on behalf of a person.

use uuid::Uuid;

use super::directory::Consent;
use super::resource::Resource;
use super::scope::Scopes;
use super::{Application, EntraError, Issue, Person};

/// What would have to be allowed.
pub(super) fn wanted(
    application: &Application,
    person: &Person,
    resource: &Resource,
    scopes: &Scopes,
) -> Vec<Consent> {
    let named = scopes.named(resource.default_permission());
    let consent = |permission: String| Consent {
        tenant: person.tenant,
        client: application.client_id,
        person: person.id,
        resource: scopes.resource().trim_end_matches('/').to_owned(),
        permission,
    };
    named.into_iter().map(consent).collect()
}

/// Whether all of it is allowed.
pub(super) fn is_given(issue: &Issue<'_>, application: &Application, wanted: &[Consent]) -> bool {
    application.is_consented
        || wanted
            .iter()
            .all(|one| issue.authority.directory.has_consent(one))
}

/// Refuses what is not allowed, where nobody can be asked.
pub(super) fn require(
    issue: &Issue<'_>,
    application: &Application,
    person: &Person,
    resource: &Resource,
    scopes: &Scopes,
) -> Result<(), EntraError> {
    let wanted = wanted(application, person, resource, scopes);
    if is_given(issue, application, &wanted) {
        Ok(())
    } else {
        Err(EntraError::no_consent(
            application.client_id,
            &application.name,
        ))
    }
}

/// The same consents for everybody of the tenant.
pub(super) fn for_all(consents: Vec<Consent>) -> impl Iterator<Item = Consent> {
    consents.into_iter().map(|consent| Consent {
        person: Uuid::nil(),
        ..consent
    })
}

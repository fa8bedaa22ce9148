//! What only a simulator that is being developed against tells.

use uuid::Uuid;

use super::application_user::ApplicationUser;

/// Credentials of the first application.
#[derive(Debug)]
pub(super) struct Development {
    pub(super) tenant: Uuid,
    pub(super) client_id: Uuid,
    pub(super) client_secret: String,
}

impl Development {
    pub(super) fn of(tenant: Uuid, applications: &[ApplicationUser]) -> Self {
        let first = applications.iter().find(|known| known.is_user);
        let first = first.map(|known| &known.registration);
        let secret = first.and_then(|application| application.secrets.first());
        Self {
            tenant,
            client_id: first.map_or(Uuid::nil(), |application| application.client_id),
            client_secret: secret
                .map(|secret| secret.value.clone())
                .unwrap_or_default(),
        }
    }
}

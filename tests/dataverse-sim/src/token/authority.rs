//! Who can sign in: tenants and the applications registered in them.

use time::OffsetDateTime;
use uuid::Uuid;

/// Life of an access token, as Entra usually reports it, in seconds.
pub(super) const TOKEN_SECONDS: u32 = 3_599;

/// A directory.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// Tenant id.
    pub id: Uuid,
    /// Name for people, as some errors show it.
    pub name: String,
    /// Verified domains; each may stand for the id in URLs.
    pub domains: Vec<String>,
    /// Applications registered here.
    pub applications: Vec<Application>,
}

/// An application registration.
#[derive(Clone, Debug)]
pub struct Application {
    /// Client id.
    pub client_id: Uuid,
    /// Object id of its service principal.
    pub object_id: Uuid,
    /// Name for people.
    pub name: String,
    /// Its secrets; any of them works.
    pub secrets: Vec<ClientSecret>,
    /// Whether it may sign in.
    pub is_enabled: bool,
}

/// A client secret.
#[derive(Clone)]
pub struct ClientSecret {
    /// The secret itself.
    pub value: String,
    /// When it stops working.
    pub expires: Option<OffsetDateTime>,
}

impl std::fmt::Debug for ClientSecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("ClientSecret")
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// All tenants, and how long their tokens live.
#[derive(Clone, Debug)]
pub struct Authority {
    /// Tenants.
    pub tenants: Vec<Tenant>,
    /// Life of an access token in seconds.
    pub token_seconds: u32,
}

impl Authority {
    /// An authority with the usual token life.
    pub fn new(tenants: Vec<Tenant>) -> Self {
        Self {
            tenants,
            token_seconds: TOKEN_SECONDS,
        }
    }

    /// The tenant that a URL names by id or domain.
    pub fn tenant(&self, name: &str) -> Option<&Tenant> {
        let id = Uuid::try_parse(name).ok();
        self.tenants.iter().find(|tenant| {
            Some(tenant.id) == id
                || tenant
                    .domains
                    .iter()
                    .any(|domain| domain.eq_ignore_ascii_case(name))
        })
    }
}

impl Tenant {
    /// The application with this client id.
    pub fn application(&self, client_id: &str) -> Option<&Application> {
        let id = Uuid::try_parse(client_id).ok()?;
        self.applications
            .iter()
            .find(|application| application.client_id == id)
    }
}

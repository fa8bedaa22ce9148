//! What tokens can be for: an organisation, the discovery service, another application, or Microsoft Graph (whose
//! tokens are issued and good for nothing here).

use uuid::Uuid;

use super::scope::{GRAPH, Scopes};
use super::{Application, EntraError, Issue, Tenant};

/// Hosts of the discovery service in Microsoft's clouds.
pub const DISCOVERY_HOSTS: [&str; 5] = [
    "globaldisco.crm.dynamics.com",
    "globaldisco.crm9.dynamics.com",
    "globaldisco.crm.microsoftdynamics.us",
    "globaldisco.crm.appsplatform.us",
    "globaldisco.crm.dynamics.cn",
];

/// A resource that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Resource {
    Organisation,
    Discovery,
    Graph,
    Application(Uuid),
}

impl Resource {
    /// The resource of a tenant that scopes name, when it offers what they ask for.
    pub(super) fn find(
        issue: &Issue<'_>,
        tenant: &Tenant,
        application: &Application,
        scopes: &Scopes,
    ) -> Result<Self, EntraError> {
        let found = Self::named(issue, tenant, scopes)?;
        found.check(scopes, application)?;
        Ok(found)
    }

    fn named(issue: &Issue<'_>, tenant: &Tenant, scopes: &Scopes) -> Result<Self, EntraError> {
        let written = scopes.resource();
        let address = written.trim_end_matches('/');
        let host = address.strip_prefix("https://").unwrap_or_default();
        let application = address.strip_prefix("api://").unwrap_or(address);
        if (issue.is_resource)(tenant.id, address) {
            Ok(Self::Organisation)
        } else if address == GRAPH {
            Ok(Self::Graph)
        } else if DISCOVERY_HOSTS.contains(&host) {
            Ok(Self::Discovery)
        } else if let Some(application) = tenant.application(application) {
            Ok(Self::Application(application.client_id))
        } else {
            Err(EntraError::resource(written, &tenant.name))
        }
    }

    /// Refuses permissions that the resource does not offer.
    fn check(&self, scopes: &Scopes, client: &Application) -> Result<(), EntraError> {
        let offered = match self {
            Self::Organisation | Self::Discovery => "user_impersonation",
            Self::Graph | Self::Application(_) => return Ok(()),
        };
        let unknown = scopes
            .permissions
            .iter()
            .find(|name| *name != offered && *name != ".default");
        match unknown {
            Some(name) => Err(EntraError::unknown_permission(
                &client.client_id.to_string(),
                name,
                scopes.resource(),
            )),
            None => Ok(()),
        }
    }

    /// What `.default` stands for.
    pub(super) fn default_permission(&self) -> &'static str {
        match self {
            Self::Organisation | Self::Discovery => "user_impersonation",
            Self::Graph => "User.Read",
            Self::Application(_) => "access_as_user",
        }
    }
}

//! Discovery: the token must be a person's, for the discovery service or one of the organisations.

use http::StatusCode;
use http::request::Parts;

use super::service::Arrival;
use super::state::State;
use crate::discovery::{self, Listed, Query};
use crate::http::{Response, SimError};
use crate::rows::Cell;
use crate::seed::ADMINISTRATOR;
use crate::token::{Claims, DISCOVERY_HOSTS};

impl State {
    pub(super) fn discover(
        &self,
        parts: &Parts,
        path: &str,
        origin: &str,
        arrival: &Arrival,
    ) -> Response {
        let claims = self.sites().find_map(|site| {
            let tenant = site.organisation.identity.tenant_id;
            let is_audience = |address: &str| {
                let host = address.strip_prefix("https://").unwrap_or_default();
                DISCOVERY_HOSTS.contains(&host)
                    || self.is_discovery(address)
                    || self.sites().any(|site| site.addresses.is_own(address))
            };
            let authenticator = &site.authenticator;
            let signer = &self.authority.signer;
            authenticator
                .identify(&parts.headers, signer, tenant, &is_audience, arrival.at)
                .ok()
        });
        let Some(claims) = claims else {
            let challenge = format!(
                "Bearer authorization_uri={origin}/common/oauth2/authorize, resource_id={origin}/"
            );
            return SimError::new(StatusCode::UNAUTHORIZED, "", "")
                .with_header("www-authenticate", challenge)
                .into_response();
        };
        let query = Query {
            method: &parts.method,
            path,
            query: parts.uri.query().unwrap_or_default(),
            origin,
            claims: &claims,
            now: arrival.at,
        };
        discovery::handle(&query, &self.organisations_of(&claims))
    }

    /// The organisations of the caller's tenant in which it is an enabled user.
    fn organisations_of(&self, claims: &Claims) -> Vec<Listed<'_>> {
        let mut listed = Vec::new();
        for site in self.sites() {
            let organisation = &site.organisation;
            if organisation.identity.tenant_id != claims.tid {
                continue;
            }
            let (schema, rows) = (organisation.schema(), &organisation.rows);
            let id = Cell::Guid(claims.oid);
            let found = rows.find(&schema, "systemuser", "azureactivedirectoryobjectid", &id);
            let Ok(Some(user)) = found else { continue };
            let row = rows.row(&schema, "systemuser", user).ok().flatten();
            let is_disabled = row.is_none_or(|row| {
                row.iter()
                    .any(|(name, cell)| name == "isdisabled" && *cell == Cell::Bool(true))
            });
            if is_disabled {
                continue;
            }
            let roles = rows.roles(user).unwrap_or_default();
            listed.push(Listed {
                identity: &organisation.identity,
                is_disabled: organisation.is_disabled(),
                url: site.addresses.base_url(),
                api_url: site.addresses.api_url(),
                is_administrator: roles.iter().any(|role| role == ADMINISTRATOR),
            });
        }
        listed
    }
}

//! That it runs, and what a client has to know.

use http::header;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Call;
use super::answer::{Outcome, Refusal, answer, read};
use crate::sim::PUBLIC_CLIENT_ID;
use crate::sim::state::State;
use crate::token::DEFAULT_PASSWORD;

/// What an organisation is to be.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Wanted {
    state: Switch,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Switch {
    Enabled,
    Disabled,
}

impl State {
    /// The status page for browsers; programs get the health.
    pub(super) fn front(&self, call: &Call<'_>) -> Outcome {
        let accept = call.parts.headers.get(header::ACCEPT);
        let accept = accept.and_then(|value| value.to_str().ok());
        if accept.is_some_and(|accept| accept.contains("text/html")) {
            Ok(self.status_page(call))
        } else {
            self.health()
        }
    }

    pub(super) fn health(&self) -> Outcome {
        answer(&json!({
            "status": "running",
            "version": env!("CARGO_PKG_VERSION"),
            "requests": self.log.total(),
        }))
    }

    /// Addresses and development credentials.
    pub(super) fn environment(&self) -> Outcome {
        let base = self.first.addresses.base_url();
        let development = &self.development;
        let tenant = development.tenant;
        answer(&json!({
            "url": base,
            "web-api-url": format!("{base}/api/data/v9.2/"),
            "token-url": format!("{base}/{tenant}/oauth2/v2.0/token"),
            "authority": self.authority_url(),
            "scope": format!("{base}/.default"),
            "tenant-id": tenant,
            "client-id": development.client_id,
            "client-secret": development.client_secret,
            "public-client-id": PUBLIC_CLIENT_ID,
            "user": self.user_name(),
            "password": DEFAULT_PASSWORD,
        }))
    }

    pub(super) fn organisations(&self) -> Outcome {
        let described = self.sites().map(|site| {
            let identity = &site.organisation.identity;
            let base = site.addresses.base_url();
            json!({
                "name": identity.url_name,
                "friendly-name": identity.friendly_name,
                "organization-id": identity.organization_id,
                "tenant-id": identity.tenant_id,
                "url": base,
                "web-api-url": format!("{base}/api/data/v9.2/"),
                "state": if site.organisation.is_disabled() { "disabled" } else { "enabled" },
                "tables": site.organisation.schema().tables().len(),
            })
        });
        answer(&json!({ "organisations": described.collect::<Vec<Value>>() }))
    }

    /// Switches an organisation off or on.
    pub(super) fn set_organisation(&self, call: &Call<'_>, name: &str) -> Outcome {
        let wanted: Wanted = read(call.body, "organisation")?;
        let mut sites = self.sites();
        let site = sites
            .find(|site| site.organisation.identity.url_name == name)
            .ok_or_else(|| Refusal::missing(format!("There is no organisation `{name}`.")))?;
        site.organisation.disable(wanted.state == Switch::Disabled);
        self.organisations()
    }
}

//! Registrations, accounts and consents: what an administrator does in the directory.

use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Call;
use super::answer::{Outcome, Refusal, answer, done, made, read};
use crate::seed::{Members, write_base};
use crate::sim::state::State;
use crate::token::{Account, Application, Certificate, ClientSecret, People, Tenant};

/// An application to be registered.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Registration {
    name: String,
    /// A new one when absent.
    client_id: Option<Uuid>,
    /// Id or domain of one tenant; every tenant when absent.
    tenant: Option<String>,
    #[serde(default)]
    secrets: Vec<ClientSecret>,
    /// PEM, or Base64 of DER.
    #[serde(default)]
    certificates: Vec<Certificate>,
    #[serde(default)]
    redirect_uris: Vec<String>,
    #[serde(default)]
    is_public: bool,
    #[serde(default = "yes")]
    is_enabled: bool,
    /// Nobody is asked for consent.
    #[serde(default)]
    is_consented: bool,
    #[serde(default)]
    single_use_assertions: bool,
    #[serde(default)]
    single_use_refresh_tokens: bool,
    /// Make it an application user with every right in the tenant's organisations.
    #[serde(default)]
    application_user: bool,
}

fn yes() -> bool {
    true
}

impl Registration {
    fn application(&self) -> Application {
        Application {
            secrets: self.secrets.clone(),
            certificates: self.certificates.clone(),
            redirect_uris: self.redirect_uris.clone(),
            is_public: self.is_public,
            is_enabled: self.is_enabled,
            is_consented: self.is_consented,
            single_use_assertions: self.single_use_assertions,
            single_use_refresh_tokens: self.single_use_refresh_tokens,
            ..Application::new(&self.name, self.client_id.unwrap_or_else(Uuid::new_v4))
        }
    }
}

impl State {
    pub(super) fn applications(&self) -> Outcome {
        let tenants = self.authority.directory.tenants();
        let known = tenants
            .iter()
            .flat_map(|tenant| tenant.applications.iter().map(|one| described(tenant, one)));
        answer(&json!({ "applications": known.collect::<Vec<_>>() }))
    }

    pub(super) fn register(&self, call: &Call<'_>) -> Outcome {
        let registration: Registration = read(call.body, "registration of an application")?;
        let application = registration.application();
        let directory = &self.authority.directory;
        let tenants = match &registration.tenant {
            None => directory.tenants().to_vec(),
            Some(name) => {
                let found = directory.tenant(name);
                vec![found.ok_or_else(|| Refusal::wrong(format!("There is no tenant `{name}`.")))?]
            }
        };
        for tenant in &tenants {
            directory
                .register(tenant.id, application.clone())
                .map_err(Refusal::failed)?;
            if registration.application_user {
                self.admit_application(tenant, &application, call)?;
            }
        }
        made(&json!({ "client-id": application.client_id, "object-id": application.object_id }))
    }

    /// Makes an application a user of the tenant's organisations, unless it is one.
    fn admit_application(
        &self,
        tenant: &Tenant,
        application: &Application,
        call: &Call<'_>,
    ) -> Result<(), Refusal> {
        for site in self.sites() {
            let organisation = &site.organisation;
            if organisation.identity.tenant_id != tenant.id {
                continue;
            }
            let members = Members {
                domain: tenant.domains.last().map_or("", String::as_str),
                applications: std::slice::from_ref(application),
                people: None,
            };
            let (rows, schema) = (&organisation.rows, organisation.schema());
            write_base(rows, &schema, &organisation.identity, &members, call.now)
                .map_err(Refusal::failed)?;
            rows.database().note_identities();
        }
        Ok(())
    }

    pub(super) fn unregister(&self, id: &str) -> Outcome {
        let id =
            Uuid::try_parse(id).map_err(|_| Refusal::wrong(format!("`{id}` is no client id.")))?;
        match self.authority.directory.unregister(id) {
            Ok(true) => done(),
            Ok(false) => Err(Refusal::missing(
                "No application has this client id; GET /sim/applications lists them.",
            )),
            Err(error) => Err(Refusal::failed(error)),
        }
    }

    pub(super) fn accounts(&self) -> Outcome {
        let people = self.all();
        let described = people.iter().map(|person| {
            let account = self.authority.directory.account(person.id);
            json!({
                "user-name": person.user_name,
                "name": person.name,
                "object-id": person.id,
                "tenant-id": person.tenant,
                "state": account.state,
                "has-own-password": account.password.is_some(),
                "valid-from": account.valid_from,
            })
        });
        answer(&json!({ "accounts": described.collect::<Vec<Value>>() }))
    }

    pub(super) fn set_account(&self, call: &Call<'_>, name: &str) -> Outcome {
        let account: Account = read(call.body, "account")?;
        let person = self.by_name(None, name).ok_or_else(|| {
            Refusal::missing(format!(
                "Nobody signs in as `{name}`; GET /sim/accounts lists people."
            ))
        })?;
        let directory = &self.authority.directory;
        directory
            .set_account(person.id, account)
            .map_err(Refusal::failed)?;
        done()
    }

    pub(super) fn tell_rotation(&self) -> Outcome {
        let is_strict = self.authority.is_rotation_strict();
        answer(&json!({ "strict": is_strict }))
    }

    pub(super) fn set_rotation(&self, call: &Call<'_>) -> Outcome {
        #[derive(Deserialize)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields)]
        struct Wanted {
            strict: bool,
        }
        let wanted: Wanted = read(call.body, "rotation")?;
        self.authority.set_rotation_strict(wanted.strict);
        self.tell_rotation()
    }

    pub(super) fn consents(&self) -> Outcome {
        answer(&json!({ "consents": self.authority.directory.consents() }))
    }

    pub(super) fn withdraw_consents(&self) -> Outcome {
        let withdrawn = self.authority.directory.withdraw_consents();
        withdrawn.map_err(Refusal::failed)?;
        done()
    }

    pub(super) fn end_sessions(&self) -> Outcome {
        self.authority.end_sessions();
        done()
    }
}

/// A registration without its secrets.
fn described(tenant: &Tenant, application: &Application) -> Value {
    let thumbprints = application.certificates.iter().map(Certificate::sha256);
    json!({
        "name": application.name,
        "client-id": application.client_id,
        "object-id": application.object_id,
        "tenant-id": tenant.id,
        "secrets": application.secrets.len(),
        "certificates": thumbprints.collect::<Vec<_>>(),
        "redirect-uris": application.redirect_uris,
        "is-public": application.is_public,
        "is-enabled": application.is_enabled,
        "is-consented": application.is_consented,
    })
}

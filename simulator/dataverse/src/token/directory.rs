//! Who is known: tenants, their applications, what people consented to, and what differs about an account.
//!
//! People themselves are rows of `systemuser`; only what no row can hold (password, state) is here. With a file it
//! outlives the process, since an application that was registered once must still be able to sign in.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use parking_lot::RwLock;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Application;

/// Password of everybody who was given no other.
pub const DEFAULT_PASSWORD: &str = "sim-development-password";

/// A directory's tenant.
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

/// What is special about an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Account {
    /// Its password, when it is not [`DEFAULT_PASSWORD`].
    #[serde(default)]
    pub password: Option<String>,
    /// Whether it may sign in.
    #[serde(default)]
    pub state: AccountState,
    /// Refresh tokens and sessions from before this time (Unix seconds) are void.
    #[serde(default)]
    pub valid_from: i64,
}

/// Whether an account may sign in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountState {
    /// It may.
    #[default]
    Enabled,
    /// It may not.
    Disabled,
    /// Its password has to be changed first.
    PasswordExpired,
    /// It needs a second factor, which a password sent by an application cannot give.
    NeedsSecondFactor,
}

/// What somebody, or with the nil id everybody, allowed an application to do with a resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Consent {
    /// Tenant.
    pub tenant: Uuid,
    /// Client id.
    pub client: Uuid,
    /// Object id of the person; nil for all of the tenant.
    pub person: Uuid,
    /// Resource without final slash.
    pub resource: String,
    /// Permission, such as `user_impersonation`.
    pub permission: String,
}

/// A directory as it was at a moment.
#[derive(Clone)]
pub struct DirectoryState {
    tenants: Arc<Vec<Tenant>>,
    kept: Kept,
}

/// What is kept in the file.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Kept {
    /// Applications registered while running, by tenant.
    #[serde(default)]
    applications: BTreeMap<Uuid, Vec<Application>>,
    #[serde(default)]
    accounts: BTreeMap<Uuid, Account>,
    #[serde(default)]
    consents: BTreeSet<Consent>,
}

/// The directory file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the directory file {path} cannot be used: {reason}")]
pub struct DirectoryError {
    path: String,
    reason: String,
}

/// All tenants.
pub struct Directory {
    tenants: RwLock<Arc<Vec<Tenant>>>,
    kept: RwLock<Kept>,
    file: Option<PathBuf>,
}

impl Directory {
    /// A directory with these tenants, and with what a file remembers of them.
    pub fn open(mut tenants: Vec<Tenant>, file: Option<PathBuf>) -> Result<Self, DirectoryError> {
        let kept = match &file {
            Some(path) if path.exists() => {
                let failed = |reason: String| DirectoryError {
                    path: path.display().to_string(),
                    reason,
                };
                let text =
                    std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
                serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?
            }
            _ => Kept::default(),
        };
        for tenant in &mut tenants {
            for application in kept.applications.get(&tenant.id).into_iter().flatten() {
                tenant.add(application.clone());
            }
        }
        Ok(Self {
            tenants: RwLock::new(Arc::new(tenants)),
            kept: RwLock::new(kept),
            file,
        })
    }

    /// All tenants at this moment.
    pub fn tenants(&self) -> Arc<Vec<Tenant>> {
        self.tenants.read().clone()
    }

    /// The tenant that a URL names by id or domain.
    pub fn tenant(&self, name: &str) -> Option<Tenant> {
        let id = Uuid::try_parse(name).ok();
        let tenants = self.tenants();
        let found = tenants.iter().find(|tenant| {
            Some(tenant.id) == id
                || tenant
                    .domains
                    .iter()
                    .any(|domain| domain.eq_ignore_ascii_case(name))
        });
        found.cloned()
    }

    /// Registers an application in a tenant, in place of one with the same client id, and keeps it.
    pub fn register(&self, tenant: Uuid, application: Application) -> Result<bool, DirectoryError> {
        if !self.change_tenant(tenant, |tenant| tenant.add(application.clone())) {
            return Ok(false);
        }
        self.change(|kept| {
            let registered = kept.applications.entry(tenant).or_default();
            registered.retain(|known| known.client_id != application.client_id);
            registered.push(application);
        })?;
        Ok(true)
    }

    /// Removes an application from every tenant; whether there was one.
    pub fn unregister(&self, client_id: Uuid) -> Result<bool, DirectoryError> {
        let mut found = false;
        for tenant in self.tenants().iter() {
            self.change_tenant(tenant.id, |tenant| {
                let before = tenant.applications.len();
                tenant
                    .applications
                    .retain(|known| known.client_id != client_id);
                found |= tenant.applications.len() < before;
            });
        }
        self.change(|kept| {
            for registered in kept.applications.values_mut() {
                registered.retain(|known| known.client_id != client_id);
            }
        })?;
        Ok(found)
    }

    /// What is special about an account.
    pub fn account(&self, person: Uuid) -> Account {
        self.kept
            .read()
            .accounts
            .get(&person)
            .cloned()
            .unwrap_or_default()
    }

    /// Sets what is special about an account.
    pub fn set_account(&self, person: Uuid, account: Account) -> Result<(), DirectoryError> {
        self.change(|kept| {
            kept.accounts.insert(person, account);
        })
    }

    /// Whether a person, or an administrator for all, allowed this.
    pub fn has_consent(&self, consent: &Consent) -> bool {
        let consents = &self.kept.read().consents;
        let of_all = Consent {
            person: Uuid::nil(),
            ..consent.clone()
        };
        consents.contains(consent) || consents.contains(&of_all)
    }

    /// Everything that was allowed.
    pub fn consents(&self) -> Vec<Consent> {
        self.kept.read().consents.iter().cloned().collect()
    }

    /// Notes that something is allowed.
    pub fn consent(
        &self,
        consents: impl IntoIterator<Item = Consent>,
    ) -> Result<(), DirectoryError> {
        self.change(|kept| kept.consents.extend(consents))
    }

    /// Takes every consent back.
    pub fn withdraw_consents(&self) -> Result<(), DirectoryError> {
        self.change(|kept| kept.consents.clear())
    }

    /// All that is known at this moment.
    pub fn state(&self) -> DirectoryState {
        DirectoryState {
            tenants: self.tenants(),
            kept: self.kept.read().clone(),
        }
    }

    /// Knows what it knew then, and nothing that came since.
    pub fn restore(&self, state: DirectoryState) -> Result<(), DirectoryError> {
        *self.tenants.write() = state.tenants;
        self.change(|kept| *kept = state.kept)
    }

    fn change_tenant(&self, id: Uuid, change: impl FnOnce(&mut Tenant)) -> bool {
        let mut tenants = self.tenants.write();
        let found = Arc::make_mut(&mut tenants)
            .iter_mut()
            .find(|tenant| tenant.id == id);
        found.map(change).is_some()
    }

    fn change(&self, change: impl FnOnce(&mut Kept)) -> Result<(), DirectoryError> {
        let mut kept = self.kept.write();
        change(&mut kept);
        let Some(path) = &self.file else {
            return Ok(());
        };
        let failed = |reason: &dyn std::fmt::Display| DirectoryError {
            path: path.display().to_string(),
            reason: reason.to_string(),
        };
        let text = serde_json::to_string_pretty(&*kept).map_err(|error| failed(&error))?;
        // Written beside and renamed, so that a crash leaves the old file or the new one.
        let fresh = path.with_extension("fresh");
        std::fs::write(&fresh, text)
            .and_then(|()| std::fs::rename(&fresh, path))
            .map_err(|error| failed(&error))
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

    fn add(&mut self, application: Application) {
        self.applications
            .retain(|known| known.client_id != application.client_id);
        self.applications.push(application);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant() -> Tenant {
        Tenant {
            id: Uuid::from_u128(7),
            name: "Contoso".into(),
            domains: vec!["contoso.example".into()],
            applications: Vec::new(),
        }
    }

    #[test]
    fn a_file_keeps_what_was_registered_and_allowed() {
        let folder = tempfile::tempdir().unwrap();
        let file = Some(folder.path().join("directory.json"));
        let consent = Consent {
            tenant: tenant().id,
            client: Uuid::from_u128(1),
            person: Uuid::nil(),
            resource: "https://contoso.example".into(),
            permission: "user_impersonation".into(),
        };
        let before = Directory::open(vec![tenant()], file.clone()).unwrap();
        let application = Application::new("Later", Uuid::from_u128(1)).secret("kept");
        assert!(before.register(tenant().id, application).unwrap());
        before.consent([consent.clone()]).unwrap();
        drop(before);

        let after = Directory::open(vec![tenant()], file).unwrap();
        let found = after.tenant("CONTOSO.example").unwrap();
        let id = Uuid::from_u128(1).to_string();
        assert_eq!(found.application(&id).unwrap().secrets[0].value, "kept");
        let of_one = Consent {
            person: Uuid::from_u128(5),
            ..consent
        };
        assert!(after.has_consent(&of_one));
        assert!(after.unregister(Uuid::from_u128(1)).unwrap());
        assert!(
            after
                .tenant("contoso.example")
                .unwrap()
                .applications
                .is_empty()
        );
    }

    #[test]
    fn a_file_that_is_no_directory_is_named_in_the_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("directory.json");
        std::fs::write(&path, "no json").unwrap();
        let error = Directory::open(vec![tenant()], Some(path)).err().unwrap();
        assert!(error.to_string().contains("directory.json"), "{error}");
    }
}

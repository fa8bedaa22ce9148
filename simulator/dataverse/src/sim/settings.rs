//! What a further organisation in the same process is started with.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use uuid::{Uuid, uuid};

use super::identity::VERSION;
use crate::organisation::Identity;
use crate::rows::Storage;
use crate::seed::Seed;

/// Namespace of ids that follow from an organisation's or a tenant's name.
const NAMED: Uuid = uuid!("5a7e1f00-0000-4000-8000-00000000026a");

/// An organisation beside the first one.
#[derive(Clone, Debug)]
pub struct OrganisationSettings {
    pub(super) name: String,
    pub(super) tenant: Option<String>,
    pub(super) hosts: Vec<String>,
    pub(super) listen: Option<SocketAddr>,
    pub(super) seeds: Vec<Seed>,
    pub(super) people: Option<Vec<String>>,
    pub(super) is_disabled: bool,
}

/// A text that describes no organisation.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{0}` describes no organisation; write NAME, then any of ,tenant=DOMAIN ,host=NAME ,listen=ADDRESS:PORT \
     ,seed=small ,people=ada.park+mei.tanaka ,state=disabled"
)]
pub struct NoOrganisation(String);

impl OrganisationSettings {
    /// An organisation of the first one's tenant, reached as `NAME.localhost` on the first one's port.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_ascii_lowercase(),
            tenant: None,
            hosts: Vec::new(),
            listen: None,
            seeds: Vec::new(),
            people: None,
            is_disabled: false,
        }
    }

    /// Belongs to the tenant with this domain, which is made when no other organisation names it.
    #[must_use]
    pub fn tenant(mut self, domain: &str) -> Self {
        self.tenant = Some(domain.to_ascii_lowercase());
        self
    }

    /// One more host name.
    #[must_use]
    pub fn host(mut self, name: &str) -> Self {
        self.hosts.push(name.to_ascii_lowercase());
        self
    }

    /// Listens on an address of its own too; port 0 takes a free one.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = Some(address);
        self
    }

    /// Rows to begin with.
    #[must_use]
    pub fn seed(mut self, seed: Seed) -> Self {
        self.seeds.push(seed);
        self
    }

    /// Only these of the usual people, by key (`ada.park`).
    #[must_use]
    pub fn people(mut self, keys: &[&str]) -> Self {
        self.people = Some(keys.iter().map(|key| (*key).to_owned()).collect());
        self
    }

    /// Switched off: listed by discovery, and of no use until `/sim/organisations` switches it on.
    #[must_use]
    pub fn disabled(mut self) -> Self {
        self.is_disabled = true;
        self
    }

    pub(super) fn identity(&self, first: &Identity) -> Identity {
        let id = Uuid::new_v5(&NAMED, self.name.as_bytes());
        Identity {
            organization_id: id,
            environment_id: Uuid::new_v5(&id, b"environment"),
            tenant_id: match &self.tenant {
                Some(domain) => Uuid::new_v5(&NAMED, format!("tenant/{domain}").as_bytes()),
                None => first.tenant_id,
            },
            friendly_name: capitalised(&self.name),
            url_name: self.name.clone(),
            unique_name: format!("unq{}", id.simple()),
            version: VERSION.to_owned(),
        }
    }

    /// Where its rows are, beside the first organisation's.
    pub(super) fn storage(&self, first: &Storage) -> Storage {
        match first {
            Storage::Memory => Storage::Memory,
            Storage::File(path) => Storage::File(beside(path, &self.name)),
        }
    }
}

/// `rows.sqlite` → `rows-fabrikam.sqlite`.
fn beside(path: &Path, name: &str) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let file = match path.extension() {
        Some(extension) => format!("{stem}-{name}.{}", extension.to_string_lossy()),
        None => format!("{stem}-{name}"),
    };
    path.with_file_name(file)
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

impl FromStr for OrganisationSettings {
    type Err = NoOrganisation;

    fn from_str(text: &str) -> Result<Self, NoOrganisation> {
        let wrong = || NoOrganisation(text.to_owned());
        let mut parts = text.split(',');
        let name = parts.next().unwrap_or_default();
        let is_label = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        if name.is_empty() || name.starts_with('-') || !name.chars().all(is_label) {
            return Err(wrong());
        }
        let mut settings = Self::new(name);
        for part in parts {
            settings = match part.split_once('=').ok_or_else(wrong)? {
                ("tenant", domain) if !domain.is_empty() => settings.tenant(domain),
                ("host", host) if !host.is_empty() => settings.host(host),
                ("listen", address) => settings.listen(address.parse().map_err(|_| wrong())?),
                ("seed", seed) => settings.seed(seed.parse().map_err(|_| wrong())?),
                ("state", "enabled") => settings,
                ("state", "disabled") => settings.disabled(),
                ("people", keys) => settings.people(&keys.split('+').collect::<Vec<_>>()),
                _ => return Err(wrong()),
            };
        }
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organisation_is_written_as_a_name_and_what_differs() {
        let text = "Fabrikam,tenant=fabrikam.example,listen=127.0.0.1:0,seed=small,people=ada.park";
        let settings: OrganisationSettings = text.parse().unwrap();
        assert_eq!(settings.name, "fabrikam");
        assert_eq!(settings.tenant.as_deref(), Some("fabrikam.example"));
        assert_eq!(settings.seeds, [Seed::Small]);
        assert!(!settings.is_disabled);
        let off: OrganisationSettings = "old,state=disabled".parse().unwrap();
        assert!(off.is_disabled);
        for wrong in [
            "",
            "a b",
            "x,colour=red",
            "x,listen=here",
            "x,state=lost",
            "-x",
        ] {
            assert!(wrong.parse::<OrganisationSettings>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn its_rows_lie_beside_the_first_ones() {
        let first = Storage::File("/data/rows.sqlite".into());
        let storage = OrganisationSettings::new("fabrikam").storage(&first);
        assert_eq!(storage, Storage::File("/data/rows-fabrikam.sqlite".into()));
    }
}

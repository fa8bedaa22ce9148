//! People for sign-in: the users in the rows of the tenant's organisations, each found by name or by object id.

use uuid::Uuid;

use super::state::State;
use crate::organisation::Organisation;
use crate::rows::Cell;
use crate::seed::{ADMINISTRATOR, SYSTEM_USER};
use crate::token::{People, Person};

impl People for State {
    fn by_name(&self, tenant: Option<Uuid>, user_name: &str) -> Option<Person> {
        let within = |organisation: &&Organisation| {
            tenant.is_none_or(|tenant| organisation.identity.tenant_id == tenant)
        };
        let mut organisations = self.sites().map(|site| &site.organisation).filter(within);
        organisations.find_map(|organisation| {
            let name = Cell::Text(user_name.to_ascii_lowercase());
            find(organisation, "domainname", &name)
        })
    }

    fn by_id(&self, tenant: Uuid, id: Uuid) -> Option<Person> {
        let mut organisations = self.sites().map(|site| &site.organisation);
        organisations.find_map(|organisation| {
            let found = find(
                organisation,
                "azureactivedirectoryobjectid",
                &Cell::Guid(id),
            )?;
            (organisation.identity.tenant_id == tenant).then_some(found)
        })
    }

    fn all(&self) -> Vec<Person> {
        let mut people: Vec<Person> = Vec::new();
        for site in self.sites() {
            let organisation = &site.organisation;
            let names = organisation.rows.user_names().unwrap_or_default();
            for name in names {
                if let Some(person) = find(organisation, "domainname", &Cell::Text(name))
                    && !people.contains(&person)
                {
                    people.push(person);
                }
            }
        }
        people
    }
}

/// The person whose row has this cell. Applications and the system's own user are no people.
fn find(organisation: &Organisation, column: &str, value: &Cell) -> Option<Person> {
    let schema = organisation.schema();
    let rows = &organisation.rows;
    let user = rows.find(&schema, "systemuser", column, value).ok()??;
    let row = rows.row(&schema, "systemuser", user).ok()??;
    let cell = |name: &str| {
        row.iter()
            .find(|(column, _)| column == name)
            .map(|(_, cell)| cell)
    };
    let text = |name: &str| match cell(name) {
        Some(Cell::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let Some(Cell::Guid(id)) = cell("azureactivedirectoryobjectid") else {
        return None;
    };
    if cell("applicationid").is_some() || text("lastname") == SYSTEM_USER {
        return None;
    }
    let roles = rows.roles(user).unwrap_or_default();
    Some(Person {
        id: *id,
        tenant: organisation.identity.tenant_id,
        user_name: text("domainname"),
        name: text("fullname"),
        given_name: text("firstname"),
        family_name: text("lastname"),
        is_administrator: roles.iter().any(|role| role == ADMINISTRATOR),
    })
}

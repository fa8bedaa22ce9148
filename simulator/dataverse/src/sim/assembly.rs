//! From settings to the state that all requests share: schema, rows, seeds, tenants, authority.

use std::path::PathBuf;
use std::sync::Arc;

use super::addresses::Addresses;
use super::application_user::ApplicationUser;
use super::builder::SimBuilder;
use super::development::Development;
use super::settings::OrganisationSettings;
use super::site::Site;
use super::start_error::StartError;
use super::state::State;
use crate::control::{RequestLog, SimClock};
use crate::limits::ServiceLimits;
use crate::operations::{CustomOperations, Repertoire};
use crate::organisation::{Clock, Identity, Organisation};
use crate::rows::{RowStore, Storage};
use crate::schema::{SchemaParts, standard};
use crate::seed::{Members, Seed, follow, write_base};
use crate::token::{Application, Authority, Directory, Tenant};

/// What every organisation of the process is made with.
struct Shared {
    parts: SchemaParts,
    is_imported: bool,
    clock: Arc<SimClock>,
    applications: Vec<ApplicationUser>,
    operations: CustomOperations,
}

/// What one organisation is made with.
struct Plan<'a> {
    identity: Identity,
    domain: &'a str,
    storage: Storage,
    seeds: &'a [Seed],
    people: Option<&'a [String]>,
    addresses: Addresses,
}

/// Makes the state. `addresses` has one entry for the first organisation and one for each other, in their order.
pub(super) fn state(
    builder: SimBuilder,
    mut addresses: std::vec::IntoIter<Addresses>,
) -> Result<State, StartError> {
    let is_imported = builder.imported.is_some();
    let mut parts = match builder.imported {
        Some(parts) => parts,
        None => standard()?,
    };
    for change in builder.schema_changes {
        change(&mut parts);
    }
    let shared = Shared {
        parts,
        is_imported,
        clock: Arc::new(SimClock::new(builder.clock)),
        applications: builder.applications,
        operations: builder.operations,
    };
    let domain = format!("{}.example", builder.identity.url_name);
    let tenants = tenants(
        &builder.identity,
        &domain,
        builder.domains,
        &builder.organisations,
        &shared.applications,
    );
    let directory = Directory::open(tenants, directory_file(&builder.storage))?;
    let limits = || ServiceLimits::new(builder.limits);
    let mut others = Vec::new();
    let first_addresses = addresses.next().ok_or(StartError::Stopped)?;
    for (settings, addresses) in builder.organisations.iter().zip(addresses) {
        let plan = Plan {
            identity: settings.identity(&builder.identity),
            domain: settings.tenant.as_deref().unwrap_or(&domain),
            storage: settings.storage(&builder.storage),
            seeds: &settings.seeds,
            people: settings.people.as_deref(),
            addresses,
        };
        let other = site(&shared, plan, limits())?;
        other.organisation.disable(settings.is_disabled);
        others.push(other);
    }
    let development = Development::of(builder.identity.tenant_id, &shared.applications);
    let plan = Plan {
        identity: builder.identity,
        domain: &domain,
        storage: builder.storage,
        seeds: &builder.seeds,
        people: None,
        addresses: first_addresses,
    };
    let first = site(&shared, plan, limits())?;
    let state = State {
        first,
        others,
        authority: Authority::new(directory, builder.lifetimes)?,
        clock: shared.clock,
        faults: Default::default(),
        log: RequestLog::new(builder.log_capacity),
        snapshots: Default::default(),
        development,
        domain,
        ids: Default::default(),
    };
    state.authority.set_rotation_strict(builder.strict_refresh);
    for rule in builder.faults {
        state.faults.add(rule);
    }
    Ok(state)
}

fn site(shared: &Shared, plan: Plan<'_>, limits: ServiceLimits) -> Result<Site, StartError> {
    let base = shared.parts.clone();
    let (rows, schema) = RowStore::open_with_schema(&plan.storage, base, shared.is_imported)?;
    let now = shared.clock.now();
    let users = shared.applications.iter().filter(|known| known.is_user);
    let applications: Vec<Application> = users.map(|known| known.registration.clone()).collect();
    let is_new = rows.count(&schema, "organization")? == 0;
    let members = Members {
        domain: plan.domain,
        applications: &applications,
        people: plan.people,
    };
    let owner = write_base(&rows, &schema, &plan.identity, &members, now)?;
    if is_new {
        for seed in plan.seeds {
            seed.write(&rows, &schema, &plan.identity, owner, now)?;
        }
    }
    let clock: Arc<dyn Clock> = shared.clock.clone();
    let custom = shared.operations.operations(&schema)?;
    let repertoire = match custom.is_empty() {
        true => Repertoire::standard(),
        false => Repertoire::with(custom),
    };
    let catalogue = repertoire.catalogue();
    follow(&rows, &schema, &catalogue, now)?;
    Ok(Site {
        organisation: Organisation::new(plan.identity, schema, rows, clock, catalogue),
        repertoire,
        authenticator: Default::default(),
        limits,
        addresses: plan.addresses,
    })
}

/// The tenants that the organisations belong to. Every application is known in each, as one for several tenants is.
fn tenants(
    first: &Identity,
    domain: &str,
    mut domains: Vec<String>,
    others: &[OrganisationSettings],
    applications: &[ApplicationUser],
) -> Vec<Tenant> {
    let applications: Vec<Application> = applications
        .iter()
        .map(|known| known.registration.clone())
        .collect();
    if !domains.iter().any(|known| known == domain) {
        domains.push(domain.to_owned());
    }
    let mut tenants = vec![Tenant {
        id: first.tenant_id,
        name: first.friendly_name.clone(),
        domains,
        applications: applications.clone(),
    }];
    for settings in others {
        let identity = settings.identity(first);
        if let Some(domain) = &settings.tenant
            && !tenants.iter().any(|known| known.id == identity.tenant_id)
        {
            tenants.push(Tenant {
                id: identity.tenant_id,
                name: identity.friendly_name,
                domains: vec![domain.clone()],
                applications: applications.clone(),
            });
        }
    }
    tenants
}

/// Where registrations are kept: beside the rows.
fn directory_file(storage: &Storage) -> Option<PathBuf> {
    match storage {
        Storage::Memory => None,
        Storage::File(path) => Some(path.with_extension("directory.json")),
    }
}

//! Who a simulated organisation is, unless told otherwise. Fixed, so that a connection set up once keeps working.

use uuid::{Uuid, uuid};

use super::ApplicationUser;
use crate::organisation::Identity;

/// Tenant id.
pub const TENANT_ID: Uuid = uuid!("5a7e1f00-0000-4000-8000-0000000000d1");
/// Client id of the application that may do everything.
pub const CLIENT_ID: Uuid = uuid!("5a7e1f00-0000-4000-8000-0000000000c1");
/// Its secret. It guards invented data; do not use it for anything else.
pub const CLIENT_SECRET: &str = "sim-development-secret";

/// The public client that Microsoft's samples use; it signs people in without a secret.
pub const PUBLIC_CLIENT_ID: Uuid = uuid!("51f81489-12ee-4a9e-aaae-a2591f45987d");
/// The public client of Azure's command line, which Microsoft's credential libraries fall back on.
const COMMAND_LINE_CLIENT_ID: Uuid = uuid!("04b07795-8ddb-461a-bbee-02f9e1bf7b46");

const ORGANIZATION_ID: Uuid = uuid!("5a7e1f00-0000-4000-8000-000000000001");
const ENVIRONMENT_ID: Uuid = uuid!("5a7e1f00-0000-4000-8000-000000000002");
/// Version the simulator claims, in the service's form.
pub(super) const VERSION: &str = "9.2.26073.00168";

pub(super) fn contoso() -> Identity {
    Identity {
        organization_id: ORGANIZATION_ID,
        environment_id: ENVIRONMENT_ID,
        tenant_id: TENANT_ID,
        friendly_name: "Contoso Sales".to_owned(),
        url_name: "contoso".to_owned(),
        unique_name: "unq5a7e1f0000000000000000000000".to_owned(),
        version: VERSION.to_owned(),
    }
}

pub(super) fn sample_public_client() -> ApplicationUser {
    ApplicationUser::public("Sample public client", PUBLIC_CLIENT_ID)
}

pub(super) fn command_line_client() -> ApplicationUser {
    ApplicationUser::public("Azure command line", COMMAND_LINE_CLIENT_ID)
}

/// Name under which the discovery of organisations is reached too, besides every other name.
pub(super) const DISCOVERY_HOST: &str = "globaldisco.localhost";

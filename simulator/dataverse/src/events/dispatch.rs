//! From events to deliveries.
//!
//! Layer: events.

use time::OffsetDateTime;

use crate::organisation::{Caller, OrgContext, Organisation};
use crate::seed::{SYSTEM_USER, root_business_unit, row_id};

use super::{callback, webhook};

/// Makes the deliveries of everything that happened since the last time. `base` is the organisation's address.
pub fn dispatch(organisation: &Organisation, base: &str, now: OffsetDateTime) {
    let events = organisation.rows.database().take_events();
    if events.is_empty() {
        return;
    }
    let context = OrgContext {
        organisation,
        schema: organisation.schema(),
        caller: Caller {
            user_id: row_id("systemuser", SYSTEM_USER),
            business_unit_id: root_business_unit(),
            on_behalf_of: None,
        },
        service_root: format!("{base}/api/data/v9.2"),
        now,
    };
    let host = base.split_once("://").map_or(base, |(_, host)| host);
    for event in &events {
        // An event that cannot be told, for want of disk perhaps, is lost, as in the service.
        let callbacks = match event.calls_back {
            true => callback::deliveries(&context, event).unwrap_or_default(),
            false => Vec::new(),
        };
        let webhooks = webhook::deliveries(&context, event, host).unwrap_or_default();
        let deliveries = organisation.deliveries();
        deliveries.add(callbacks);
        deliveries.add(webhooks);
    }
}

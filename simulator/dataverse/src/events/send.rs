//! Posts what is due. Those of one registration go out one after the other.
//!
//! Layer: events. Only the status of an answer counts; 502, 503 and 504 are tried once more, for webhooks as documented and
//! for callbacks alike (reference §12.4).

use std::collections::HashMap;

use time::OffsetDateTime;
use uuid::Uuid;

use crate::http::outbound;
use crate::organisation::{Delivery, Organisation, Outcome, Outcomes};

/// Statuses that are tried once more.
const AWAY: [u16; 3] = [502, 503, 504];

/// Sends what is due in the background.
pub fn send(organisation: &Organisation, now: OffsetDateTime) {
    let deliveries = organisation.deliveries();
    let mut by_registration: HashMap<Uuid, Vec<Delivery>> = HashMap::new();
    for delivery in deliveries.due(now) {
        let of = by_registration.entry(delivery.registration).or_default();
        of.push(delivery);
    }
    for batch in by_registration.into_values() {
        let log = deliveries.log();
        tokio::spawn(async move {
            for delivery in batch {
                one(delivery, &log).await;
            }
        });
    }
}

async fn one(delivery: Delivery, log: &Outcomes) {
    let headers: Vec<(&str, &str)> = delivery
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let mut attempts = 1;
    let mut answer = outbound::post(&delivery.url, &headers, delivery.body.clone()).await;
    if matches!(&answer, Ok(status) if AWAY.contains(status)) {
        attempts = 2;
        answer = outbound::post(&delivery.url, &headers, delivery.body.clone()).await;
    }
    drop(headers);
    log.note(Outcome {
        delivery,
        attempts,
        answer: answer.map_err(|error| error.to_string()),
    });
}

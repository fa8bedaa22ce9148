//! `/sim/deliveries`: events that went out to callbacks and webhooks, and how they go wrong on purpose.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Call;
use super::answer::{Outcome, Refusal, answer, done, read};
use crate::organisation::{Mischief, Outcome as Delivered};
use crate::sim::state::State;

/// Longest that a delivery is late, in milliseconds.
const LATEST: u64 = 600_000;

/// How deliveries are to go wrong.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[derive(Default)]
struct Wanted {
    lose: f64,
    double: f64,
    delay_milliseconds: u64,
    reorder: bool,
    dice: u64,
}

impl State {
    pub(super) fn deliveries(&self) -> Outcome {
        let told = self.sites().map(|site| {
            let deliveries = site.organisation.deliveries();
            let mischief = deliveries.mischief();
            json!({
                "organisation": site.organisation.identity.url_name,
                "waiting": deliveries.waiting(),
                "lose": mischief.lose,
                "double": mischief.double,
                "delay-milliseconds": mischief.delay,
                "reorder": mischief.reorder,
                "sent": deliveries.log().all().iter().map(shown).collect::<Vec<_>>(),
            })
        });
        answer(&json!({ "deliveries": told.collect::<Vec<_>>() }))
    }

    /// The same for all organisations. What the body leaves out does not go wrong.
    pub(super) fn set_deliveries(&self, call: &Call<'_>) -> Outcome {
        let wanted: Wanted = read(call.body, "setting of deliveries")?;
        for likely in [wanted.lose, wanted.double] {
            if !(0.0..=1.0).contains(&likely) {
                let text = format!("The probability {likely} is not between 0 and 1.");
                return Err(Refusal::wrong(text));
            }
        }
        if wanted.delay_milliseconds > LATEST {
            return Err(Refusal::wrong(format!(
                "A delay of {} milliseconds is longer than {LATEST}.",
                wanted.delay_milliseconds
            )));
        }
        for site in self.sites() {
            let mischief = Mischief {
                lose: wanted.lose,
                double: wanted.double,
                delay: wanted.delay_milliseconds,
                reorder: wanted.reorder,
            };
            let deliveries = site.organisation.deliveries();
            deliveries.set_mischief(mischief, wanted.dice);
        }
        self.deliveries()
    }

    /// Forgets what went out, and lets nothing go wrong any more.
    pub(super) fn forget_deliveries(&self) -> Outcome {
        for site in self.sites() {
            let deliveries = site.organisation.deliveries();
            deliveries.log().clear();
            deliveries.set_mischief(Mischief::default(), 0);
        }
        done()
    }
}

fn shown(outcome: &Delivered) -> Value {
    let (status, error) = match &outcome.answer {
        Ok(status) => (Some(status), None),
        Err(error) => (None, Some(error)),
    };
    json!({
        "id": outcome.delivery.id,
        "registration": outcome.delivery.registration,
        "kind": if outcome.delivery.is_webhook { "webhook" } else { "callback" },
        "url": outcome.delivery.url,
        "attempts": outcome.attempts,
        "status": status,
        "error": error,
    })
}

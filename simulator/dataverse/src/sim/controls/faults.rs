//! `/sim/faults`: rules that make requests fail.

use serde_json::json;

use super::Call;
use super::answer::{Outcome, Refusal, answer, done, read};
use crate::control::FaultRule;
use crate::sim::state::State;

impl State {
    pub(super) fn list_faults(&self) -> Outcome {
        let rules = self.faults.rules().into_iter();
        let rules = rules.map(|(id, rule)| json!({ "id": id, "rule": rule }));
        answer(&json!({ "faults": rules.collect::<Vec<_>>() }))
    }

    pub(super) fn add_fault(&self, call: &Call<'_>) -> Outcome {
        let rule: FaultRule = read(call.body, "fault rule")?;
        rule.check().map_err(Refusal::wrong)?;
        answer(&json!({ "id": self.faults.add(rule) }))
    }

    pub(super) fn clear_faults(&self) -> Outcome {
        self.faults.clear();
        done()
    }

    pub(super) fn remove_fault(&self, number: &str) -> Outcome {
        let id = number.parse().ok();
        if id.is_some_and(|id| self.faults.remove(id)) {
            done()
        } else {
            Err(Refusal::missing(
                "There is no fault with this id; GET /sim/faults lists them.",
            ))
        }
    }
}

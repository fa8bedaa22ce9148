//! `/sim/limits`: what one user may ask of each organisation.

use serde_json::{Map, Value, json};

use super::Call;
use super::answer::{Outcome, answer, read};
use crate::limits::LimitSettings;
use crate::sim::state::State;

impl State {
    pub(super) fn tell_limits(&self) -> Outcome {
        let limits: Map<String, Value> = self
            .sites()
            .map(|site| {
                let name = site.organisation.identity.url_name.clone();
                (name, json!(site.limits.settings()))
            })
            .collect();
        answer(&json!({ "limits": limits }))
    }

    /// The same for all; what was counted so far is forgotten. What the body leaves out is as the service has it.
    pub(super) fn set_limits(&self, call: &Call<'_>) -> Outcome {
        let settings = match call.body.is_empty() {
            true => LimitSettings::default(),
            false => read(call.body, "limit")?,
        };
        settings.check().map_err(super::answer::Refusal::wrong)?;
        self.limit(Some(settings))
    }

    pub(super) fn lift_limits(&self) -> Outcome {
        self.limit(None)
    }

    fn limit(&self, settings: Option<LimitSettings>) -> Outcome {
        for site in self.sites() {
            site.limits.set(settings);
        }
        self.tell_limits()
    }
}

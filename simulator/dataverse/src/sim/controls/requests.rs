//! `/sim/requests`: the log.

use std::ops::Bound;

use serde_json::json;

use super::Call;
use super::answer::{Outcome, Refusal, answer, done};
use crate::control::LoggedRequest;
use crate::sim::state::State;

impl State {
    /// The requests kept, oldest first. `since` leaves out all up to a number, `path` those without a text in their
    /// address, `limit` all but the last so many.
    pub(super) fn requests(&self, call: &Call<'_>) -> Outcome {
        let (mut since, mut piece, mut limit) = (0, String::new(), usize::MAX);
        let query = call.parts.uri.query().unwrap_or_default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let wrong = || Refusal::wrong(format!("`{value}` is no number for `{name}`."));
            match name.as_ref() {
                "since" => since = value.parse().map_err(|_| wrong())?,
                "limit" => limit = value.parse().map_err(|_| wrong())?,
                "path" => piece = value.into_owned(),
                _ => {
                    return Err(Refusal::wrong(format!(
                        "There is no `{name}` here; use since, path and limit."
                    )));
                }
            }
        }
        let mut found = self.log.between((Bound::Excluded(since), Bound::Unbounded));
        found.retain(|entry: &LoggedRequest| entry.target.contains(&piece));
        let skipped = found.len().saturating_sub(limit);
        let shown: Vec<_> = found.iter().skip(skipped).collect();
        answer(&json!({ "requests": shown }))
    }

    pub(super) fn request(&self, number: &str) -> Outcome {
        let number: Option<u64> = number.parse().ok();
        let found = number.and_then(|number| self.log.between(number..=number).pop());
        match found {
            Some(entry) => answer(&json!(entry)),
            None => Err(Refusal::missing(
                "The log has no request with this number; GET /sim/requests lists them.",
            )),
        }
    }

    pub(super) fn forget_requests(&self) -> Outcome {
        self.log.clear();
        done()
    }
}

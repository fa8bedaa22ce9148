//! Faults on demand: which requests fail, how, and how often.
//!
//! Rules are tried in the order in which they were added; the first that fits acts. A rule without rules to try costs
//! one atomic load per request.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::Method;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

/// Which requests fail and how.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FaultRule {
    /// Name for people; also what the request log shows.
    #[serde(default)]
    pub name: String,
    /// Only this method.
    #[serde(default)]
    pub method: Option<String>,
    /// Only paths that contain this text, compared as received. Empty for every path.
    #[serde(default)]
    pub path: String,
    /// Let this many fitting requests pass first.
    #[serde(default)]
    pub skip: u32,
    /// Then fail this many; absent for all that follow.
    #[serde(default)]
    pub count: Option<u32>,
    /// What happens.
    pub effect: Effect,
}

impl FaultRule {
    /// A rule for every request whose path contains a text.
    pub fn new(path: &str, effect: Effect) -> Self {
        Self {
            name: String::new(),
            method: None,
            path: path.to_owned(),
            skip: 0,
            count: None,
            effect,
        }
    }

    /// Only requests with this method.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// Let this many fitting requests pass first.
    #[must_use]
    pub fn skip(mut self, requests: u32) -> Self {
        self.skip = requests;
        self
    }

    /// Fail this many requests and then no more.
    #[must_use]
    pub fn times(mut self, requests: u32) -> Self {
        self.count = Some(requests);
        self
    }
}

/// What a fault does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Effect {
    /// Answer with this instead of handling the request.
    Status {
        /// HTTP status.
        status: u16,
        /// Dataverse error code, `0x…`.
        #[serde(default)]
        code: String,
        /// Text.
        #[serde(default)]
        message: String,
        /// `Retry-After` in seconds.
        #[serde(default)]
        retry_after: Option<u32>,
        /// Body in place of the usual error JSON.
        #[serde(default)]
        body: Option<String>,
    },
    /// Handle the request after a pause.
    Delay {
        /// The pause in milliseconds.
        milliseconds: u64,
    },
    /// Cut the connection with RST before anything is handled.
    Reset,
    /// Handle the request and cut the connection instead of answering: the write happened, the caller cannot know.
    ResetAfter,
    /// Handle the request and break the answer off.
    Truncate {
        /// Bytes of the body that still arrive.
        bytes: usize,
    },
}

/// A fault that strikes one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Name of the rule.
    pub name: String,
    /// What happens.
    pub effect: Effect,
}

impl Fault {
    /// The pause before handling, when that is the fault.
    pub fn delay(&self) -> Option<Duration> {
        match self.effect {
            Effect::Delay { milliseconds } => Some(Duration::from_millis(milliseconds)),
            _ => None,
        }
    }
}

/// The rules in force.
#[derive(Debug, Default)]
pub struct Faults {
    rules: Mutex<Vec<(u64, FaultRule)>>,
    any: AtomicBool,
}

impl Faults {
    /// Adds a rule and gives its id.
    pub fn add(&self, mut rule: FaultRule) -> u64 {
        let mut rules = self.rules.lock();
        let id = rules.last().map_or(1, |(last, _)| last + 1);
        if rule.name.is_empty() {
            rule.name = format!("fault {id}");
        }
        rules.push((id, rule));
        self.any.store(true, Ordering::Release);
        id
    }

    /// Removes one rule; whether it was there.
    pub fn remove(&self, id: u64) -> bool {
        let mut rules = self.rules.lock();
        let before = rules.len();
        rules.retain(|(rule, _)| *rule != id);
        self.any.store(!rules.is_empty(), Ordering::Release);
        rules.len() < before
    }

    /// Removes all rules.
    pub fn clear(&self) {
        self.rules.lock().clear();
        self.any.store(false, Ordering::Release);
    }

    /// The rules with what is left of their counts.
    pub fn rules(&self) -> Vec<(u64, FaultRule)> {
        self.rules.lock().clone()
    }

    /// The fault that strikes this request, if any. Counts are taken down.
    pub fn strike(&self, method: &Method, path: &str) -> Option<Fault> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        let mut rules = self.rules.lock();
        for (_, rule) in rules.iter_mut() {
            let fits = rule
                .method
                .as_deref()
                .is_none_or(|wanted| method.as_str().eq_ignore_ascii_case(wanted))
                && path.contains(rule.path.as_str());
            if !fits || rule.count == Some(0) {
                continue;
            }
            if rule.skip > 0 {
                rule.skip -= 1;
                continue;
            }
            rule.count = rule.count.map(|left| left.saturating_sub(1));
            return Some(Fault {
                name: rule.name.clone(),
                effect: rule.effect.clone(),
            });
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(path: &str) -> FaultRule {
        FaultRule::new(path, Effect::Reset)
    }

    #[test]
    fn a_rule_lets_some_pass_then_strikes_its_count() {
        let faults = Faults::default();
        faults.add(rule("/leads").skip(1).times(2));
        let struck: Vec<bool> = (0..5)
            .map(|_| {
                faults
                    .strike(&Method::GET, "/api/data/v9.2/leads")
                    .is_some()
            })
            .collect();
        assert_eq!(struck, [false, true, true, false, false]);
    }

    #[test]
    fn method_and_path_must_fit() {
        let faults = Faults::default();
        faults.add(rule("token").method("post"));
        assert!(
            faults
                .strike(&Method::GET, "/t/oauth2/v2.0/token")
                .is_none()
        );
        assert!(faults.strike(&Method::POST, "/api").is_none());
        assert_eq!(
            faults
                .strike(&Method::POST, "/t/oauth2/v2.0/token")
                .unwrap()
                .name,
            "fault 1"
        );
    }

    #[test]
    fn removing_the_last_rule_ends_it() {
        let faults = Faults::default();
        let id = faults.add(rule(""));
        assert!(faults.remove(id));
        assert!(!faults.remove(id));
        assert!(faults.strike(&Method::GET, "/").is_none());
    }
}

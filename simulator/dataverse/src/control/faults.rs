//! Faults on demand: the rules in force, and which of them strikes a request.
//!
//! Rules are tried in the order in which they were added; the first that fits acts. Without rules a request costs one
//! atomic load.

use std::sync::atomic::{AtomicBool, Ordering};

use fastrand::Rng;
use http::Method;
use http::uri::PathAndQuery;
use parking_lot::Mutex;

use super::{Fault, FaultRule};

/// A rule in force.
#[derive(Debug)]
struct Standing {
    id: u64,
    rule: FaultRule,
    dice: Rng,
}

/// The rules in force.
#[derive(Debug, Default)]
pub struct Faults {
    rules: Mutex<Vec<Standing>>,
    any: AtomicBool,
}

impl Faults {
    /// Adds a rule and gives its id.
    pub fn add(&self, mut rule: FaultRule) -> u64 {
        let mut rules = self.rules.lock();
        let id = rules.last().map_or(1, |last| last.id + 1);
        if rule.name.is_empty() {
            rule.name = format!("fault {id}");
        }
        let dice = Rng::with_seed(rule.dice);
        rules.push(Standing { id, rule, dice });
        self.any.store(true, Ordering::Release);
        id
    }

    /// Removes one rule; whether it was there.
    pub fn remove(&self, id: u64) -> bool {
        let mut rules = self.rules.lock();
        let before = rules.len();
        rules.retain(|one| one.id != id);
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
        let rules = self.rules.lock();
        rules.iter().map(|one| (one.id, one.rule.clone())).collect()
    }

    /// The fault that strikes this request, if any. Counts are taken down.
    pub fn strike(&self, method: &Method, target: &PathAndQuery) -> Option<Fault> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        let mut rules = self.rules.lock();
        for Standing { rule, dice, .. } in rules.iter_mut() {
            if !rule.fits(method, target) || rule.count == Some(0) {
                continue;
            }
            if rule.skip > 0 {
                rule.skip -= 1;
                continue;
            }
            if rule.probability.is_some_and(|likely| dice.f64() >= likely) {
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
    use super::super::Effect;
    use super::*;

    fn target(text: &str) -> PathAndQuery {
        text.parse().unwrap()
    }

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
                    .strike(&Method::GET, &target("/api/data/v9.2/leads"))
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
                .strike(&Method::GET, &target("/t/oauth2/v2.0/token"))
                .is_none()
        );
        assert!(faults.strike(&Method::POST, &target("/api")).is_none());
        let paging = Faults::default();
        paging.add(rule("/leads").query("skiptoken"));
        assert!(paging.strike(&Method::GET, &target("/leads")).is_none());
        let next = target("/leads?$skiptoken=x");
        assert!(paging.strike(&Method::GET, &next).is_some());
        assert_eq!(
            faults
                .strike(&Method::POST, &target("/t/oauth2/v2.0/token"))
                .unwrap()
                .name,
            "fault 1"
        );
    }

    #[test]
    fn a_probability_strikes_about_as_often_and_each_time_the_same() {
        let throws = |dice: u64| {
            let faults = Faults::default();
            let rule = FaultRule {
                dice,
                ..rule("").probability(0.25)
            };
            faults.add(rule);
            let strike = |_| faults.strike(&Method::GET, &target("/")).is_some();
            (0..1_000).map(strike).collect::<Vec<bool>>()
        };
        let struck = throws(7).into_iter().filter(|struck| *struck).count();
        assert!((200..300).contains(&struck), "{struck}");
        assert_eq!(throws(7), throws(7));
        assert_ne!(throws(7), throws(8));
        for (likely, expected) in [(0.0, false), (1.0, true)] {
            let faults = Faults::default();
            faults.add(rule("").probability(likely));
            assert_eq!(
                faults.strike(&Method::GET, &target("/")).is_some(),
                expected
            );
        }
    }

    #[test]
    fn removing_the_last_rule_ends_it() {
        let faults = Faults::default();
        let id = faults.add(rule(""));
        assert!(faults.remove(id));
        assert!(!faults.remove(id));
        assert!(faults.strike(&Method::GET, &target("/")).is_none());
    }
}

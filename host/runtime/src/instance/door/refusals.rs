//! What a door refused lately, so that the host can tell its own refusal from a service that claims
//! to be the host.
//!
//! A connector passes on the code and the words of what it was answered. Both may come from anybody;
//! whether the host refused a request, the door knows.

use crate::error::Failure;
use airlock_egress::Refusal;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Refusals remembered. A call that was refused more often than that ends with one of the last.
const KEPT: usize = 64;

/// The last refusals of an instance, numbered.
#[derive(Default)]
pub(crate) struct Refusals {
    next: AtomicU64,
    last: Mutex<VecDeque<Noted>>,
}

struct Noted {
    number: u64,
    code: &'static str,
    message: String,
}

impl Refusals {
    /// The number of the next refusal: those of a call that begins now have this one or a later.
    pub(crate) fn next(&self) -> u64 {
        self.next.load(Ordering::Acquire)
    }

    pub(super) fn note(&self, refusal: &Refusal) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.len() >= KEPT {
            last.pop_front();
        }
        last.push_back(Noted {
            number: self.next.fetch_add(1, Ordering::AcqRel),
            code: refusal.code.as_str(),
            message: refusal.message.clone(),
        });
    }

    /// Whether `failure` passes on a refusal that was given since number `since`: with its code, and
    /// with its words among what the connector makes of them.
    pub(crate) fn explain(&self, since: u64, failure: &Failure) -> bool {
        if self.next() <= since {
            return false;
        }
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.iter().any(|noted| {
            noted.number >= since
                && failure.code.as_deref() == Some(noted.code)
                && failure.message.contains(noted.message.trim())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use airlock_egress::RefusalCode;

    fn refusal(message: &str) -> Refusal {
        Refusal {
            code: RefusalCode::EgressDenied,
            message: message.to_owned(),
            retry_after: None,
        }
    }

    fn failure(code: &str, message: &str) -> Failure {
        Failure {
            message: message.to_owned(),
            code: Some(code.to_owned()),
            ..Failure::default()
        }
    }

    #[test]
    fn only_what_the_door_refused_during_the_call_is_its_refusal() {
        let refusals = Refusals::default();
        let claimed = failure("egress-denied", "evil.example is not allowed");
        assert!(
            !refusals.explain(refusals.next(), &claimed),
            "nothing was refused"
        );
        let since = refusals.next();
        refusals.note(&refusal("evil.example is not allowed"));
        assert!(refusals.explain(since, &claimed));
        for other in [
            failure("egress-denied", "trust me, and allow evil.example"),
            failure("quota", "evil.example is not allowed"),
            Failure::default(),
        ] {
            assert!(!refusals.explain(since, &other), "{other:?}");
        }
        assert!(
            !refusals.explain(refusals.next(), &claimed),
            "an earlier call's refusal"
        );
    }

    #[test]
    fn a_flood_of_refusals_is_remembered_by_its_end() {
        let refusals = Refusals::default();
        for number in 0..10_000 {
            refusals.note(&refusal(&format!("number {number}.")));
        }
        assert_eq!(refusals.last.lock().unwrap().len(), KEPT);
        assert!(refusals.explain(0, &failure("egress-denied", "number 9999.")));
    }
}

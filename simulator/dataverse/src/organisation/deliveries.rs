//! Events on their way to those who asked for them, and what became of the latest.
//!
//! Layer: organisation, in memory only: what is under way ends with the process.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use time::OffsetDateTime;
use uuid::Uuid;

/// How many that arrived, or did not, are remembered.
const REMEMBERED: usize = 1_000;

/// An event for one receiver.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Its own id.
    pub id: Uuid,
    /// The registration or step that it is for.
    pub registration: Uuid,
    /// Whether it is a webhook; otherwise a callback.
    pub is_webhook: bool,
    /// Where to.
    pub url: String,
    /// Headers besides the usual ones.
    pub headers: Vec<(String, String)>,
    /// JSON.
    pub body: String,
    /// When it may go out.
    pub due: OffsetDateTime,
}

/// What became of a delivery.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The delivery.
    pub delivery: Delivery,
    /// How often it was sent.
    pub attempts: u32,
    /// The status of the last answer, or why there was none.
    pub answer: Result<u16, String>,
}

/// How deliveries go wrong on purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mischief {
    /// How likely one is lost, from 0 to 1.
    pub lose: f64,
    /// How likely one goes out twice, from 0 to 1.
    pub double: f64,
    /// Milliseconds that one is late at most.
    pub delay: u64,
    /// Whether those that go out together change places.
    pub reorder: bool,
}

/// The deliveries of an organisation.
#[derive(Debug, Default)]
pub struct Deliveries {
    waiting: Mutex<Vec<Delivery>>,
    told: Arc<Mutex<VecDeque<Outcome>>>,
    mischief: Mutex<(Mischief, fastrand::Rng)>,
}

impl Deliveries {
    /// Takes deliveries that are to go out, as the mischief has them.
    pub fn add(&self, new: Vec<Delivery>) {
        if new.is_empty() {
            return;
        }
        let mut state = self.mischief.lock();
        let (mischief, dice) = &mut *state;
        let mut kept = Vec::new();
        for mut delivery in new {
            if mischief.lose > 0.0 && dice.f64() < mischief.lose {
                continue;
            }
            if mischief.delay > 0 {
                let late = std::time::Duration::from_millis(dice.u64(0..=mischief.delay));
                delivery.due += late;
            }
            if mischief.double > 0.0 && dice.f64() < mischief.double {
                kept.push(delivery.clone());
            }
            kept.push(delivery);
        }
        if mischief.reorder {
            dice.shuffle(&mut kept);
        }
        self.waiting.lock().extend(kept);
    }

    /// Those that may go out by now, in their order.
    pub fn due(&self, now: OffsetDateTime) -> Vec<Delivery> {
        let mut waiting = self.waiting.lock();
        let (due, later) = waiting.drain(..).partition(|delivery| delivery.due <= now);
        *waiting = later;
        due
    }

    /// Where outcomes are noted.
    pub fn log(&self) -> Outcomes {
        Outcomes(self.told.clone())
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.waiting.lock().len()
    }

    /// How deliveries go wrong.
    pub fn mischief(&self) -> Mischief {
        self.mischief.lock().0
    }

    /// Lets deliveries go wrong from now on; the same dice give the same throws.
    pub fn set_mischief(&self, mischief: Mischief, dice: u64) {
        *self.mischief.lock() = (mischief, fastrand::Rng::with_seed(dice));
    }
}

/// What became of deliveries, the latest last.
#[derive(Clone, Debug)]
pub struct Outcomes(Arc<Mutex<VecDeque<Outcome>>>);

impl Outcomes {
    /// Notes one.
    pub fn note(&self, outcome: Outcome) {
        let mut told = self.0.lock();
        if told.len() == REMEMBERED {
            told.pop_front();
        }
        told.push_back(outcome);
    }

    /// All that are remembered.
    pub fn all(&self) -> Vec<Outcome> {
        self.0.lock().iter().cloned().collect()
    }

    /// Forgets them.
    pub fn clear(&self) {
        self.0.lock().clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(number: u128) -> Delivery {
        Delivery {
            id: Uuid::from_u128(number),
            registration: Uuid::nil(),
            is_webhook: false,
            url: String::new(),
            headers: Vec::new(),
            body: String::new(),
            due: OffsetDateTime::UNIX_EPOCH,
        }
    }

    fn out(mischief: Mischief, dice: u64) -> Vec<u128> {
        let deliveries = Deliveries::default();
        deliveries.set_mischief(mischief, dice);
        deliveries.add((0..100).map(delivery).collect());
        let due = deliveries.due(OffsetDateTime::UNIX_EPOCH);
        due.iter().map(|delivery| delivery.id.as_u128()).collect()
    }

    #[test]
    fn without_mischief_all_go_out_in_their_order() {
        assert_eq!(out(Mischief::default(), 1), (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn deliveries_are_lost_doubled_and_shuffled_alike_for_the_same_dice() {
        let lossy = Mischief {
            lose: 0.5,
            ..Mischief::default()
        };
        let lost = out(lossy, 7);
        assert!(lost.len() > 20 && lost.len() < 80, "{}", lost.len());
        assert_eq!(lost, out(lossy, 7));
        let doubled = Mischief {
            double: 1.0,
            ..Mischief::default()
        };
        assert_eq!(out(doubled, 1).len(), 200);
        let shuffled = Mischief {
            reorder: true,
            ..Mischief::default()
        };
        let mut order = out(shuffled, 1);
        assert_ne!(order, (0..100).collect::<Vec<_>>());
        order.sort_unstable();
        assert_eq!(order, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn what_is_late_waits() {
        let deliveries = Deliveries::default();
        let late = Mischief {
            delay: 10_000,
            ..Mischief::default()
        };
        deliveries.set_mischief(late, 3);
        deliveries.add((0..20).map(delivery).collect());
        let now = deliveries.due(OffsetDateTime::UNIX_EPOCH).len();
        assert!(now < 20);
        assert_eq!(deliveries.waiting(), 20 - now);
        let later = OffsetDateTime::UNIX_EPOCH + std::time::Duration::from_secs(11);
        assert_eq!(deliveries.due(later).len(), 20 - now);
    }
}

//! Runs one input and tells the fuzzer what it reached and whether it is a defect.

use std::time::Instant;

use libafl::Error;
use libafl::executors::{Executor, ExitKind, HasObservers};
use libafl::inputs::BytesInput;
use libafl::observers::{CanTrack, ExplicitTracking, HitcountsMapObserver, OwnedMapObserver};
use libafl::state::HasExecutions;
use libafl_bolts::tuples::RefIndexable;

use crate::findings::Findings;
use crate::subject::Subject;
use crate::target::Target;
use crate::verdict::{self, Complaint};
use crate::wire::Outcome;
use crate::{coverage, panics};

/// Places of the map for kinds of answers, which guide where nothing is instrumented.
const FLAVOURS: usize = 4096;

/// The map of what an input reached.
pub(crate) type Map = ExplicitTracking<HitcountsMapObserver<OwnedMapObserver<u8>>, true, false>;

/// An empty map.
pub(crate) fn map() -> Map {
    let places = vec![0; coverage::len() + FLAVOURS];
    HitcountsMapObserver::new(OwnedMapObserver::new("reached", places)).track_indices()
}

/// A simulator, a way into it, and what was found.
pub(crate) struct Harness {
    pub(crate) target: &'static Target,
    pub(crate) subject: Subject,
    pub(crate) findings: Findings,
    pub(crate) observers: (Map, ()),
}

impl Harness {
    /// Sends an input and judges what comes back.
    pub(crate) fn attempt(
        &mut self,
        input: &[u8],
    ) -> anyhow::Result<(Outcome, Result<(), Complaint>)> {
        let outcome = (self.target.send)(&mut self.subject, input)?;
        let verdict = match panics::take() {
            Some(panic) => Err(Complaint {
                kind: format!("panic at {panic}"),
                detail: panic,
            }),
            None => verdict::judge(&outcome, self.target.is_well_formed),
        };
        Ok((outcome, verdict))
    }

    fn run(&mut self, input: &[u8]) -> anyhow::Result<ExitKind> {
        self.findings.trying(input)?;
        coverage::reset();
        let start = Instant::now();
        let (outcome, verdict) = self.attempt(input)?;
        self.findings.took(input, start.elapsed())?;
        let map: &mut [u8] = self.observers.0.as_mut();
        coverage::copy(map);
        let flavours = map.len().saturating_sub(FLAVOURS);
        let place = flavours + usize::try_from(verdict::flavour(&outcome) % FLAVOURS as u64)?;
        if let Some(place) = map.get_mut(place) {
            *place = 1;
        }
        let Err(complaint) = verdict else {
            self.subject.grow_old()?;
            return Ok(ExitKind::Ok);
        };
        self.findings.add(input, &complaint)?;
        self.subject.replace()?;
        Ok(match outcome {
            Outcome::Hung => ExitKind::Timeout,
            _ => ExitKind::Crash,
        })
    }
}

impl HasObservers for Harness {
    type Observers = (Map, ());

    fn observers(&self) -> RefIndexable<&Self::Observers, Self::Observers> {
        RefIndexable::from(&self.observers)
    }

    fn observers_mut(&mut self) -> RefIndexable<&mut Self::Observers, Self::Observers> {
        RefIndexable::from(&mut self.observers)
    }
}

impl<EM, S: HasExecutions, Z> Executor<EM, BytesInput, S, Z> for Harness {
    fn run_target(
        &mut self,
        _fuzzer: &mut Z,
        state: &mut S,
        _manager: &mut EM,
        input: &BytesInput,
    ) -> Result<ExitKind, Error> {
        *state.executions_mut() += 1;
        self.run(input.as_ref())
            .map_err(|error| Error::runtime(format!("{error:#}")))
    }
}

//! One target's run: seeds in, mutations of what reached something new, until time or tries are up.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::anyhow;
use libafl::corpus::{Corpus, InMemoryCorpus};
use libafl::events::NopEventManager;
use libafl::feedbacks::{CrashFeedback, MapFeedbackMetadata, MaxMapFeedback};
use libafl::fuzzer::{Evaluator, Fuzzer, StdFuzzer};
use libafl::inputs::BytesInput;
use libafl::mutators::{HavocScheduledMutator, Tokens, havoc_mutations, tokens_mutations};
use libafl::schedulers::{IndexesLenTimeMinimizerScheduler, QueueScheduler};
use libafl::stages::StdMutationalStage;
use libafl::state::{HasCorpus, HasExecutions, HasMaxSize, StdState};
use libafl::{HasMetadata, HasNamedMetadata};
use libafl_bolts::Named;
use libafl_bolts::rands::StdRand;
use libafl_bolts::tuples::{Merge, tuple_list};

use crate::findings::Findings;
use crate::harness::{Harness, map};
use crate::seeds::{self, Seeds};
use crate::subject::Subject;
use crate::target::Target;
use crate::{coverage, panics};

/// Longest input that mutation makes: still a legal URL when every byte of it is escaped.
const LONGEST: usize = 8_000;

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    pub(crate) time: Duration,
    pub(crate) tries: Option<u64>,
}

/// Fuzzes a target. Returns how many kinds of defects there were.
pub(crate) fn run(
    target: &'static Target,
    folder: &Path,
    budget: Budget,
    seed: u64,
) -> anyhow::Result<usize> {
    panics::watch();
    let mut seeds = Seeds::default();
    (target.seeds)(&mut seeds)?;
    let map = map();
    let mut feedback = MaxMapFeedback::new(&map);
    let history = feedback.name().clone();
    let mut objective = CrashFeedback::new();
    let scheduler = IndexesLenTimeMinimizerScheduler::new(&map, QueueScheduler::new());
    let mut harness = Harness {
        target,
        subject: Subject::start()?,
        findings: Findings::open(folder)?,
        observers: tuple_list!(map),
    };
    let mut state = StdState::new(
        StdRand::with_seed(seed),
        InMemoryCorpus::<BytesInput>::new(),
        InMemoryCorpus::new(),
        &mut feedback,
        &mut objective,
    )
    .map_err(told)?;
    state.set_max_size(LONGEST);
    let mut tokens = Tokens::new();
    tokens.add_tokens(&seeds::words(target.name)?);
    state.add_metadata(tokens);
    let mut fuzzer = StdFuzzer::new(scheduler, feedback, objective);
    let mut manager = NopEventManager::new();

    let start = Instant::now();
    let is_over = |executions: u64| {
        start.elapsed() >= budget.time || budget.tries.is_some_and(|tries| executions >= tries)
    };
    let given = seeds.inputs.len();
    for input in seeds.inputs {
        fuzzer
            .evaluate_input(
                &mut state,
                &mut harness,
                &mut manager,
                &BytesInput::new(input),
            )
            .map_err(told)?;
    }
    let mutator = HavocScheduledMutator::new(havoc_mutations().merge(tokens_mutations()));
    let mut stages = tuple_list!(StdMutationalStage::new(mutator));
    while !is_over(*state.executions()) {
        fuzzer
            .fuzz_one(&mut stages, &mut harness, &mut state, &mut manager)
            .map_err(told)?;
    }
    let reached = state
        .named_metadata::<MapFeedbackMetadata<u8>>(&history)
        .map_or(0, |history| history.num_covered_map_indexes);
    println!(
        "{:<9} {:>9} tries in {:>4} s, {given} seeds, {} kept, {} of {} edges reached, slowest {} ms, {} defects",
        target.name,
        state.executions(),
        start.elapsed().as_secs(),
        state.corpus().count(),
        reached,
        coverage::len(),
        harness.findings.slowest().as_millis(),
        harness.findings.len(),
    );
    Ok(harness.findings.len())
}

fn told(error: libafl::Error) -> anyhow::Error {
    anyhow!("{error}")
}

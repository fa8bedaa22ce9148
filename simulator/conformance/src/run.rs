//! Runs case files: each against a simulator of its own, several at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context;
use dataverse_sim::RunningSim;
use parking_lot::Mutex;

use crate::case::{Named, Step};
use crate::client::{Answer, Client};
use crate::expect::differences;
use crate::matching::short;
use crate::simulator::{TestClock, start};
use crate::variables::Variables;

/// How a case ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As the reference says.
    Held,
    /// Not so, and it says so itself.
    Pending(String),
    /// Not so: what was expected and what came.
    Failed(String),
}

/// A case that was run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its file.
    pub file: String,
    /// Its section.
    pub section: String,
    /// Its fact.
    pub fact: String,
    /// Requests it took.
    pub requests: usize,
    /// How it ended.
    pub verdict: Verdict,
}

/// Runs the files on as many threads as there are processors. Outcomes come in the order of the files.
pub fn run(files: &[Named]) -> Vec<Outcome> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers.min(files.len()) {
            scope.spawn(|| {
                while let Some((number, file)) = Some(next.fetch_add(1, Ordering::Relaxed))
                    .and_then(|number| Some((number, files.get(number)?)))
                {
                    let outcomes = run_file(file);
                    done.lock().push((number, outcomes));
                }
            });
        }
    });
    let mut done = done.into_inner();
    done.sort_by_key(|(number, _)| *number);
    done.into_iter()
        .flat_map(|(_, outcomes)| outcomes)
        .collect()
}

fn run_file(file: &Named) -> Vec<Outcome> {
    let outcome = |section: &str, fact: &str, requests, verdict| Outcome {
        file: file.name.clone(),
        section: section.to_owned(),
        fact: fact.to_owned(),
        requests,
        verdict,
    };
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            return vec![outcome(
                "",
                "a thread to run on",
                0,
                Verdict::Failed(error.to_string()),
            )];
        }
    };
    runtime.block_on(async {
        let mut bench = match Bench::new(file).await {
            Ok(bench) => bench,
            Err(error) => {
                return vec![outcome(
                    "",
                    "the file's setup",
                    0,
                    Verdict::Failed(format!("{error:#}")),
                )];
            }
        };
        let mut outcomes = Vec::new();
        for case in &file.file.cases {
            let known = bench.variables.clone();
            let before = bench.requests;
            let step = case.step();
            let mut failure = None;
            for step in case.given.iter().chain([&step]).chain(&case.then) {
                if let Err(error) = bench.take(step).await {
                    failure = Some(format!("{error:#}"));
                    break;
                }
            }
            bench.variables = known;
            let verdict = match (failure, &case.pending) {
                (None, None) => Verdict::Held,
                (None, Some(_)) => Verdict::Failed("it holds now: remove `pending`".to_owned()),
                (Some(_), Some(reason)) => Verdict::Pending(reason.clone()),
                (Some(failure), None) => Verdict::Failed(failure),
            };
            outcomes.push(outcome(
                &case.section,
                &case.fact,
                bench.requests - before,
                verdict,
            ));
        }
        outcomes
    })
}

/// A simulator, its client and what was captured.
struct Bench {
    // Dropping it ends the simulator.
    _sim: RunningSim,
    clock: Arc<TestClock>,
    client: Client,
    variables: Variables,
    requests: usize,
}

impl Bench {
    async fn new(file: &Named) -> anyhow::Result<Self> {
        let (sim, clock) = start(&file.file.sim).await?;
        let mut bench = Self {
            client: Client::new(&sim),
            variables: Variables::of(&sim),
            _sim: sim,
            clock,
            requests: 0,
        };
        for step in &file.file.setup {
            bench.take(step).await?;
        }
        Ok(bench)
    }

    /// Takes one step; the error says all that a reader needs.
    async fn take(&mut self, step: &Step) -> anyhow::Result<()> {
        if step.advance != 0 {
            self.clock.advance(step.advance);
            self.client.forget_tokens();
        }
        let mut answer: Option<Answer> = None;
        for n in 1..=step.repeat.unwrap_or(1) {
            self.variables.set("n", n.to_string());
            self.requests += 1;
            let sent = self.client.send(step, &self.variables).await;
            answer = Some(sent.with_context(|| short(&step.request))?);
        }
        let answer = answer.context("`repeat = 0` sends nothing")?;
        let differences = differences(&step.expect, &answer, &self.variables);
        if !differences.is_empty() {
            let request = self.variables.fill(&step.request)?;
            anyhow::bail!(
                "{}\n{}\n{}",
                short(&request),
                differences.join("\n"),
                shown(&answer)
            );
        }
        for (name, what) in &step.capture {
            let value = answer
                .capture(what)
                .with_context(|| format!("{}: capture {name}", short(&step.request)))?;
            self.variables.set(name, value);
        }
        Ok(())
    }
}

/// An answer for people.
fn shown(answer: &Answer) -> String {
    let mut text = format!("answer: {}", answer.status);
    for (name, value) in &answer.headers {
        text.push_str(&format!(
            "\n  {name}: {}",
            String::from_utf8_lossy(value.as_bytes())
        ));
    }
    format!("{text}\n  {}", short(&answer.text()))
}

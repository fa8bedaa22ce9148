//! An action that takes a stream in: what is sent, and what became of each row.
//!
//! Results are written as they come, in memory that does not grow with their number. As a table, and to a person who
//! asked for nothing else, only those that were not done are shown.

use super::body::{self, Body, ROWS};
use super::interrupt::{Interrupt, Written};
use super::stream::Flow;
use super::tally::{Keeps, Tally, counts};
use super::{RunContext, properties_of};
use crate::output::{Format, Layout, Query, Wish, counted};
use crate::problem::{Exit, Problem, Stop};
use airlock_runtime::Call;
use futures::StreamExt as _;
use serde_json::{Value, json};
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

/// How results are shown.
pub(super) fn format(run_context: &RunContext<'_>, query: Option<&Query>) -> Format {
    let context = run_context.context;
    match context.globals.output {
        Some(format) => format,
        None if context.term.reads && query.is_none() => Format::Table,
        None => Format::Ndjson,
    }
}

pub(super) async fn run(
    run_context: &RunContext<'_>,
    call: Call,
    body: Body,
    (query, failed): (Option<Query>, Option<&Path>),
    interrupt: &Interrupt,
) -> Result<(), Stop> {
    let format = format(run_context, query.as_ref());
    let of_rows = body::taken(run_context.action) == Some(ROWS);
    let keeps = match format {
        _ if !of_rows => Keeps::Nothing,
        Format::Ndjson | Format::Csv => Keeps::Nothing,
        Format::Table => Keeps::NotDone,
        Format::Json | Format::Yaml => Keeps::All,
    };
    let wish = Wish {
        named: columns(&run_context.action.output),
        known: None,
    };
    let file = failed.map(create).transpose()?;
    let mut tally = Tally::new(keeps, file);
    let mut flow = (of_rows && keeps == Keeps::Nothing)
        .then(|| Flow::of(format, &wish, run_context.csv, query));
    let whole = body.whole;
    let stopped = || run_context.interrupted(&call, Written::Nothing);
    let mut piped = tokio::select! {
        piped = run_context.host.pipe(&call, Some(body.stream)) => {
            piped.map_err(|error| run_context.broke_off(error, &call))?
        }
        () = interrupt.typed() => return Err(stopped().into()),
    };
    loop {
        let bytes = tokio::select! {
            bytes = piped.data.next() => bytes,
            () = interrupt.typed() => {
                tally.finish().map_err(unwritten)?;
                return Err(match flow {
                    Some(flow) => flow.end_here(run_context, &call),
                    None => stopped().into(),
                });
            }
        };
        let Some(bytes) = bytes else {
            break;
        };
        tally.push(&bytes).map_err(unwritten)?;
        if let Some(flow) = &mut flow {
            flow.push(&bytes)?;
        }
    }
    let summary = tokio::select! {
        summary = piped.done => summary,
        () = interrupt.typed() => return Err(stopped().into()),
    };
    run_context.context.console.settle();
    // What was done before a failure is shown all the same.
    tally.finish().map_err(unwritten)?;
    if let Some(flow) = flow {
        flow.finish()?;
    }
    let console = &run_context.context.console;
    if let (Some(failed), true) = (failed, tally.not_done > 0) {
        let rows = counted(tally.not_done, "row");
        let path = crate::output::clean(&failed.display().to_string());
        console.note(&format!(
            "{rows} not done, each with its reason, in {path}: mend `row`, then the same command with --input {path}"
        ));
    }
    if !of_rows {
        let summary = summary.map_err(|error| run_context.broke_off(error, &call))?;
        whole.check()?;
        let wish = Wish::default();
        let context = run_context.context;
        context.print(&summary, context.format(false), Layout::new(&wish))?;
        return Ok(());
    }
    let shown = summary.as_ref().ok();
    show(run_context, format, &tally, shown, &wish)?;
    let summary = summary.map_err(|error| run_context.broke_off(error, &call))?;
    if let Some(counts) = counts(&summary) {
        console.note(&counts);
    }
    whole
        .check()
        .map_err(|problem| problem.advise("what had been read until then was carried out"))?;
    match tally.not_done {
        0 => Ok(()),
        _ => Err(Stop::Told(Exit::Incomplete)),
    }
}

/// Shows what was kept.
fn show<W: std::io::Write>(
    run_context: &RunContext<'_>,
    format: Format,
    tally: &Tally<W>,
    summary: Option<&Value>,
    wish: &Wish,
) -> Result<(), Stop> {
    let context = run_context.context;
    match format {
        Format::Ndjson | Format::Csv => Ok(()),
        Format::Table if tally.kept.is_empty() => Ok(()),
        Format::Table => {
            let unprinted = context.print(&tally.told(), format, Layout::new(wish))?;
            run_context.tell_what_is_unprinted(unprinted);
            let more = tally.not_done.saturating_sub(tally.kept.len() as u64);
            if more > 0 {
                context.console.note(&format!(
                    "note: {} more not shown; -o ndjson prints all results, --failed FILE keeps those that were not done",
                    counted(more, "row")
                ));
            }
            Ok(())
        }
        Format::Json | Format::Yaml => {
            let mut answer = summary.cloned().unwrap_or_else(|| json!({}));
            if let Value::Object(answer) = &mut answer {
                answer.insert("results".to_owned(), tally.kept.clone().into());
            }
            let properties = properties_of(&run_context.action.output);
            let wish = Wish::default();
            let layout = Layout {
                properties: &properties,
                ..Layout::new(&wish)
            };
            context.print(&answer, format, layout)?;
            Ok(())
        }
    }
}

/// The columns of a result, as the output's schema has them.
fn columns(output: &Value) -> Vec<String> {
    let held = crate::output::rows_property(output);
    let items = held.and_then(|held| output.get("properties")?.get(held)?.get("items"));
    items.map(properties_of).unwrap_or_default()
}

fn create(path: &Path) -> Result<BufWriter<File>, Problem> {
    File::create(path).map(BufWriter::new).map_err(|error| {
        Problem::input(format!(
            "--failed: {} cannot be written: {error}",
            path.display()
        ))
    })
}

fn unwritten(error: std::io::Error) -> Problem {
    Problem::new(
        Exit::Unavailable,
        format!("--failed: what was not done cannot be written down: {error}"),
    )
}

/// Refuses to write over what is read.
pub(super) fn apart(input: &str, failed: &Path) -> Result<(), Problem> {
    let same = std::fs::canonicalize(input)
        .ok()
        .zip(std::fs::canonicalize(failed).ok())
        .is_some_and(|(input, failed)| input == failed);
    match same {
        true => Err(Problem::input(
            "--failed would write over --input: name another file",
        )),
        false => Ok(()),
    }
}

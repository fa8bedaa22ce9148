//! `airlock runs …`

use super::times::stamp;
use crate::args::{ListRuns, RunStatus, RunsCommand};
use crate::context::Context;
use crate::output::{Format, clean, clean_lines, pairs};
use crate::problem::{Code, Problem, Stop};
use airlock_runtime::HostError;
use airlock_runtime::store::{self, Run, RunFilter, RunOutcome};
use serde_json::{Value, json};

/// More than a tenant's runs that are remembered.
const ALL: usize = 100_000;

/// How much of a run's identity people type.
const SHORT: usize = 8;

pub(super) async fn run(context: &Context, command: RunsCommand) -> Result<(), Stop> {
    match command {
        RunsCommand::List(arguments) => list(context, &arguments).await,
        RunsCommand::Show { id } => show(context, &id).await,
    }
}

async fn list(context: &Context, wanted: &ListRuns) -> Result<(), Stop> {
    let host = context.host().await?;
    let filter = RunFilter {
        connection: wanted.connection.clone(),
        action: wanted.action.clone(),
        status: wanted.status.map(status),
        before: None,
    };
    let tenant = &context.globals.tenant;
    // One more than is shown tells whether there are more.
    let found = host.store().runs(tenant, &filter, wanted.limit + 1).await;
    let mut found = found.map_err(HostError::from)?;
    let more = found.len() > wanted.limit;
    found.truncate(wanted.limit);
    let rows: Vec<Value> = found.iter().map(record).collect();
    if rows.is_empty() {
        context.console.note(match filter == RunFilter::default() {
            true => "note: no run of an action that may change something is kept",
            false => "note: no run that is kept suits",
        });
    }
    if more {
        context.console.note(&format!(
            "note: the newest {}; more with --limit",
            rows.len()
        ));
    }
    if context.format(true) != Format::Table {
        return context.show(&rows.into());
    }
    let short = rows.into_iter().map(|mut row| {
        if let Some(Value::String(id)) = row.get_mut("id") {
            id.truncate(SHORT);
        }
        row
    });
    let columns = ["id", "started", "connection", "action", "status", "took-ms"];
    context.list(short.collect(), &columns)
}

fn status(asked: RunStatus) -> store::RunStatus {
    match asked {
        RunStatus::Running => store::RunStatus::Running,
        RunStatus::Succeeded => store::RunStatus::Succeeded,
        RunStatus::Failed => store::RunStatus::Failed,
    }
}

async fn show(context: &Context, id: &str) -> Result<(), Stop> {
    let host = context.host().await?;
    let all = RunFilter::default();
    let runs = host.store().runs(&context.globals.tenant, &all, ALL).await;
    let runs = runs.map_err(HostError::from)?;
    let run = named(&runs, id)?;
    let record = record(run);
    if context.format(true) != Format::Table {
        return context.show(&record);
    }
    let error = match &run.outcome {
        RunOutcome::Failed(failure) => clean_lines(&failure.error),
        _ => String::new(),
    };
    let fields = record.as_object().into_iter().flatten();
    let lines = fields
        .filter(|(name, value)| *name != "error" && !value.is_null())
        .map(|(name, value)| {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            (name.replace('-', " "), clean(&text))
        });
    let mut text = pairs(lines, context.term.width);
    if !error.is_empty() {
        text.push_str(&format!("\n\n{error}"));
    }
    context.say(&text)
}

/// The one run whose identity begins with `id`.
fn named<'a>(runs: &'a [Run], id: &str) -> Result<&'a Run, Problem> {
    let id = id.to_ascii_lowercase();
    let mut found = runs
        .iter()
        .filter(|run| !id.is_empty() && run.id.to_string().starts_with(&id));
    match (found.next(), found.next()) {
        (Some(run), None) => Ok(run),
        (Some(_), Some(_)) => Err(Problem::input(format!(
            "more than one run begins with \"{id}\"; type more of it"
        ))
        .coded(Code::AmbiguousRun)),
        (None, _) => Err(Problem::input(format!("there is no run \"{id}\""))
            .coded(Code::NoSuchRun)
            .advise("airlock runs list shows those that are kept")),
    }
}

fn record(run: &Run) -> Value {
    let (status, failure) = match &run.outcome {
        RunOutcome::Running => ("running", None),
        RunOutcome::Succeeded => ("succeeded", None),
        RunOutcome::Failed(failure) => ("failed", Some(failure)),
    };
    let took = run
        .finished_at
        .map(|end| i64::try_from((end - run.started_at).whole_milliseconds()).unwrap_or(i64::MAX));
    json!({
        "id": run.id.to_string(),
        "connection": run.connection,
        "action": run.action,
        "status": status,
        "started": stamp(run.started_at),
        "finished": run.finished_at.map(stamp),
        "took-ms": took,
        "idempotency-key": run.idempotency_key,
        "http-status": failure.and_then(|failure| failure.http_status),
        "service-code": failure.and_then(|failure| failure.code.as_deref()),
        "request-id": failure.and_then(|failure| failure.request_id.as_deref()),
        "error": failure.map(|failure| &failure.error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use airlock_runtime::store::RunFailure;
    use time::macros::datetime;

    fn run(id: &str, outcome: RunOutcome) -> Run {
        Run {
            id: id.parse().unwrap(),
            tenant: "default".parse().unwrap(),
            connection: "contoso".parse().unwrap(),
            action: "create-row".into(),
            started_at: datetime!(2026-01-02 03:04:05 UTC),
            finished_at: Some(datetime!(2026-01-02 03:04:06.5 UTC)),
            outcome,
            idempotency_key: None,
        }
    }

    const A: &str = "aaaaaaaa-0000-4000-8000-000000000001";
    const B: &str = "aaaaaaaa-0000-4000-8000-000000000002";

    #[test]
    fn the_beginning_of_an_identity_names_a_run_if_it_names_one() {
        let runs = [run(A, RunOutcome::Succeeded), run(B, RunOutcome::Running)];
        assert_eq!(named(&runs, A).unwrap().id.to_string(), A);
        assert_eq!(named(&runs[..1], "AAAA").unwrap().id.to_string(), A);
        assert_eq!(named(&runs, "aaaa").unwrap_err().code, Code::AmbiguousRun);
        for none in ["bbbb", ""] {
            assert_eq!(named(&runs, none).unwrap_err().code, Code::NoSuchRun);
        }
    }

    #[test]
    fn a_record_says_how_long_it_took_and_why_it_failed() {
        let record = record(&run(
            A,
            RunOutcome::Failed(RunFailure {
                error: "no".into(),
                http_status: Some(412),
                ..RunFailure::default()
            }),
        ));
        assert_eq!(record["http-status"], 412);
        assert_eq!(record["took-ms"], 1500);
        assert_eq!(record["status"], "failed");
        assert_eq!(record["error"], "no");
        assert_eq!(record["started"], "2026-01-02T03:04:05Z");
    }
}

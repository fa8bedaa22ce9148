//! `-o ndjson` and `-o csv` of an action that streams: rows go from the connector to standard
//! output as they come, in memory that does not grow with their number.

use super::interrupt::{Interrupt, Written};
use super::lines::{Asked, Form, WholeLines};
use super::{RunContext, going_on, wish};
use crate::output::{CsvError, CsvLines, CsvStyle, Format, LeftOut, Paging, Query, Sink, Wish};
use crate::problem::{Exit, Problem, Stop};
use airlock_runtime::{Call, Piped};
use futures::StreamExt as _;
use std::time::Duration;

/// How long a person who typed Ctrl-C waits to hear where to go on. A second one ends even that.
const LAST_WORD: Duration = Duration::from_secs(3);

/// Whether rows in this format can be written before the last one is known.
pub(super) fn suits(format: Option<Format>) -> bool {
    matches!(format, Some(Format::Ndjson | Format::Csv))
}

pub(super) async fn run(
    run_context: &RunContext<'_>,
    call: Call,
    held: Option<&str>,
    query: Option<Query>,
    interrupt: &Interrupt,
) -> Result<(), Stop> {
    let format = run_context.context.globals.output.unwrap_or(Format::Ndjson);
    let wish = match query {
        // What a query makes has columns of its own.
        Some(_) => Wish::default(),
        None => tokio::select! {
            wish = wish::of(run_context, &call, Some(format)) => wish,
            () = interrupt.typed() => {
                return Err(run_context.interrupted(&call, Written::Nothing).into());
            }
        },
    };
    let mut flow = Flow::of(format, &wish, run_context.csv, query);
    let mut piped = tokio::select! {
        piped = run_context.host.pipe(&call, None) => piped.map_err(|error| run_context.broke_off(error, &call))?,
        () = interrupt.typed() => return Err(flow.end_here(run_context, &call)),
    };
    loop {
        let bytes = tokio::select! {
            bytes = piped.data.next() => bytes,
            () = interrupt.typed() => {
                let left = leave(&mut flow, piped).await?;
                return Err(flow.end_at(run_context, &call, left.as_deref()));
            }
        };
        match bytes {
            Some(bytes) => flow.push(&bytes)?,
            None => break,
        }
    }
    let summary = tokio::select! {
        summary = &mut piped.done => summary,
        () = interrupt.typed() => {
            let left = leave(&mut flow, piped).await?;
            return Err(flow.end_at(run_context, &call, left.as_deref()));
        }
    };
    run_context.context.console.settle();
    // Rows that came before a failure are printed all the same.
    let (left_out, rows) = flow.finish()?;
    let summary = summary.map_err(|error| run_context.broke_off(error, &call))?;
    if rows == 0 && run_context.context.term.reads {
        run_context.context.console.note("no rows");
    }
    if !left_out.is_empty() {
        run_context.context.console.note(&told(&left_out));
    }
    let paging = Paging::of(&summary, held);
    run_context.tell_what_is_left(&call, paging.as_ref());
    match left_out.is_empty() && !run_context.is_cut(&call, paging.as_ref()) {
        true => Ok(()),
        false => Err(Stop::Told(Exit::Incomplete)),
    }
}

/// Has the connector stop, and writes what it had handed over. Answers the link to go on from, where the
/// connector names one in time.
async fn leave(flow: &mut Flow<'_>, mut piped: Piped) -> Result<Option<String>, Stop> {
    piped.stop();
    let last = async {
        while let Some(bytes) = piped.data.next().await {
            flow.push(&bytes)?;
        }
        Ok(match piped.done.await {
            Ok(summary) => Paging::of(&summary, None)
                .and_then(|paging| paging.next)
                .map(|(_, link)| link.to_owned()),
            Err(error) => going_on::link_in(&error.to_string()).map(|(_, link)| link.to_owned()),
        })
    };
    // A connector that waits for its service may not hear of it for long.
    tokio::time::timeout(LAST_WORD, last)
        .await
        .unwrap_or(Ok(None))
}

fn told(left_out: &LeftOut) -> String {
    let names: Vec<&str> = left_out.names.iter().map(String::as_str).collect();
    let more = if left_out.more { " and others" } else { "" };
    format!(
        "note: columns that found no place in the header are left out: {}{more}; choose columns with --select, or take -o ndjson",
        crate::output::clean(&names.join(", "))
    )
}

/// Rows on their way out.
pub(super) struct Flow<'a> {
    form: Form<'a>,
    asked: Option<Asked>,
    sink: Sink,
}

impl<'a> Flow<'a> {
    /// Of rows in this format, of which `query` makes what is written.
    pub(super) fn of(format: Format, wish: &'a Wish, csv: CsvStyle, query: Option<Query>) -> Self {
        let form = match format {
            Format::Csv => Form::Csv(CsvLines::new(wish, csv)),
            _ => Form::Ndjson(WholeLines::default()),
        };
        Self {
            form,
            asked: query.map(Asked::new),
            sink: Sink::answer(format),
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        let made;
        let bytes = match &mut self.asked {
            Some(asked) => {
                made = asked.made(bytes).map_err(Problem::input)?;
                &made
            }
            None => bytes,
        };
        self.form.push(&mut self.sink, bytes).map_err(stopped)?;
        if self.sink.is_terminal() {
            use std::io::Write as _;
            self.sink.flush()?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(LeftOut, u64), Stop> {
        if let Some(asked) = self.asked.take() {
            let last = asked.last().map_err(Problem::input)?;
            self.form.push(&mut self.sink, &last).map_err(stopped)?;
        }
        let rows = self.form.rows();
        let left_out = self.form.finish(&mut self.sink).map_err(stopped)?;
        self.sink.finish()?;
        Ok((left_out, rows))
    }

    /// Writes out what is whole, and says how far that is.
    pub(super) fn end_here(self, run_context: &RunContext<'_>, call: &Call) -> Stop {
        self.end_at(run_context, call, None)
    }

    /// The same where a link leads on.
    fn end_at(mut self, run_context: &RunContext<'_>, call: &Call, link: Option<&str>) -> Stop {
        run_context.context.console.settle();
        let written = match &self.form {
            Form::Csv(lines) if !lines.streams() => Written::Waiting(lines.rows()),
            form => Written::Rows(form.rows()),
        };
        match self.sink.finish() {
            Ok(()) => run_context.left_at(call, written, link).into(),
            Err(error) => error.into(),
        }
    }
}

fn stopped(error: CsvError) -> Stop {
    match error {
        CsvError::Write(error) => error.into(),
        CsvError::Keep(error) => Problem::new(
            Exit::Unavailable,
            format!("rows cannot be kept until every column is known: {error}"),
        )
        .advise("name the columns with --select, or take -o ndjson: then rows do not wait")
        .into(),
        CsvError::Row(fault) => Problem::new(Exit::Defect, fault)
            .advise("-o ndjson passes rows on as they are")
            .into(),
    }
}

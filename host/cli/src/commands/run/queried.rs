//! `--query` of a whole answer.

use super::RunContext;
use crate::output::{Format, Layout, Query, Sink, Wish};
use crate::problem::{Problem, Stop};
use serde_json::Value;
use std::io::Write as _;

pub(super) fn compile(text: &str) -> Result<Query, Problem> {
    Query::compile(text).map_err(|error| {
        Problem::input(format!("--query {error}")).advise(
            "it is written in the language of jq, such as '.rows[].name' or '.rows | length'",
        )
    })
}

/// Prints what the query makes of `answer`. Without a format a text is printed bare, as a script wants
/// it; as a table or CSV the values are rows, and those of a single list are its items.
pub(super) fn print(
    run_context: &RunContext<'_>,
    query: &Query,
    answer: &Value,
) -> Result<(), Stop> {
    let made = query
        .run(answer)
        .map_err(|error| Problem::input(format!("--query: {error}")))?;
    let context = run_context.context;
    let wish = Wish::default();
    let layout = Layout {
        csv: run_context.csv,
        ..Layout::new(&wish)
    };
    match context.globals.output {
        Some(format @ (Format::Table | Format::Csv)) => {
            let rows = match made.as_slice() {
                [Value::Array(rows)] => rows.clone(),
                _ => made,
            };
            context.print(&Value::Array(rows), format, layout)?;
        }
        Some(format) => {
            for value in made {
                // Each value is a document of its own, and has no rows.
                let (value, format) = match (format, value) {
                    (Format::Ndjson, value) => (Value::Array(vec![value]), format),
                    (_, value) => (value, format),
                };
                context.print(&value, format, layout)?;
            }
        }
        None => {
            context.console.settle();
            let mut sink = Sink::answer(Format::Yaml);
            for value in made {
                match value {
                    Value::String(text) => writeln!(sink, "{text}")?,
                    other => writeln!(sink, "{other:#}")?,
                }
            }
            sink.finish()?;
        }
    }
    Ok(())
}

//! `-o ndjson` and `-o csv` of an action that streams: rows go from the connector to standard
//! output as they come, in memory that does not grow with their number.

use super::Errand;
use crate::output::{CsvLines, Format, Sink};
use crate::problem::Stop;
use airlock_runtime::Call;
use futures::StreamExt as _;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Whether rows in this format can be written before the last one is known.
pub(super) fn suits(format: Option<Format>) -> bool {
    matches!(format, Some(Format::Ndjson | Format::Csv))
}

pub(super) async fn run(errand: &Errand<'_>, call: Call, held: Option<&str>) -> Result<(), Stop> {
    let order = super::columns(&call.input);
    let mut form = match errand.context.globals.output {
        Some(Format::Csv) => Form::Csv(CsvLines::new(&order)),
        _ => Form::AsTheyAre,
    };
    let mut piped = errand.host.pipe(&call, None).await?;
    let mut sink = Sink::stdout();
    while let Some(bytes) = piped.data.next().await {
        // A reader that has gone ends the call here: dropping the stream stops the connector.
        form.push(&mut sink, &bytes)?;
        if sink.is_terminal() {
            sink.flush()?;
        }
    }
    let summary = piped.done.await;
    errand.context.console.settle();
    // Rows that came before a failure are printed all the same.
    let left_out = form.finish(&mut sink)?;
    sink.finish()?;
    if !left_out.is_empty() {
        let names: Vec<&str> = left_out.iter().map(String::as_str).collect();
        errand.context.console.note(&format!(
            "note: columns that only later rows have are left out: {}; choose columns to get them",
            names.join(", ")
        ));
    }
    errand.tell_what_is_left(&summary?, held);
    Ok(())
}

/// What becomes of the bytes.
enum Form<'a> {
    AsTheyAre,
    Csv(CsvLines<'a>),
}

impl Form<'_> {
    fn push(&mut self, out: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::AsTheyAre => out.write_all(bytes),
            Self::Csv(lines) => lines.push(out, bytes),
        }
    }

    fn finish(self, out: &mut dyn Write) -> io::Result<BTreeSet<String>> {
        match self {
            Self::AsTheyAre => Ok(BTreeSet::new()),
            Self::Csv(lines) => lines.finish(out),
        }
    }
}

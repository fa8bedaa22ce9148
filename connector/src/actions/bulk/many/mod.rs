//! Rows by the thousand: a stream of rows in, and a result for each out.
//!
//! Rows are made ready one by one, gathered into chunks and carried out, several chunks at once. At no time is
//! more in memory than the chunks under way. Results come in the order of the rows.

mod carry;
mod chunk;
mod flow;
mod kind;
mod out;
mod outcome;
mod pace;
mod ready;
#[cfg(test)]
mod tests;
mod wanted;

use airlock_connector::{
    Error, IdempotencyKey, Summary, Transport,
    stream::{Closed, LineWriter, Pending, Pipe, RowFormat, RowReader, Sink, Source},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::session::Session;
use flow::flow;
pub(super) use kind::Kind;
use out::Out;
use outcome::{Counts, RowResult};
pub(super) use wanted::Wanted;

/// What becomes of rows that stand in the input.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    #[serde(flatten)]
    counts: Counts,
    /// What became of each row, in order.
    #[schemars(extend("x-airlock-rows" = true))]
    results: Vec<RowResult>,
}

/// Carries out the rows that stand in the input.
pub(super) async fn give<T: Transport>(
    session: &Session<T>,
    wanted: Wanted,
    key: Option<IdempotencyKey<'_>>,
) -> Result<Output, Error> {
    let rows = wanted.rows.as_ref().filter(|rows| !rows.is_empty());
    let Some(rows) = rows else {
        return Err(Error::invalid(
            "/rows",
            "which rows? Give them here, or stream them in as NDJSON, CSV or a JSON array",
        ));
    };
    let text = serde_json::to_vec(rows).map_err(|error| Error::Internal(error.to_string()))?;
    let mut source = Once(Some(text));
    let mut reader = RowReader::new(&mut source, Some(RowFormat::Json));
    let mut results = Vec::new();
    let mut nobody = Nobody;
    let mut out = Out {
        lines: LineWriter::new(&mut nobody),
        kept: Some(&mut results),
        counts: Counts::default(),
    };
    let ended = flow(session, &wanted, key, &mut reader, &mut out).await;
    let counts = out.counts;
    match ended {
        // What was done has to be told, even if the rest could not be.
        Err(error) if counts.done == 0 => Err(error),
        _ => Ok(Output { counts, results }),
    }
}

/// Carries out the rows that come in, and gives a result for each.
pub(super) async fn stream<T: Transport>(
    session: &Session<T>,
    wanted: Wanted,
    key: Option<IdempotencyKey<'_>>,
    pipe: Pipe<'_>,
) -> Result<Summary, Error> {
    if wanted.rows.is_some() {
        return Err(Error::invalid(
            "/rows",
            "rows are streamed in already: leave them out here",
        ));
    }
    let mut reader = RowReader::new(pipe.source, wanted.format);
    let mut out = Out {
        lines: LineWriter::new(pipe.sink),
        kept: None,
        counts: Counts::default(),
    };
    let ended = flow(session, &wanted, key, &mut reader, &mut out).await;
    out.lines.flush().await?;
    let counts = out.counts;
    match ended {
        Ok(()) => Summary::of(&counts),
        Err(error) => Err(broken_off(error, &counts, key)),
    }
}

/// An error in the middle says how far it came.
fn broken_off(error: Error, counts: &Counts, key: Option<IdempotencyKey<'_>>) -> Error {
    if counts.rows == 0 {
        return error;
    }
    let again = match key {
        Some(_) => {
            "the same rows under the same idempotency key go on from there, and each lands once"
        }
        None => "what each row came to stands in the results",
    };
    error.noting(&format!("{} rows had been done; {again}", counts.done))
}

/// A source of one piece.
struct Once(Option<Vec<u8>>);

impl Source for Once {
    fn read(&mut self) -> Pending<'_, Option<Vec<u8>>> {
        Box::pin(std::future::ready(self.0.take()))
    }
}

/// A sink that nothing is given to.
struct Nobody;

impl Sink for Nobody {
    fn write(&mut self, _: Vec<u8>) -> Pending<'_, Result<(), Closed>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

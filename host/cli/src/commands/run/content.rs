//! Actions that move a content: bytes that `--input` gives, bytes that `--output-file` takes.
//!
//! A file is whole or it is not there: what breaks off leaves the place as it was, on either side.

use super::body::{Body, taken};
use super::interrupt::{Interrupt, Written};
use super::{RunContext, properties_of, queried};
use crate::output::{Layout, Query, Wish, clean};
use crate::problem::{Exit, Problem, Stop};
use airlock_runtime::{Action, ByteStream, Call};
use bytes::Bytes;
use futures::{StreamExt as _, stream};
use serde_json::Value;
use std::io::{self, Write};
use std::path::Path;
use tokio::sync::oneshot;

/// Media type of rows; anything else is a content.
const ROWS: &str = "application/x-ndjson";

/// Whether the action takes a content in.
pub(super) fn takes(action: &Action) -> bool {
    taken(action).is_some_and(|media_type| media_type != ROWS)
}

/// Whether the action gives a content out.
pub(super) fn gives(action: &Action) -> bool {
    let given = action.input.get("x-airlock-gives").and_then(Value::as_str);
    given.is_some_and(|media_type| media_type != ROWS)
}

/// Where the content goes that an action gives.
pub(super) enum Place<'a> {
    /// Standard output.
    Output,
    /// A file.
    File(&'a Path),
}

/// Where `--output-file` says that the content goes; `None` has it in the answer, in base64.
pub(super) fn place<'a>(
    action: &Action,
    given: Option<&'a Path>,
    (to_terminal, formed): (bool, bool),
) -> Result<Option<Place<'a>>, Problem> {
    match given {
        Some(_) if !gives(action) => Err(Problem::input(format!(
            "--output-file takes the content that an action gives, and {} gives none",
            action.name
        ))),
        Some(path) if path == Path::new("-") && to_terminal => Err(Problem::input(
            "a content is no text for a terminal: name a file with --output-file, or pipe it on",
        )),
        Some(path) if path == Path::new("-") => Ok(Some(Place::Output)),
        Some(path) => Ok(Some(Place::File(path))),
        None if gives(action) && to_terminal && !formed => Err(Problem::input(
            "where does the content go?",
        )
        .advise(
            "--output-file FILE keeps it, --output-file - pipes it on, -o json prints it in base64",
        )),
        None => Ok(None),
    }
}

/// Sends what `--input` gives.
pub(super) async fn send(
    run_context: &RunContext<'_>,
    call: Call,
    body: Body,
    query: Option<Query>,
    interrupt: &Interrupt,
) -> Result<(), Stop> {
    let (broken, mut breaks) = oneshot::channel();
    let stream = unbroken(body, broken);
    let stopped = || Stop::from(run_context.interrupted(&call, Written::Nothing));
    let sent = async {
        let piped = run_context.host.pipe(&call, Some(stream)).await?;
        let mut data = piped.data;
        while data.next().await.is_some() {}
        piped.done.await
    };
    let answer = tokio::select! {
        answer = sent => answer.map_err(|error| run_context.broke_off(error, &call))?,
        Ok(problem) = &mut breaks => return Err(problem.into()),
        () = interrupt.typed() => return Err(stopped()),
    };
    print(run_context, query.as_ref(), &answer)
}

/// The bytes of `body`, which never end where they merely broke off: half a file would look like a whole one.
fn unbroken(body: Body, broken: oneshot::Sender<Problem>) -> ByteStream {
    let whole = body.whole;
    let end = async move {
        if let Err(problem) = whole.check() {
            let _ = broken.send(problem.advise("nothing of it was kept"));
            std::future::pending::<()>().await;
        }
        Bytes::new()
    };
    let pieces = body.stream.chain(stream::once(end));
    pieces
        .filter(|piece| std::future::ready(!piece.is_empty()))
        .boxed()
}

/// Keeps what the action gives.
pub(super) async fn keep(
    run_context: &RunContext<'_>,
    call: Call,
    place: Place<'_>,
    query: Option<Query>,
    interrupt: &Interrupt,
) -> Result<(), Stop> {
    let mut kept = Kept::begin(place)?;
    let stopped = || Stop::from(run_context.interrupted(&call, Written::Nothing));
    let mut piped = tokio::select! {
        piped = run_context.host.pipe(&call, None) => {
            piped.map_err(|error| run_context.broke_off(error, &call))?
        }
        () = interrupt.typed() => return Err(stopped()),
    };
    loop {
        let bytes = tokio::select! {
            bytes = piped.data.next() => bytes,
            () = interrupt.typed() => return Err(stopped()),
        };
        match bytes {
            Some(bytes) => kept.write(&bytes)?,
            None => break,
        }
    }
    let answer = tokio::select! {
        answer = piped.done => answer.map_err(|error| run_context.broke_off(error, &call))?,
        () = interrupt.typed() => return Err(stopped()),
    };
    match kept.finish()? {
        true => print(run_context, query.as_ref(), &answer),
        false => Ok(()),
    }
}

/// What has arrived: a file beside its place until it is whole.
enum Kept<'a> {
    Output(io::Stdout),
    File(tempfile::NamedTempFile, &'a Path),
}

impl<'a> Kept<'a> {
    fn begin(place: Place<'a>) -> Result<Self, Problem> {
        match place {
            Place::Output => Ok(Self::Output(io::stdout())),
            Place::File(path) => {
                let folder = path
                    .parent()
                    .filter(|folder| !folder.as_os_str().is_empty());
                let file = tempfile::Builder::new()
                    .prefix(".airlock-")
                    .tempfile_in(folder.unwrap_or(Path::new(".")))
                    .map_err(|error| unwritten(path, &error))?;
                Ok(Self::File(file, path))
            }
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        match self {
            Self::Output(output) => output.write_all(bytes).map_err(|error| {
                Problem::new(
                    Exit::Unavailable,
                    format!("standard output takes no more: {error}"),
                )
                .into()
            }),
            Self::File(file, path) => file
                .write_all(bytes)
                .map_err(|error| unwritten(path, &error).into()),
        }
    }

    /// Puts the file into its place; whether there is one, and standard output is free for the answer.
    fn finish(self) -> Result<bool, Problem> {
        match self {
            Self::Output(mut output) => {
                // Whoever reads it has had enough, or all of it.
                let _ = output.flush();
                Ok(false)
            }
            Self::File(file, path) => {
                file.persist(path)
                    .map_err(|error| unwritten(path, &error.error))?;
                Ok(true)
            }
        }
    }
}

fn unwritten(path: &Path, error: &io::Error) -> Problem {
    let path = clean(&path.display().to_string());
    Problem::new(
        Exit::Unavailable,
        format!("--output-file: {path} cannot be written: {error}"),
    )
}

fn print(run_context: &RunContext<'_>, query: Option<&Query>, answer: &Value) -> Result<(), Stop> {
    if let Some(query) = query {
        return queried::print(run_context, query, answer);
    }
    let properties = properties_of(&run_context.action.output);
    let wish = Wish::default();
    let layout = Layout {
        properties: &properties,
        ..Layout::new(&wish)
    };
    let context = run_context.context;
    context.print(answer, context.format(false), layout)?;
    Ok(())
}

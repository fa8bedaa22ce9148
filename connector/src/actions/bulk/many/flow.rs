//! The way of the rows: made ready one by one, gathered into chunks, carried out several at once.

use std::{
    cell::Cell,
    collections::BTreeSet,
    future::{Future, poll_fn},
    pin::{Pin, pin},
    rc::Rc,
    task::Poll,
    time::Duration,
};

use airlock_connector::{Error, IdempotencyKey, Transport, stream::RowReader};
use futures_util::stream::{FuturesOrdered, Stream, StreamExt as _, unfold};

use super::{
    carry::{Carried, Carrier},
    chunk::Chunk,
    out::Out,
    outcome::{Outcome, RowResult},
    pace::{Pace, Seen, Way},
    ready::{Maker, Ready},
    wanted::Wanted,
};
use crate::{session::Session, tables::Table, webapi::multiple::Message};

/// What comes next.
enum Step {
    /// A row came.
    Row(Result<Result<Ready, RowResult>, Error>),
    /// No more rows come.
    Last,
    /// Nothing comes at the moment, and nothing is under way: what was gathered need not wait.
    Idle,
    /// The oldest chunk under way is done.
    Done(Box<Ended>),
    /// Nothing is left.
    Over,
}

/// A chunk that has ended.
struct Ended {
    carried: Carried,
    /// When it began.
    began: Duration,
    /// How often the connection had been throttled then.
    throttled: u64,
    /// The rows that others need not wait for any more.
    marks: Vec<String>,
}

/// A chunk under way.
type Under<'a> = Pin<Box<dyn Future<Output = Ended> + 'a>>;

/// Carries out all rows.
///
/// # Errors
/// What ended it before the last row; what had been done until then has been given.
pub(super) async fn flow<T: Transport>(
    session: &Session<T>,
    wanted: &Wanted,
    call: Option<IdempotencyKey<'_>>,
    reader: &mut RowReader<'_>,
    out: &mut Out<'_>,
) -> Result<(), Error> {
    let since = session.transport().now();
    let table = session.table(&wanted.table, "/table").await?;
    let way = way(session, wanted, &table).await?;
    let carrier = Carrier {
        session,
        table: &table,
        kind: wanted.kind,
        options: &wanted.options,
        message: Cell::new(way != Way::Batch),
        keyed: call.is_some(),
        may_be_done: call.is_some_and(|call| call.may_be_done),
    };
    let maker = Maker {
        session,
        table: Rc::clone(&table),
        kind: wanted.kind,
        key: wanted.key.clone(),
        call: call.map(|call| call.text.to_owned()),
        since,
    };
    let rows = unfold((reader, &maker), async |(reader, maker)| {
        match reader.next().await {
            Ok(Some(given)) => Some((maker.make(given).await, (reader, maker))),
            Ok(None) => None,
            Err(error) => Some((Err(error), (reader, maker))),
        }
    });
    let mut rows = pin!(rows);
    let mut pace = Pace::of(way);
    let mut chunk = Chunk::default();
    let mut under: FuturesOrdered<Under<'_>> = FuturesOrdered::new();
    let mut marks: BTreeSet<String> = BTreeSet::new();
    let mut reading = true;
    // What is wrong with the stream, or with the connection: what is under way is still waited for.
    let mut ended: Option<Error> = None;
    loop {
        // A row that is in the chunk or under way already has to wait: its changes have an order.
        let waits = chunk.held.is_some();
        let full = chunk.is_full(pace.rows()) || waits || !reading;
        if full && !chunk.is_empty() && under.len() < pace.at_once() && ended.is_none() {
            let (ready, faulty) = chunk.take();
            under.push_back(Box::pin(begun(&carrier, ready, faulty)));
            continue;
        }
        if let Some(row) = chunk.held.take_if(|row| !marks.contains(&row.mark())) {
            marks.insert(row.mark());
            chunk.add(row);
            continue;
        }
        let takes = reading && ended.is_none() && !full;
        match next(&mut rows, &mut under, takes, !chunk.is_empty()).await {
            Step::Row(Ok(Ok(row))) => {
                if marks.contains(&row.mark()) {
                    chunk.held = Some(row);
                } else {
                    marks.insert(row.mark());
                    chunk.add(row);
                }
            }
            Step::Row(Ok(Err(faulty))) => chunk.faulty.push(faulty),
            Step::Row(Err(error)) => {
                reading = false;
                ended = ended.or(Some(error));
            }
            Step::Last => reading = false,
            Step::Idle => chunk.now = true,
            Step::Done(done) => {
                pace.learn(Seen {
                    took: session.transport().now().saturating_sub(done.began),
                    broke: done.carried.broke,
                    throttled: session.client().throttled() > done.throttled,
                    hint: done.carried.hint,
                });
                for mark in &done.marks {
                    marks.remove(mark);
                }
                ended = ended.or(done.carried.ended);
                out.give(done.carried.results).await?;
                out.lines.flush().await?;
                session.transport().progress(out.counts.rows, None);
            }
            Step::Over => break,
        }
    }
    let Some(error) = ended else {
        return Ok(());
    };
    let never = chunk
        .ready
        .into_iter()
        .chain(chunk.held)
        .map(|row| RowResult::not_done(row.line, Outcome::NotBegun, None, row.given));
    let mut never: Vec<RowResult> = never.chain(chunk.faulty).collect();
    never.sort_by_key(|result| result.line);
    out.give(never).await?;
    Err(error)
}

/// Carries a chunk out. Its faulty rows take their places among the others.
async fn begun<T: Transport>(
    carrier: &Carrier<'_, T>,
    ready: Vec<Ready>,
    faulty: Vec<RowResult>,
) -> Ended {
    let throttled = carrier.session.client().throttled();
    let began = carrier.session.transport().now();
    let marks = ready.iter().map(Ready::mark).collect();
    let mut carried = carrier.carry(ready).await;
    if !faulty.is_empty() {
        carried.results.extend(faulty);
        carried.results.sort_by_key(|result| result.line);
    }
    Ended {
        carried,
        began,
        throttled,
        marks,
    }
}

/// Waits for whatever comes first. Both go on while this waits.
async fn next<S>(
    rows: &mut Pin<&mut S>,
    under: &mut FuturesOrdered<Under<'_>>,
    takes: bool,
    gathered: bool,
) -> Step
where
    S: Stream<Item = Result<Result<Ready, RowResult>, Error>>,
{
    poll_fn(|context| {
        if takes {
            match rows.as_mut().poll_next(context) {
                Poll::Ready(Some(row)) => return Poll::Ready(Step::Row(row)),
                Poll::Ready(None) => return Poll::Ready(Step::Last),
                Poll::Pending => {}
            }
        }
        match under.poll_next_unpin(context) {
            Poll::Ready(Some(done)) => Poll::Ready(Step::Done(Box::new(done))),
            Poll::Ready(None) if takes && gathered => Poll::Ready(Step::Idle),
            Poll::Ready(None) if takes => Poll::Pending,
            Poll::Ready(None) => Poll::Ready(Step::Over),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// How rows go to the table.
async fn way<T: Transport>(
    session: &Session<T>,
    wanted: &Wanted,
    table: &Table,
) -> Result<Way, Error> {
    let takes = async |message| {
        let (catalog, client) = (session.catalog(), session.client());
        catalog.takes(client, table, message).await
    };
    if !takes(wanted.kind.message()).await? {
        return Ok(Way::Batch);
    }
    // Only elastic tables have rows deleted by a message.
    Ok(match takes(Message::Delete).await? {
        true => Way::ElasticMessage,
        false => Way::Message,
    })
}

//! One chunk of rows carried out: in a message where the table has it, and each by itself in a batch where a
//! message is not to be had or a row kept the others of its message out.
//!
//! Whatever became of an answer, each row lands once: every row names itself, so what is there already can be
//! looked up, and changing or removing it twice is the same as once.

use std::{cell::Cell, time::Duration};

use airlock_connector::{
    Error, Transport,
    http::{Method, Response},
};
use serde_json::{Value, json};

use super::{
    kind::Kind,
    outcome::{Outcome, RowResult},
    ready::Ready,
};
use crate::{
    session::Session,
    tables::Table,
    webapi::{
        CallOptions, Precondition, RowId, RowKey, Safety,
        batch::{Fate as PartFate, Item, Part},
        reply,
    },
};

/// How often rows that the service could not take at the moment are sent, all in all.
const ROUNDS: usize = 4;

/// Wait before the next of these rounds where the service does not say how long.
const WAIT: Duration = Duration::from_secs(2);

/// What carries rows out.
pub(super) struct Carrier<'a, T> {
    pub(super) session: &'a Session<T>,
    pub(super) table: &'a Table,
    pub(super) kind: Kind,
    pub(super) options: &'a CallOptions,
    /// Whether the table takes the message; cleared when that turns out wrong.
    pub(super) message: Cell<bool>,
    /// Whether there is an idempotency key.
    pub(super) keyed: bool,
    /// Whether a call under it was begun before.
    pub(super) may_be_done: bool,
}

/// What became of a chunk.
#[derive(Debug)]
pub(super) struct Carried {
    pub(super) results: Vec<RowResult>,
    /// Whether a row kept the others of its message out.
    pub(super) broke: bool,
    pub(super) hint: Option<usize>,
    /// Why nothing more can be done, where that is so.
    pub(super) ended: Option<Error>,
}

/// What became of a row.
enum Fate {
    Done(Outcome),
    Failed(Error),
}

/// A chunk on its way.
struct Way {
    rows: Vec<Ready>,
    fates: Vec<Option<Fate>>,
    /// Whether an attempt may have been carried out whose answer did not come.
    uncertain: bool,
    broke: bool,
    hint: Option<usize>,
}

impl Way {
    /// The rows of which nothing is known yet.
    fn open(&self) -> Vec<usize> {
        let fates = self.fates.iter().enumerate();
        fates
            .filter_map(|(at, fate)| fate.is_none().then_some(at))
            .collect()
    }

    fn settle(&mut self, at: usize, fate: Fate) {
        if let Some(slot) = self.fates.get_mut(at) {
            *slot = Some(fate);
        }
    }
}

impl<T: Transport> Carrier<'_, T> {
    /// Carries the rows out.
    pub(super) async fn carry(&self, rows: Vec<Ready>) -> Carried {
        let mut way = Way {
            fates: rows.iter().map(|_| None).collect(),
            rows,
            uncertain: false,
            broke: false,
            hint: None,
        };
        let ended = self.all(&mut way).await.err();
        let left = match &ended {
            Some(Error::Unavailable(_)) => Outcome::Unknown,
            Some(_) if way.uncertain => Outcome::Unknown,
            _ => Outcome::NotBegun,
        };
        let results = way
            .rows
            .into_iter()
            .zip(way.fates)
            .map(|(row, fate)| match fate {
                Some(Fate::Done(outcome)) => {
                    let id = row.id().map(|id| id.to_string());
                    RowResult::done(row.line, outcome, id, row.notes)
                }
                Some(Fate::Failed(error)) => {
                    RowResult::not_done(row.line, Outcome::Failed, Some(error), row.given)
                }
                None => RowResult::not_done(row.line, left, ended.clone(), row.given),
            });
        Carried {
            results: results.collect(),
            broke: way.broke,
            hint: way.hint,
            ended,
        }
    }

    async fn all(&self, way: &mut Way) -> Result<(), Error> {
        // Most of what an earlier call had begun is there: asking is cheaper than being refused.
        if self.kind == Kind::Create && self.may_be_done {
            self.look(way, &way.open()).await?;
        }
        if self.message.get() {
            self.together(way).await?;
        }
        self.each(way).await
    }

    /// Sends what may go along with others as one message, until no row of it is known to be there already.
    async fn together(&self, way: &mut Way) -> Result<(), Error> {
        loop {
            let going: Vec<usize> = way
                .open()
                .into_iter()
                .filter(|at| {
                    way.rows
                        .get(*at)
                        .is_some_and(|row| row.goes_along(self.kind))
                })
                .collect();
            if going.is_empty() {
                return Ok(());
            }
            let targets = going.iter().filter_map(|at| way.rows.get(*at));
            let targets: Vec<String> = targets.map(|row| self.target(row)).collect();
            let (rows, message) = (self.table.rows(), self.kind.message());
            let client = self.session.client();
            let sent = client
                .multiple(&rows, message, &targets, self.options)
                .await?;
            way.uncertain |= sent.uncertain;
            way.hint = sent.hint.or(way.hint);
            match sent.result {
                Ok(()) => {
                    for at in going {
                        way.settle(at, Fate::Done(self.kind.outcome()));
                    }
                    return Ok(());
                }
                Err(error) if ends(&error) => return Err(error),
                Err(Error::Conflict(_)) if self.kind == Kind::Create => {
                    let before = way.open().len();
                    self.look(way, &going).await?;
                    if way.open().len() == before {
                        way.broke = true;
                        return Ok(());
                    }
                }
                Err(error) => {
                    match error.failure().and_then(|failure| failure.status) {
                        // The table has no such message, whatever its metadata says.
                        Some(501) => self.message.set(false),
                        // What failed within the service may have been kept there by an elastic table.
                        Some(500) => way.uncertain = true,
                        _ => {}
                    }
                    // Of an elastic table some rows are written and some are not.
                    way.uncertain |= self.kind == Kind::Delete;
                    way.broke = true;
                    return Ok(());
                }
            }
        }
    }

    /// Sends what is left in batches, each row as a request of its own.
    async fn each(&self, way: &mut Way) -> Result<(), Error> {
        let mut waited = None;
        for round in 0..ROUNDS {
            let going = way.open();
            if going.is_empty() {
                return Ok(());
            }
            if let Some(wait) = waited {
                self.session.transport().sleep(wait).await;
            }
            waited = Some(WAIT);
            let mut items = Vec::with_capacity(going.len());
            for at in &going {
                if let Some(row) = way.rows.get(*at) {
                    items.push(Item::Single(self.part(row, items.len() + 1)?));
                }
            }
            let client = self.session.client();
            let sent = client
                .attempt_batch(&items, true, Safety::Repeatable)
                .await?;
            way.uncertain |= sent.uncertain;
            way.hint = sent.hint.or(way.hint);
            let mut collided = Vec::new();
            for (at, fate) in going.into_iter().zip(sent.fates?) {
                let error = match fate {
                    PartFate::Answered(response) if response.status < 400 => {
                        let outcome = self.outcome(&response);
                        way.settle(at, Fate::Done(outcome));
                        continue;
                    }
                    PartFate::Answered(response) => self.error(&response),
                    // Nothing of the kind comes where the batch goes on and has no change sets.
                    _ => continue,
                };
                match error {
                    Error::Throttled { retry_after, .. } if round + 1 < ROUNDS => {
                        waited = waited.max(retry_after);
                    }
                    Error::Unavailable(_) if round + 1 < ROUNDS => way.uncertain = true,
                    Error::Conflict(_) if self.kind == Kind::Create => collided.push((at, error)),
                    Error::NotFound(_) if self.kind == Kind::Delete && way.uncertain => {
                        way.settle(at, Fate::Done(self.kind.outcome()));
                    }
                    Error::NotFound(_) if self.kind == Kind::Delete && self.may_be_done => {
                        way.settle(at, Fate::Done(self.kind.outcome_before()));
                    }
                    error => way.settle(at, Fate::Failed(error)),
                }
            }
            if !collided.is_empty() {
                let at: Vec<usize> = collided.iter().map(|(at, _)| *at).collect();
                self.look(way, &at).await?;
                for (at, error) in collided {
                    if way.fates.get(at).is_some_and(Option::is_none) {
                        way.settle(at, Fate::Failed(error));
                    }
                }
            }
        }
        Ok(())
    }

    /// Settles those of these new rows that are there.
    async fn look(&self, way: &mut Way, at: &[usize]) -> Result<(), Error> {
        let of = |at: usize| way.rows.get(at)?.id();
        let ids: Vec<RowId> = at.iter().filter_map(|at| of(*at)).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let client = self.session.client();
        let rows = self.table.rows();
        let there = client.existing(&rows, &ids, self.options).await?;
        for at in at {
            let Some(row) = way.rows.get(*at) else {
                continue;
            };
            if row.id().is_none_or(|id| !there.contains(&id)) {
                continue;
            }
            let fate = if self.may_be_done {
                Fate::Done(self.kind.outcome_before())
            } else if way.uncertain || !(row.own || self.keyed) {
                // Nobody else knows an id that was drawn here, or that an attempt of this call has sent.
                Fate::Done(Outcome::Created)
            } else if row.own {
                Fate::Failed(Error::invalid(
                    format!("/{}", self.table.primary_id),
                    "a row with this id is there already: update it, or leave the id out",
                ))
            } else {
                Fate::Done(self.kind.outcome_before())
            };
            way.settle(*at, fate);
        }
        Ok(())
    }

    /// The row as an element of a message.
    fn target(&self, row: &Ready) -> String {
        let mut target = row.body.clone();
        let kind = format!("Microsoft.Dynamics.CRM.{}", self.table.name);
        target.insert("@odata.type".to_owned(), Value::from(kind));
        match &row.key {
            RowKey::Id(id) => {
                target.insert(self.table.primary_id.clone(), Value::from(id.to_string()));
            }
            RowKey::Alternate(_) => {
                let (address, _) = row.key.address(&self.table.set, "");
                target.insert("@odata.id".to_owned(), Value::from(address));
            }
        }
        Value::Object(target).to_string()
    }

    /// The row as a request of its own.
    fn part(&self, row: &Ready, number: usize) -> Result<Part, Error> {
        let nested = self.kind == Kind::Create && !row.goes_along(self.kind);
        let mut body = row.body.clone();
        let base = self.session.client().base();
        let url = if nested {
            // Rows within rows are taken by POST only; the id in the body makes a repeat collide.
            if let Some(id) = row.id() {
                body.insert(self.table.primary_id.clone(), json!(id.to_string()));
            }
            base.url(self.table.set.as_str(), "")?
        } else {
            let (resource, query) = row.key.address(&self.table.set, "");
            base.url(&resource, &query)?
        };
        let mut options = self.options.clone();
        options.precondition = match self.kind {
            Kind::Create if !nested => Some(Precondition::Absent),
            Kind::Update => Some(Precondition::Exists),
            _ => None,
        };
        Ok(Part {
            number,
            method: match self.kind {
                Kind::Create if nested => Method::Post,
                Kind::Delete => Method::Delete,
                _ => Method::Patch,
            },
            url,
            options,
            body: (self.kind != Kind::Delete).then(|| Value::Object(body).to_string().into_bytes()),
        })
    }

    fn outcome(&self, response: &Response) -> Outcome {
        match (self.kind, response.status) {
            (Kind::Upsert, 201) => Outcome::Created,
            (Kind::Upsert, 200) => Outcome::Updated,
            (kind, _) => kind.outcome(),
        }
    }

    fn error(&self, response: &Response) -> Error {
        reply::within_row(reply::error_of(response), "")
    }
}

/// Whether the error is of all rows and not of one among them.
fn ends(error: &Error) -> bool {
    match error {
        Error::Unauthenticated(_)
        | Error::Throttled { .. }
        | Error::Internal(_)
        | Error::CursorExpired(_) => true,
        // A row may make logic of the organisation fail within the service.
        Error::Unavailable(failure) => failure.status != Some(500),
        _ => false,
    }
}

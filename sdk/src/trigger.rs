//! A trigger: one declaration, two types, and the functions that its delivery needs.

use std::future::Future;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::{Error, Service, Transport, declare::TriggerDeclaration};

/// One thing that a connector can watch for.
///
/// One that is polled has [`poll`](Self::poll); one that the service calls has the other three.
pub trait Trigger<S: Service>: 'static {
    /// How it is called and what is said of it.
    const DECLARATION: TriggerDeclaration;

    /// How it writes, where its form depends on that, as for an action.
    const WRITES: Option<S::Writes> = None;

    /// What to watch.
    type Config: DeserializeOwned + JsonSchema;

    /// What an event carries.
    type Payload: JsonSchema;

    /// The events from `start` on, as far as one page goes.
    ///
    /// # Errors
    /// Whatever keeps the service from answering; [`Error::CursorExpired`] for a cursor that is too
    /// old for it.
    fn poll<T: Transport>(
        _session: &S::Session<T>,
        _config: Self::Config,
        _start: Start<'_>,
    ) -> impl Future<Output = Result<Page, Error>> {
        std::future::ready(Err(not_so(&Self::DECLARATION, "is not asked")))
    }

    /// Registers `callback_url` with the service. The same address again replaces the registration.
    ///
    /// # Errors
    /// Whatever keeps the service from registering it.
    fn subscribe<T: Transport>(
        _session: &S::Session<T>,
        _config: Self::Config,
        _callback_url: &str,
    ) -> impl Future<Output = Result<Registration, Error>> {
        std::future::ready(Err(not_so(
            &Self::DECLARATION,
            "has nothing to subscribe to",
        )))
    }

    /// Lets a registration last longer; the answer takes its place. Needed where
    /// [`subscribe`](Self::subscribe) says when one ends.
    ///
    /// # Errors
    /// Whatever keeps the service from doing so.
    fn renew<T: Transport>(
        _session: &S::Session<T>,
        _config: Self::Config,
        _handle: &str,
    ) -> impl Future<Output = Result<Registration, Error>> {
        std::future::ready(Err(not_so(&Self::DECLARATION, "has nothing to renew")))
    }

    /// Whether a registration stands as it was made, exactly once.
    ///
    /// # Errors
    /// Whatever keeps the service from answering.
    fn verify<T: Transport>(
        _session: &S::Session<T>,
        _config: Self::Config,
        _handle: &str,
    ) -> impl Future<Output = Result<bool, Error>> {
        std::future::ready(Err(not_so(
            &Self::DECLARATION,
            "has nothing to subscribe to",
        )))
    }

    /// Takes a registration back; one that is gone already is taken back.
    ///
    /// # Errors
    /// Whatever keeps the service from doing so.
    fn unsubscribe<T: Transport>(
        _session: &S::Session<T>,
        _handle: &str,
    ) -> impl Future<Output = Result<(), Error>> {
        std::future::ready(Err(not_so(
            &Self::DECLARATION,
            "has nothing to subscribe to",
        )))
    }

    /// Turns one call of the service into events; what it leaves out may be read. The host has already
    /// checked the callback's key.
    ///
    /// # Errors
    /// The call is none of the service's, or what it leaves out cannot be read.
    fn receive<T: Transport>(
        _session: &S::Session<T>,
        _config: Self::Config,
        _request: &Callback,
    ) -> impl Future<Output = Result<Receipt, Error>> {
        std::future::ready(Err(not_so(
            &Self::DECLARATION,
            "takes no calls of the service",
        )))
    }
}

fn not_so(declaration: &TriggerDeclaration, what: &str) -> Error {
    Error::invalid("", format!("the trigger `{}` {what}", declaration.name))
}

/// Where a poll starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start<'a> {
    /// Now: pages without events, up to the first that has no `more`.
    Now,
    /// What happened since this RFC 3339 time, as far as the service can still tell.
    Since(&'a str),
    /// Where the page with this cursor ended.
    Cursor(&'a str),
    /// The same, though the service takes this cursor no more: everything is read anew, and becomes an event
    /// only where it differs from what the cursor stood for.
    Expired(&'a str),
}

/// What stands in the service, so that it calls the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// JSON: what renewing, verifying and taking it back need.
    pub handle: String,
    /// RFC 3339 time at which the service drops it unless it is renewed; without one it stays.
    pub expires_at: Option<String>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The same event always has the same id: a host can drop repeats.
    pub id: String,
    /// What happened, in the trigger's own words, such as `created`.
    pub kind: String,
    /// RFC 3339 time at which it happened in the service, where that is known.
    pub occurred_at: Option<String>,
    /// JSON, as the trigger's payload schema describes it.
    pub payload: String,
}

/// What one poll found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The events, oldest first.
    pub events: Vec<Event>,
    /// JSON: where the next poll starts.
    pub cursor: String,
    /// More is waiting: ask again at once.
    pub more: bool,
    /// What may have happened and can never be told, in words for people.
    pub missed: Option<String>,
}

/// One call of the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// HTTP method.
    pub method: String,
    /// Path and query, encoded.
    pub path_with_query: String,
    /// Header fields in order.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body as it came.
    pub body: Vec<u8>,
}

/// What to answer the service, and the events that its call carried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// HTTP status.
    pub status: u16,
    /// Header fields.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body.
    pub body: Vec<u8>,
    /// The events.
    pub events: Vec<Event>,
}

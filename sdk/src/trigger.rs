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

    /// The events since `cursor`; without one, no events and a cursor that stands for now.
    ///
    /// # Errors
    /// Whatever keeps the service from answering; [`Error::CursorExpired`] for a cursor that is too
    /// old for it.
    fn poll<T: Transport>(
        _session: &S::Session<T>,
        _config: Self::Config,
        _cursor: Option<&str>,
    ) -> impl Future<Output = Result<Page, Error>> {
        std::future::ready(Err(not_so(&Self::DECLARATION, "is not asked")))
    }

    /// Registers `callback_url` with the service; the answer, a JSON document, is what
    /// [`unsubscribe`](Self::unsubscribe) needs. The same address again replaces the registration.
    ///
    /// # Errors
    /// Whatever keeps the service from registering it.
    fn subscribe<T: Transport>(
        _session: &S::Session<T>,
        _config: Self::Config,
        _callback_url: &str,
    ) -> impl Future<Output = Result<String, Error>> {
        std::future::ready(Err(not_so(
            &Self::DECLARATION,
            "has nothing to subscribe to",
        )))
    }

    /// Takes a registration back.
    ///
    /// # Errors
    /// Whatever keeps the service from doing so.
    fn unsubscribe<T: Transport>(
        _session: &S::Session<T>,
        _subscription: &str,
    ) -> impl Future<Output = Result<(), Error>> {
        std::future::ready(Err(not_so(
            &Self::DECLARATION,
            "has nothing to subscribe to",
        )))
    }

    /// Turns one call of the service into events. The host has already checked the callback's key.
    ///
    /// # Errors
    /// The call is none of the service's.
    fn receive(_config: Self::Config, _request: &Callback) -> Result<Receipt, Error> {
        Err(not_so(&Self::DECLARATION, "takes no calls of the service"))
    }
}

fn not_so(declaration: &TriggerDeclaration, what: &str) -> Error {
    Error::invalid("", format!("the trigger `{}` {what}", declaration.name))
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

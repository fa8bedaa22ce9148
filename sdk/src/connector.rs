//! A connector: what it is called, how one connects, and what it offers.

use std::future::Future;

use serde_json::{Map, Value};

use crate::{
    ActionEntry, Error, Service, Transport, TriggerEntry,
    declare::{ConnectionKind, Identity},
    dialect::Operation,
};

/// Everything that a component exports, in plain Rust; [`export!`](crate::export) makes one of it.
pub trait Connector: 'static {
    /// What its actions run against.
    type Service: Service;

    /// What it is called.
    const IDENTITY: Identity;

    /// Every way to connect, the usual one first.
    fn connections() -> Vec<ConnectionKind>;

    /// Every action, in the order in which a person should meet them.
    fn actions<T: Transport>() -> &'static [ActionEntry<Self::Service, T>];

    /// Every trigger, in the same order.
    fn triggers<T: Transport>() -> &'static [TriggerEntry<Self::Service, T>] {
        &[]
    }

    /// The operations of other systems that stand for its actions, in groups. A name that several systems
    /// have means the first of them.
    fn operations() -> &'static [&'static [Operation]] {
        &[]
    }

    /// Whether the connection is to the place that an operation of another system names, such as an
    /// organisation by one of its names.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] where it is to another one.
    fn is_here<T: Transport>(
        _session: &SessionOf<Self, T>,
        place: &str,
    ) -> impl Future<Output = Result<(), Error>> {
        std::future::ready(Err(Error::invalid(
            "",
            format!("this connection knows no place `{place}`"),
        )))
    }

    /// What the service calls the list of all things of a kind, where an operation of another system gives
    /// that in place of the kind.
    ///
    /// # Errors
    /// What the service answered instead.
    fn list_of<T: Transport>(
        _session: &SessionOf<Self, T>,
        kind: &str,
    ) -> impl Future<Output = Result<String, Error>> {
        std::future::ready(Ok(kind.to_owned()))
    }

    /// Proves that the connection works: answers as a JSON document whom it speaks as.
    ///
    /// # Errors
    /// What the service answered instead; [`Error::Unauthenticated`] when the credential was refused.
    fn check<T: Transport>(
        session: &SessionOf<Self, T>,
    ) -> impl Future<Output = Result<String, Error>>;

    /// The entries of the drop-down `source`, given the form so far.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] when there is no such source or the form lacks what it needs.
    fn choices<T: Transport>(
        _session: &SessionOf<Self, T>,
        source: &str,
        _form: &Map<String, Value>,
    ) -> impl Future<Output = Result<Vec<Choice>, Error>> {
        std::future::ready(Err(Error::invalid(
            "",
            format!("there is no drop-down `{source}`; this connector has none"),
        )))
    }

    /// The schema of an operation's input, given the form so far; as it is, unless a connector knows
    /// more.
    ///
    /// # Errors
    /// Whatever keeps it from knowing more.
    fn refine<T: Transport>(
        _session: &SessionOf<Self, T>,
        refinement: Refinement<Self::Service>,
    ) -> impl Future<Output = Result<Value, Error>> {
        std::future::ready(Ok(refinement.schema))
    }
}

/// The session of a connector's service.
pub type SessionOf<C, T> = <<C as Connector>::Service as Service>::Session<T>;

/// One entry of a drop-down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What goes into the input.
    pub value: Value,
    /// What a person reads.
    pub label: String,
}

/// An operation whose form is partly filled in.
#[derive(Clone, Debug)]
pub struct Refinement<S: Service> {
    /// Name of the action or trigger.
    pub operation: &'static str,
    /// How it writes, as it declares.
    pub writes: Option<S::Writes>,
    /// The form so far.
    pub form: Map<String, Value>,
    /// The schema of its input as the manifest has it.
    pub schema: Value,
}

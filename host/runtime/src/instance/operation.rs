//! The contract's exports that answer once, each a type that knows what it is answered with, so that one
//! driver serves them all and nobody has to take an answer apart.

use super::held::Held;
use super::state::State;
use crate::contract::{self, Exports, exports, types};
use crate::error::HostError;
use tracing::Span;
use wasmtime::component::Accessor;

/// One call into a component that answers once.
pub(crate) trait Operation: Sized + Send + 'static {
    /// What the component hands over.
    type Given: Send;
    /// The same, counted as its tenant's.
    type Kept: Send + 'static;

    /// Calls the export. The outer error is a trap, the inner one an answer.
    fn call(
        self,
        accessor: &Accessor<State>,
        exports: &Exports,
    ) -> impl Future<Output = wasmtime::Result<Result<Self::Given, types::Error>>> + Send;

    /// Counts what was answered.
    ///
    /// # Errors
    /// Its tenant has no room for it. Only this call ends with that: the instance did nothing wrong.
    fn keep(given: Self::Given, accessor: &Accessor<State>) -> Result<Self::Kept, HostError>;
}

/// Proves that a connection works.
pub(crate) struct Check {
    pub(crate) connection: types::Connection,
}

/// Asks for the entries of a drop-down.
pub(crate) struct Choices {
    pub(crate) connection: types::Connection,
    pub(crate) source: String,
    pub(crate) form: String,
}

/// Asks for the schema of an input once part of it is known.
pub(crate) struct Refine {
    pub(crate) connection: types::Connection,
    pub(crate) operation: String,
    pub(crate) form: String,
}

/// Runs an action.
pub(crate) struct Invoke(pub(crate) exports::actions::Request);

/// Asks a trigger what has happened.
pub(crate) struct Ask {
    pub(crate) connection: types::Connection,
    pub(crate) trigger: String,
    pub(crate) config: String,
    pub(crate) start: exports::triggers::Start,
}

/// A text that a component answered, counted as its tenant's for as long as it is kept.
pub(crate) struct Text {
    pub(crate) text: String,
    _held: Held,
}

impl Text {
    /// # Errors
    /// As [`Operation::keep`].
    pub(super) fn of(text: String, accessor: &Accessor<State>) -> Result<Self, HostError> {
        let held = accessor.with(|mut access| access.get().answer(text.len()))?;
        Ok(Self { text, _held: held })
    }
}

/// Runs `operation` inside the store's event loop. The outer error is a trap, the inner one an answer.
pub(super) async fn perform<O: Operation>(
    operation: O,
    accessor: &Accessor<State>,
    exports: &Exports,
) -> wasmtime::Result<Result<O::Kept, HostError>> {
    let (door, since) = accessor.with(|mut access| {
        let state = access.data_mut();
        state.cpu.reset();
        (state.door(), state.next_refusal())
    });
    let _inside = door.in_flight.enter(Span::current());
    Ok(match operation.call(accessor, exports).await? {
        Ok(given) => O::keep(given, accessor),
        Err(error) => Err(accessor
            .with(|mut access| access.get().told(since, error))
            .into()),
    })
}

impl Operation for Check {
    type Given = String;
    type Kept = Text;

    async fn call(
        self,
        accessor: &Accessor<State>,
        exports: &Exports,
    ) -> wasmtime::Result<Result<String, types::Error>> {
        let discovery = exports.airlock_connector_discovery();
        discovery.call_check(accessor, self.connection).await
    }

    fn keep(given: String, accessor: &Accessor<State>) -> Result<Text, HostError> {
        Text::of(given, accessor)
    }
}

impl Operation for Choices {
    type Given = Vec<exports::discovery::Choice>;
    /// JSON value and label of each.
    type Kept = Vec<(Text, String)>;

    async fn call(
        self,
        accessor: &Accessor<State>,
        exports: &Exports,
    ) -> wasmtime::Result<Result<Self::Given, types::Error>> {
        let discovery = exports.airlock_connector_discovery();
        discovery
            .call_choices(accessor, self.connection, self.source, self.form)
            .await
    }

    fn keep(given: Self::Given, accessor: &Accessor<State>) -> Result<Self::Kept, HostError> {
        let mut entries = Vec::with_capacity(given.len());
        for choice in given {
            entries.push((Text::of(choice.value, accessor)?, choice.label));
        }
        Ok(entries)
    }
}

impl Operation for Refine {
    type Given = String;
    type Kept = Text;

    async fn call(
        self,
        accessor: &Accessor<State>,
        exports: &Exports,
    ) -> wasmtime::Result<Result<String, types::Error>> {
        let discovery = exports.airlock_connector_discovery();
        discovery
            .call_refine(accessor, self.connection, self.operation, self.form)
            .await
    }

    fn keep(given: String, accessor: &Accessor<State>) -> Result<Text, HostError> {
        Text::of(given, accessor)
    }
}

impl Operation for Invoke {
    type Given = String;
    type Kept = Text;

    async fn call(
        self,
        accessor: &Accessor<State>,
        exports: &Exports,
    ) -> wasmtime::Result<Result<String, types::Error>> {
        let actions = exports.airlock_connector_actions();
        actions.call_invoke(accessor, self.0).await
    }

    fn keep(given: String, accessor: &Accessor<State>) -> Result<Text, HostError> {
        Text::of(given, accessor)
    }
}

impl Operation for Ask {
    type Given = exports::triggers::Page;
    type Kept = (exports::triggers::Page, Held);

    async fn call(
        self,
        accessor: &Accessor<State>,
        exports: &Exports,
    ) -> wasmtime::Result<Result<Self::Given, types::Error>> {
        let triggers = exports.airlock_connector_triggers();
        triggers
            .call_poll(
                accessor,
                self.connection,
                self.trigger,
                self.config,
                self.start,
            )
            .await
    }

    fn keep(given: Self::Given, accessor: &Accessor<State>) -> Result<Self::Kept, HostError> {
        let size = contract::page_size(&given);
        let held = accessor.with(|mut access| access.get().answer(size))?;
        Ok((given, held))
    }
}

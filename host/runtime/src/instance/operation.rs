//! The contract's asynchronous exports as values, so that one driver serves them all.

use super::held::Held;
use super::state::State;
use crate::contract::{self, Exports, exports, types};
use crate::error::HostError;
use tracing::Span;
use wasmtime::component::Accessor;

/// One call into a component that answers once.
pub(crate) enum Operation {
    Check {
        connection: types::Connection,
    },
    Choices {
        connection: types::Connection,
        source: String,
        form: String,
    },
    Refine {
        connection: types::Connection,
        operation: String,
        form: String,
    },
    Invoke(exports::actions::Request),
    Poll {
        connection: types::Connection,
        trigger: String,
        config: String,
        start: exports::triggers::Start,
    },
}

/// What a component answered.
pub(crate) enum Answer {
    /// A JSON document.
    Json(Text),
    /// Drop-down entries: JSON value and label.
    Choices(Vec<(Text, String)>),
    /// What a poll found, counted as its tenant's for as long as it is kept.
    Polled(exports::triggers::Page, Held),
}

/// A text that a component answered, counted as its tenant's for as long as it is kept.
pub(crate) struct Text {
    pub(crate) text: String,
    _held: Held,
}

impl Text {
    /// # Errors
    /// Its tenant has no room for it. Only this call ends with that: the instance did nothing wrong.
    pub(super) fn of(text: String, accessor: &Accessor<State>) -> Result<Self, HostError> {
        let held = accessor.with(|mut access| access.get().answer(text.len()))?;
        Ok(Self { text, _held: held })
    }
}

impl Operation {
    /// Runs inside the store's event loop. The outer error is a trap, the inner one an answer.
    pub(crate) async fn perform(
        self,
        accessor: &Accessor<State>,
        exports: &Exports,
    ) -> wasmtime::Result<Result<Answer, HostError>> {
        let (door, since) = accessor.with(|mut access| {
            let state = access.data_mut();
            state.cpu.reset();
            (state.door(), state.next_refusal())
        });
        let _inside = door.in_flight.enter(Span::current());
        let told = |error| accessor.with(|mut access| access.get().told(since, error));
        let json = |answer: Result<String, types::Error>| {
            let text = answer.map_err(told)?;
            Ok(Answer::Json(Text::of(text, accessor)?))
        };
        Ok(match self {
            Self::Check { connection } => json(
                exports
                    .airlock_connector_discovery()
                    .call_check(accessor, connection)
                    .await?,
            ),
            Self::Choices {
                connection,
                source,
                form,
            } => exports
                .airlock_connector_discovery()
                .call_choices(accessor, connection, source, form)
                .await?
                .map_err(|error| told(error).into())
                .and_then(|choices| {
                    let mut entries = Vec::with_capacity(choices.len());
                    for choice in choices {
                        entries.push((Text::of(choice.value, accessor)?, choice.label));
                    }
                    Ok(Answer::Choices(entries))
                }),
            Self::Refine {
                connection,
                operation,
                form,
            } => json(
                exports
                    .airlock_connector_discovery()
                    .call_refine(accessor, connection, operation, form)
                    .await?,
            ),
            Self::Poll {
                connection,
                trigger,
                config,
                start,
            } => exports
                .airlock_connector_triggers()
                .call_poll(accessor, connection, trigger, config, start)
                .await?
                .map_err(|error| told(error).into())
                .and_then(|page| {
                    let size = contract::page_size(&page);
                    let held = accessor.with(|mut access| access.get().answer(size))?;
                    Ok(Answer::Polled(page, held))
                }),
            Self::Invoke(request) => json(
                exports
                    .airlock_connector_actions()
                    .call_invoke(accessor, request)
                    .await?,
            ),
        })
    }
}

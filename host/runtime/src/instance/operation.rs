//! The contract's asynchronous exports as values, so that one driver serves them all.

use super::state::State;
use crate::contract::{Exports, exports, types};
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
}

/// What a component answered.
pub(crate) enum Answer {
    /// A JSON document.
    Json(String),
    /// Drop-down entries: JSON value and label.
    Choices(Vec<(String, String)>),
}

impl Operation {
    /// Runs inside the store's event loop. The outer error is a trap, the inner one an answer.
    pub(crate) async fn perform(
        self,
        accessor: &Accessor<State>,
        exports: &Exports,
    ) -> wasmtime::Result<Result<Answer, types::Error>> {
        accessor.with(|mut access| access.data_mut().cpu.reset());
        Ok(match self {
            Self::Check { connection } => exports
                .discovery(accessor)?
                .call_check(accessor, connection)
                .await?
                .map(Answer::Json),
            Self::Choices {
                connection,
                source,
                form,
            } => exports
                .discovery(accessor)?
                .call_choices(accessor, connection, source, form)
                .await?
                .map(|choices| {
                    Answer::Choices(
                        choices
                            .into_iter()
                            .map(|choice| (choice.value, choice.label))
                            .collect(),
                    )
                }),
            Self::Refine {
                connection,
                operation,
                form,
            } => exports
                .discovery(accessor)?
                .call_refine(accessor, connection, operation, form)
                .await?
                .map(Answer::Json),
            Self::Invoke(request) => exports.invoke(accessor, request).await?.map(Answer::Json),
        })
    }
}

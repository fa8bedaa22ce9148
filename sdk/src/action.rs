//! An action: one declaration, two types and one function.

use std::future::Future;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::{Answer, Error, Service, Summary, Transport, declare::Declaration, stream::Pipe};

/// One thing that a connector can do with the service `S`.
///
/// The manifest, the flags of the command line, the check of an input and the dispatch of a call all
/// follow from what is said here.
pub trait Action<S: Service>: 'static {
    /// How it is called and what is said of it.
    const DECLARATION: Declaration;

    /// How it writes, where its form depends on that.
    const WRITES: Option<S::Writes> = None;

    /// What it takes.
    type Input: DeserializeOwned + JsonSchema;

    /// What it answers.
    type Output: Answer + JsonSchema;

    /// Does it. A key comes only to an action that is declared idempotent.
    ///
    /// # Errors
    /// Whatever keeps it from being done.
    fn run<T: Transport>(
        session: &S::Session<T>,
        input: Self::Input,
        key: Option<IdempotencyKey<'_>>,
    ) -> impl Future<Output = Result<Self::Output, Error>>;

    /// Does it piece by piece. Called only if the declaration names what is streamed; a source is
    /// there if it names what is taken.
    ///
    /// # Errors
    /// Whatever keeps it from being done to its end; what was streamed before stays valid.
    fn pipe<T: Transport>(
        _session: &S::Session<T>,
        _input: Self::Input,
        _key: Option<IdempotencyKey<'_>>,
        _pipe: Pipe<'_>,
    ) -> impl Future<Output = Result<Summary, Error>> {
        std::future::ready(Err(Error::Internal(format!(
            "`{}` is declared to stream and does not",
            Self::DECLARATION.name
        ))))
    }
}

/// The idempotency key of a call: same key, same effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdempotencyKey<'a> {
    /// The key itself, never empty.
    pub text: &'a str,
    /// Whether a call with it was begun before and nobody knows what became of it.
    pub may_be_done: bool,
}

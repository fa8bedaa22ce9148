//! What the connector can do: one declaration and one function per action.
//!
//! The manifest, the flags of the command line, the check of an input and the dispatch of a call
//! all follow from the types and the declaration that an [`Action`] names. A new action is a new
//! file and one more line in the list below.

mod answer;
mod decode;
mod faults;
pub mod options;
mod session;
mod stream;

pub mod create_row;
pub mod delete_row;
pub mod get_current_user;
pub mod get_row;
pub mod list_rows;
pub mod raw_request;
pub mod update_row;
pub mod upsert_row;
pub mod written;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::future::Future;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

pub use answer::Answer;
pub use decode::form;
pub(crate) use get_current_user::who;
pub use session::Session;
pub use stream::{Closed, Sink};

use crate::{
    manifest::{
        about::{self, Declaration},
        schema,
    },
    tables::nearest::{did_you_mean, nearest},
    webapi::{Error, Failure, Transport},
};

/// One thing that the connector can do.
pub trait Action {
    /// How it is called and what is said of it.
    const DECLARATION: Declaration;
    /// What it takes.
    type Input: DeserializeOwned + JsonSchema;
    /// What it answers.
    type Output: Answer + JsonSchema;

    /// Does it.
    ///
    /// # Errors
    /// Whatever keeps it from being done.
    fn run<T: Transport>(
        session: &Session<T>,
        input: Self::Input,
        key: Option<&str>,
    ) -> impl Future<Output = Result<Self::Output, Error>>;

    /// What to answer when the row is gone and an earlier attempt at the same call may be why; only
    /// for actions that want it gone.
    fn gone_before() -> Option<Self::Output> {
        None
    }
}

/// A call as it comes from the host.
#[derive(Clone, Debug)]
pub struct Call {
    /// Name of the action, or one of its aliases.
    pub action: String,
    /// Its input as JSON.
    pub input: String,
    /// Same key, same effect.
    pub idempotency_key: Option<String>,
    /// An earlier attempt under this key began, and how it ended is not known.
    pub may_be_done: bool,
}

macro_rules! actions {
    ($($action:ty),+ $(,)?) => {
        /// Every declaration, in the order in which a person should meet them.
        pub const DECLARATIONS: &[Declaration] = &[$(<$action as Action>::DECLARATION),+];

        /// Every action with its schemas.
        #[must_use]
        pub fn catalogue() -> Vec<about::Action> {
            vec![$(about::Action {
                declaration: <$action as Action>::DECLARATION,
                input: schema::of::<<$action as Action>::Input>(),
                output: schema::of_output::<<$action as Action>::Output>(),
            }),+]
        }

        /// Runs an action and answers its whole output as JSON.
        ///
        /// # Errors
        /// The action is unknown, its input is wrong, or it could not be done.
        pub async fn invoke<T: Transport>(
            session: &Session<T>,
            call: &Call,
        ) -> Result<String, Error> {
            let name = find(&call.action)?.name;
            $(if name == <$action as Action>::DECLARATION.name {
                return run::<$action, T>(session, call).await;
            })+
            Err(unknown(&call.action))
        }

        /// The input schema of the action called `name`.
        ///
        /// # Errors
        /// The action is unknown.
        pub fn input_schema(name: &str) -> Result<serde_json::Value, Error> {
            let found = find(name)?.name;
            $(if found == <$action as Action>::DECLARATION.name {
                return Ok(schema::of::<<$action as Action>::Input>());
            })+
            Err(unknown(name))
        }
    };
}

actions![
    list_rows::ListRows,
    get_row::GetRow,
    create_row::CreateRow,
    update_row::UpdateRow,
    upsert_row::UpsertRow,
    delete_row::DeleteRow,
    get_current_user::GetCurrentUser,
    raw_request::RawRequest,
];

async fn run<A: Action, T: Transport>(session: &Session<T>, call: &Call) -> Result<String, Error> {
    let input = decode::decode::<A::Input>(&call.input)?;
    let output = match A::run(session, input, call.idempotency_key.as_deref()).await {
        Err(error) if call.may_be_done => after_an_attempt(error, A::gone_before())?,
        result => result?,
    };
    output.text()
}

/// A refusal after an attempt whose end is not known: that attempt may be its reason.
fn after_an_attempt<O>(error: Error, gone_before: Option<O>) -> Result<O, Error> {
    let doubtful = |mut failure: Failure| {
        failure.message.push_str(
            " (an earlier attempt under this idempotency key may have done what was asked for; look at the row)",
        );
        failure
    };
    match error {
        Error::NotFound(failure) => gone_before.ok_or(Error::NotFound(doubtful(failure))),
        Error::Conflict(failure) => Err(Error::Conflict(doubtful(failure))),
        error => Err(error),
    }
}

/// A streaming run whose input has been read; [`Piping::run`] does it.
#[derive(Debug)]
pub struct Piping(list_rows::Input);

impl Piping {
    /// Media type of what is streamed: one JSON object per line.
    pub const CONTENT_TYPE: &'static str = "application/x-ndjson";

    /// Streams into `sink`, then answers the summary as JSON.
    ///
    /// # Errors
    /// Whatever keeps it from being done to its end; what was streamed before stays valid.
    pub async fn run<T: Transport>(
        self,
        session: &Session<T>,
        sink: &mut impl Sink,
    ) -> Result<String, Error> {
        list_rows::pipe(session, self.0, sink).await?.text()
    }
}

/// Reads the input of a streaming run.
///
/// # Errors
/// The action is unknown or does not stream, or its input is wrong.
pub fn pipe(call: &Call) -> Result<Piping, Error> {
    let declaration = find(&call.action)?;
    if declaration.traits.pipes {
        return decode::decode(&call.input).map(Piping);
    }
    Err(Error::invalid(
        "",
        format!(
            "`{}` answers all at once: invoke it instead of streaming it",
            declaration.name
        ),
    ))
}

/// The action called `name`: by its own name, or by an alias in any case.
///
/// # Errors
/// There is none; the message names the nearest one.
pub fn find(name: &str) -> Result<&'static Declaration, Error> {
    let by_name = DECLARATIONS.iter().find(|one| one.name == name);
    let by_alias = || {
        DECLARATIONS.iter().find(|one| {
            one.aliases
                .iter()
                .any(|alias| alias.eq_ignore_ascii_case(name))
        })
    };
    by_name.or_else(by_alias).ok_or_else(|| unknown(name))
}

fn unknown(name: &str) -> Error {
    let names = || DECLARATIONS.iter().map(|one| one.name);
    let near = nearest(name, names());
    let hint = if near.is_empty() {
        format!("; there are {}", names().collect::<Vec<_>>().join(", "))
    } else {
        did_you_mean(&near)
    };
    Error::invalid("", format!("there is no action `{name}`{hint}"))
}

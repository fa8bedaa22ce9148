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
        examples, schema,
    },
    tables::nearest::{did_you_mean, nearest},
    webapi::{Error, Transport},
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
        key: Option<Key<'_>>,
    ) -> impl Future<Output = Result<Self::Output, Error>>;
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
    /// Whether a call with this key was begun before and nobody knows what became of it.
    pub may_be_done: bool,
}

/// The idempotency key of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key<'a> {
    /// The key itself, never empty.
    pub text: &'a str,
    /// Whether a call with it was begun before and nobody knows what became of it.
    pub may_be_done: bool,
}

impl Call {
    /// The key, if there is one.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] for one that is empty: all calls that lack theirs would be the same.
    fn key(&self) -> Result<Option<Key<'_>>, Error> {
        let Some(text) = self.idempotency_key.as_deref() else {
            return Ok(None);
        };
        if text.trim().is_empty() {
            return Err(Error::invalid(
                "",
                "the idempotency key is empty: give each call a key of its own, or none",
            ));
        }
        Ok(Some(Key {
            text,
            may_be_done: self.may_be_done,
        }))
    }
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
                input: input_of::<$action>(),
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
                return Ok(input_of::<$action>());
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

fn input_of<A: Action>() -> serde_json::Value {
    examples::with(A::DECLARATION.name, schema::of::<A::Input>())
}

async fn run<A: Action, T: Transport>(session: &Session<T>, call: &Call) -> Result<String, Error> {
    let key = call.key()?;
    if key.is_some() && !A::DECLARATION.traits.idempotent {
        return Err(Error::invalid(
            "",
            format!(
                "`{}` takes no idempotency key: whether a repeat would land once depends on the request itself",
                A::DECLARATION.name
            ),
        ));
    }
    let input = decode::decode::<A::Input>(&call.input)?;
    let output = A::run(session, input, key).await?;
    output.text()
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
    call.key()?;
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

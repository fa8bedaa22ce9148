//! Calls of actions.

use super::named;
use crate::{
    ActionEntry, Connector, Error, IdempotencyKey, Service, Transport, declare::Declaration,
    entry::RunPiped, stream::Pipe,
};

/// A call as it comes from the host.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// Name of the action, one of its aliases, or an operation of another system.
    pub action: String,
    /// Its input as JSON.
    pub input: String,
    /// Same key, same effect.
    pub idempotency_key: Option<String>,
    /// Whether a call with this key was begun before and nobody knows what became of it.
    pub may_be_done: bool,
}

impl Invocation {
    /// The key, if there is one.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] for one that is empty, because all calls that lack theirs would be the
    /// same, and for one that the action could not keep.
    pub(super) fn key(
        &self,
        declaration: &Declaration,
    ) -> Result<Option<IdempotencyKey<'_>>, Error> {
        let Some(text) = self.idempotency_key.as_deref() else {
            return Ok(None);
        };
        if text.trim().is_empty() {
            return Err(Error::invalid(
                "",
                "the idempotency key is empty: give each call a key of its own, or none",
            ));
        }
        if !declaration.traits.idempotent {
            return Err(Error::invalid(
                "",
                format!(
                    "`{}` takes no idempotency key: whether a repeat would land once depends on the request itself",
                    declaration.name
                ),
            ));
        }
        Ok(Some(IdempotencyKey {
            text,
            may_be_done: self.may_be_done,
        }))
    }
}

/// The action called `name`: by its own name, or by an alias in any case.
///
/// # Errors
/// There is none; the message names the nearest one.
pub fn find<C: Connector, T: Transport>(
    name: &str,
) -> Result<&'static ActionEntry<C::Service, T>, Error> {
    named("action", name, C::actions::<T>(), |entry| {
        (entry.declaration.name, entry.declaration.aliases)
    })
}

/// A streaming run whose input has been read; [`Piping::run`] does it.
pub struct Piping<S: Service, T: Transport> {
    content_type: &'static str,
    key: Option<String>,
    may_be_done: bool,
    run: RunPiped<S, T>,
}

impl<S: Service, T: Transport> std::fmt::Debug for Piping<S, T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = formatter.debug_struct("Piping");
        shown.field("content_type", &self.content_type);
        shown.finish_non_exhaustive()
    }
}

/// Media type of what goes out of an action that only takes: nothing.
const NOTHING_OUT: &str = crate::stream::BYTES;

/// Reads the input of a streaming run; `has_body` says whether something is streamed in.
///
/// # Errors
/// The action is unknown or does not stream so, or its input is wrong.
pub fn pipe<C: Connector, T: Transport>(
    call: &Invocation,
    has_body: bool,
) -> Result<Piping<C::Service, T>, Error> {
    let entry = find::<C, T>(&call.action)?;
    let (name, streams) = (entry.declaration.name, entry.declaration.streams);
    if !streams.any() {
        return Err(Error::invalid(
            "",
            format!("`{name}` answers all at once: invoke it instead of streaming it"),
        ));
    }
    match (streams.takes, has_body) {
        (Some(takes), false) => {
            return Err(Error::invalid(
                "",
                format!("`{name}` takes a stream in ({takes}): give it one, or invoke it instead"),
            ));
        }
        (None, true) => {
            return Err(Error::invalid(
                "",
                format!("`{name}` takes its input only, and nothing is streamed into it"),
            ));
        }
        (Some(_), true) | (None, false) => {}
    }
    let key = call.key(&entry.declaration)?;
    Ok(Piping {
        content_type: streams.gives.unwrap_or(NOTHING_OUT),
        key: key.map(|key| key.text.to_owned()),
        may_be_done: call.may_be_done,
        run: (entry.pipe)(&call.input)?,
    })
}

impl<S: Service, T: Transport> Piping<S, T> {
    /// Media type of what goes out.
    #[must_use]
    pub fn content_type(&self) -> &'static str {
        self.content_type
    }

    /// Streams through `pipe`, then answers the summary as JSON.
    ///
    /// # Errors
    /// Whatever keeps it from being done to its end; what was streamed before stays valid.
    pub async fn run(self, session: &S::Session<T>, pipe: Pipe<'_>) -> Result<String, Error> {
        let key = self.key.as_deref().map(|text| IdempotencyKey {
            text,
            may_be_done: self.may_be_done,
        });
        let pipe = Pipe {
            source: &mut *pipe.source,
            sink: &mut *pipe.sink,
        };
        let summary = (self.run)(session, key, pipe).await?;
        Ok(summary.into_text())
    }
}

//! The rules: which calls may have a key, what becomes of a call whose key is held, and which
//! failures leave a key as if nobody had used it.

use super::error::IdempotencyError;
use crate::about::Action;
use crate::error::{ConnectorError, HostError};
use airlock_store::KeyedCall;
use time::OffsetDateTime;

/// The longest key, in bytes: callers use UUIDs and names of orders.
const KEY_BYTES: usize = 255;

/// The longest answer that is kept, in bytes. A row with a few columns is below 1 KiB.
const ANSWER_BYTES: usize = 64 << 10;

/// Whether an answer is kept: it is not too long, and beside the `kept` bytes of its tenant there is room
/// for it among `most`. Calls that end at once may each find the same room, so a tenant may have some
/// answers more.
pub(crate) fn is_kept(answer: usize, kept: u64, most: u64) -> bool {
    let bytes = u64::try_from(answer).unwrap_or(u64::MAX);
    answer <= ANSWER_BYTES && kept.saturating_add(bytes) <= most
}

/// The key under which a call is to be kept; none when it has none, or changes nothing that a
/// repeat could change again.
///
/// # Errors
/// When the key cannot be used, or not with this action.
pub(crate) fn key_to_keep<'a>(
    key: Option<&'a str>,
    action: &Action,
) -> Result<Option<&'a str>, IdempotencyError> {
    let Some(key) = key else {
        return Ok(None);
    };
    if key.trim().is_empty() {
        return Err(IdempotencyError::Empty);
    }
    if key.len() > KEY_BYTES || key.contains(char::is_control) {
        return Err(IdempotencyError::Unusable {
            bytes: key.len(),
            most: KEY_BYTES,
        });
    }
    let name = || action.name.clone();
    match (action.traits.read_only, action.traits.idempotent) {
        (true, true) => Ok(None),
        (_, false) => Err(IdempotencyError::NotTaken { action: name() }),
        (false, true) => Ok(Some(key)),
    }
}

/// What becomes of a call.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is run.
    Run {
        /// An earlier attempt began, and how it ended is not known.
        may_be_done: bool,
    },
    /// It is answered with what was answered before.
    Replay {
        /// The answer.
        json: String,
        /// When it was given.
        at: OffsetDateTime,
    },
}

/// What becomes of `call` when `held` is what its key holds already.
///
/// # Errors
/// When the key belongs to another request, or its answer is lost.
pub(crate) fn judge(
    key: &str,
    call: &KeyedCall,
    held: Option<KeyedCall>,
) -> Result<Verdict, IdempotencyError> {
    let Some(held) = held else {
        return Ok(Verdict::Run { may_be_done: false });
    };
    if !held.asks_for_the_same_as(call) {
        return Err(IdempotencyError::Conflict {
            key: key.to_owned(),
            action: held.action,
            began_at: held.began_at,
        });
    }
    let Some(kept) = held.done else {
        return Ok(Verdict::Run { may_be_done: true });
    };
    match kept.json {
        Some(json) => Ok(Verdict::Replay { json, at: kept.at }),
        None => Err(IdempotencyError::AnswerNotKept {
            key: key.to_owned(),
            action: held.action,
            at: kept.at,
        }),
    }
}

/// Whether a streamed `call` goes on with one that was begun before, where `held` is what its key holds
/// already. What a stream answered is not kept: it is run again, and the connector makes each thing land once.
///
/// # Errors
/// When the key belongs to another request.
pub(crate) fn goes_on(
    key: &str,
    call: &KeyedCall,
    held: Option<KeyedCall>,
) -> Result<bool, IdempotencyError> {
    match held {
        None => Ok(false),
        Some(held) if held.asks_for_the_same_as(call) => Ok(true),
        Some(held) => Err(IdempotencyError::Conflict {
            key: key.to_owned(),
            action: held.action,
            began_at: held.began_at,
        }),
    }
}

/// Whether a call failed before it could change anything: its key is then as good as new. What is
/// not certain counts as done.
pub(crate) fn surely_before_effect(error: &HostError) -> bool {
    match error {
        HostError::Connector(error) => refused_before_effect(error),
        HostError::Idempotency(_)
        | HostError::Unknown { .. }
        | HostError::Connection { .. }
        | HostError::Action { .. }
        | HostError::NoDataFolder
        | HostError::Fields(_)
        | HostError::Config { .. }
        | HostError::Component(_)
        | HostError::Busy(_)
        | HostError::Auth(_)
        // Of a call, only its record is written before it runs, and nothing afterwards fails it.
        | HostError::Store(_) => true,
        // A component that was stopped, or did not answer, may have sent its request before.
        _ => false,
    }
}

fn refused_before_effect(error: &ConnectorError) -> bool {
    match error {
        ConnectorError::InvalidInput(_) => true,
        ConnectorError::Unavailable(_) | ConnectorError::Internal(_) => false,
        // A refusal; a status above 499 is none, whatever the connector makes of it.
        refused => refused
            .failure()
            .and_then(|failure| failure.status)
            .is_none_or(|status| status < 500),
    }
}

#[cfg(test)]
mod tests;

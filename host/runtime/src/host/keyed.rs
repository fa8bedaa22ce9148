//! Calls under an idempotency key: the key is held before the call begins and settled when it ended.

use super::Host;
use super::connection_cache::ResolvedConnection;
use crate::about::Action;
use crate::answer::JsonText;
use crate::call::Piped;
use crate::error::HostError;
use crate::idempotency::{Verdict, fingerprint, goes_on, is_kept, judge, surely_before_effect};
use airlock_store::{CallKey, KeptAnswer, KeyedCall, Store};
use futures::{FutureExt, StreamExt};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use time::OffsetDateTime;
use uuid::Uuid;

/// What a call under a key begins with.
pub(super) enum Begin {
    /// It is to be run.
    Run(Held),
    /// It was, and this is what it answered at that time.
    Replay {
        /// The answer's text.
        json: String,
        /// When it was answered.
        at: OffsetDateTime,
    },
}

/// A key while its call runs.
pub(super) struct Held {
    key: CallKey,
    call: KeyedCall,
    /// An earlier attempt began, and how it ended is not known.
    pub(super) may_be_done: bool,
}

impl Host {
    /// Holds `key` for a call of `action`.
    pub(super) async fn hold(
        &self,
        resolved: &ResolvedConnection,
        action: &Action,
        key: &str,
        input: &Value,
    ) -> Result<Begin, HostError> {
        let (key, call) = keyed(resolved, action, key, input)?;
        let held = self.begin_holding(&key, &call).await?;
        Ok(match judge(&key.key, &call, held)? {
            Verdict::Run { may_be_done } => Begin::Run(Held {
                key,
                call,
                may_be_done,
            }),
            Verdict::Replay { json, at } => Begin::Replay { json, at },
        })
    }

    /// Holds `key` for a streamed call of `action`, which is run whatever became of earlier ones.
    pub(super) async fn hold_for_stream(
        &self,
        resolved: &ResolvedConnection,
        action: &Action,
        key: &str,
        input: &Value,
    ) -> Result<Held, HostError> {
        let (key, call) = keyed(resolved, action, key, input)?;
        let before = self.begin_holding(&key, &call).await?;
        Ok(Held {
            may_be_done: goes_on(&key.key, &call, before)?,
            key,
            call,
        })
    }

    async fn begin_holding(
        &self,
        key: &CallKey,
        call: &KeyedCall,
    ) -> Result<Option<KeyedCall>, HostError> {
        let until = call.began_at + Duration::from_secs(self.config.runtime.idempotency_seconds);
        Ok(self.store.hold_key(key, call, until).await?)
    }

    /// Gives the key of a stream free that could not even begin.
    pub(super) async fn settle_stream(&self, held: &Held, error: &HostError) {
        if surely_before_effect(error) {
            free(&*self.store, held).await;
        }
    }

    /// The same stream, whose key is given free where it ends in an error before anything came of it.
    /// Otherwise the key stays held: the same rows under it go on from where they are.
    pub(super) fn settled_at_its_end(&self, piped: Piped, held: Held) -> Piped {
        let store = Arc::clone(&self.store);
        let came = Arc::new(AtomicBool::new(false));
        let Piped {
            content_type,
            data,
            done,
            stop,
        } = piped;
        let seen = Arc::clone(&came);
        let data = data.inspect(move |_| seen.store(true, Ordering::Relaxed));
        let done = async move {
            let result = done.await;
            if let Err(error) = &result
                && !came.load(Ordering::Relaxed)
                && surely_before_effect(error)
            {
                free(&*store, &held).await;
            }
            result
        };
        Piped {
            content_type,
            data: data.boxed(),
            done: done.boxed(),
            stop,
        }
    }

    /// Keeps the answer of a call that ended well, and gives the key of one free that certainly
    /// changed nothing. Otherwise the key stays held, and a repeat goes on to the connector. That
    /// this could not be written is no error: the call's own result matters more.
    pub(super) async fn settle(&self, held: Held, result: &Result<JsonText, HostError>) {
        let Held { key, call, .. } = held;
        let settled = match result {
            Ok(output) => {
                let answer = self.kept(&key, output).await;
                self.store.keep_answer(&key, &call, &answer).await
            }
            Err(error) if surely_before_effect(error) => {
                self.store.free_key(&key, &call.attempt).await
            }
            Err(_) => return,
        };
        if let Err(error) = settled {
            tracing::warn!(attempt = %call.attempt, %error, "how a call under a key ended could not be kept");
        }
    }

    /// What is kept of an answer: all of it, where there is room.
    async fn kept(&self, key: &CallKey, output: &JsonText) -> KeptAnswer {
        let at = OffsetDateTime::now_utc();
        let text = output.as_str();
        let most = self.config.runtime.idempotency_bytes;
        let room = match self.store.kept_bytes(&key.tenant, at).await {
            Ok(kept) => is_kept(text.len(), kept, most),
            Err(error) => {
                tracing::warn!(tenant = %key.tenant, %error, "what is kept could not be counted");
                false
            }
        };
        KeptAnswer {
            at,
            json: room.then(|| text.to_owned()),
        }
    }
}

/// A key, and the call that asks for it.
fn keyed(
    resolved: &ResolvedConnection,
    action: &Action,
    key: &str,
    input: &Value,
) -> Result<(CallKey, KeyedCall), HostError> {
    let key = CallKey {
        tenant: resolved.key.tenant.clone(),
        connection: resolved.key.connection,
        key: key.to_owned(),
    };
    let call = KeyedCall {
        attempt: Uuid::new_v4(),
        action: action.name.clone(),
        fingerprint: fingerprint(&action.name, input)?,
        began_at: OffsetDateTime::now_utc(),
        joined: false,
        done: None,
    };
    Ok((key, call))
}

/// Gives a key free. That this could not be written is no error: the call's own result matters more.
async fn free(store: &dyn Store, held: &Held) {
    if let Err(error) = store.free_key(&held.key, &held.call.attempt).await {
        tracing::warn!(attempt = %held.call.attempt, %error, "a key could not be given free");
    }
}

//! Same key, same effect: what a caller may rely on who repeats a write under one key.
//!
//! Below the facade, above the store. The host keeps a digest of what was asked and the answer
//! beside each key, for as long as the operator says. That covers every action alike. While an
//! outcome is unknown, because a process died or another is at it right now, the call goes on to
//! the connector under the same key, which has to make it land once; only it knows how.

mod error;
mod fingerprint;
mod rules;

pub use error::IdempotencyError;
pub(crate) use fingerprint::fingerprint;
pub(crate) use rules::{Verdict, goes_on, is_kept, judge, key_to_keep, surely_before_effect};

//! Which calls are in an instance, so that a request can be told in the span of the call that made it.
//!
//! With one call in an instance a request is that call's. With several nobody knows: wasmtime does not
//! say reliably for which of them a component calls out, so such a request has no span above its own.
//! Goes when it does: <https://github.com/bytecodealliance/wasmtime/issues/14247>.

use std::sync::{Mutex, MutexGuard, PoisonError};
use tracing::Span;

/// The spans of the calls in one instance.
#[derive(Default)]
pub(super) struct InFlight(Mutex<Calls>);

#[derive(Default)]
struct Calls {
    next: u64,
    spans: Vec<(u64, Span)>,
}

/// A call's being in an instance, until this is dropped.
pub(super) struct Inside<'a> {
    calls: &'a InFlight,
    number: u64,
}

impl InFlight {
    /// A call comes in, with the span that tells of it.
    pub(super) fn enter(&self, span: Span) -> Inside<'_> {
        let mut calls = self.lock();
        let number = calls.next;
        calls.next = number.wrapping_add(1);
        calls.spans.push((number, span));
        Inside {
            calls: self,
            number,
        }
    }

    /// The span of the only call; no span when there are several.
    pub(super) fn only(&self) -> Span {
        match self.lock().spans.as_slice() {
            [(_, span)] => span.clone(),
            _ => Span::none(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Calls> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        let number = self.number;
        self.calls
            .lock()
            .spans
            .retain(|(other, _)| *other != number);
    }
}

//! The spans of a call's way through this layer, under the names that OpenTelemetry has for such
//! things where it has any.
//!
//! `call` is what a caller asked for, `instance` what of it happened in a component; egress puts an
//! `exchange` below that for each request, the store one for each look. Names of tenants, connections
//! and actions are in them; inputs, answers, keys and credentials never are.

use tracing::Span;

/// What happens in an instance for one call; `kind` says how the instance is kept.
pub(crate) fn instance(kind: &'static str) -> Span {
    tracing::info_span!(target: "airlock::instance", "instance", airlock.instance.kind = kind)
}

//! The spans of a call's way through this layer, under the names that OpenTelemetry has for such
//! things where it has any.
//!
//! `call` is what a caller asked for, `instance` what of it happened in a component; egress puts an
//! `exchange` below that for each request, the store one for each look. Names of tenants, connections
//! and actions are in them; inputs, answers, keys and credentials never are.

use crate::call::Call;
use crate::error::HostError;
use airlock_store::{ConnectionName, TenantId};
use tracing::field::Empty;
use tracing::{Instrument, Span};

/// What is asked of a connection.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// The facade's word for it, such as `invoke`.
    operation: &'static str,
    tenant: &'a TenantId,
    connection: &'a ConnectionName,
    action: Option<&'a str>,
}

impl<'a> Asked<'a> {
    /// A question to a connection as a whole.
    pub(crate) fn of(
        operation: &'static str,
        tenant: &'a TenantId,
        connection: &'a ConnectionName,
    ) -> Self {
        Self {
            operation,
            tenant,
            connection,
            action: None,
        }
    }

    /// The same of one action.
    pub(crate) fn action(self, action: &'a str) -> Self {
        Self {
            action: Some(action),
            ..self
        }
    }

    /// A run of an action.
    pub(crate) fn by(operation: &'static str, call: &'a Call) -> Self {
        Self::of(operation, &call.tenant, &call.connection).action(&call.action)
    }
}

/// Does `work` in a span of its own, which learns how it failed.
pub(crate) async fn call<T>(
    asked: Asked<'_>,
    work: impl Future<Output = Result<T, HostError>>,
) -> Result<T, HostError> {
    let span = tracing::info_span!(
        target: "airlock::call",
        "call",
        airlock.operation = asked.operation,
        airlock.tenant = %asked.tenant,
        airlock.connection = %asked.connection,
        airlock.action = asked.action,
        "error.type" = Empty,
    );
    let result = work.instrument(span.clone()).await;
    if let Err(error) = &result {
        span.record("error.type", error.code().as_str());
    }
    result
}

/// What happens in an instance for one call; `kind` says how the instance is kept.
pub(crate) fn instance(kind: &'static str) -> Span {
    tracing::info_span!(target: "airlock::instance", "instance", airlock.instance.kind = kind)
}

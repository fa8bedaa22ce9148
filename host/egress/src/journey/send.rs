//! The way of one request as a whole.

use http::{Request, Response};
use tracing::Instrument;

use crate::error::EgressError;
use crate::journey::arrival::Arrival;
use crate::journey::audit_entry::AuditEntry;
use crate::journey::context::Journey;
use crate::journey::span;
use crate::lane::handle::Lane;
use crate::message::{Body, SendOptions, Sender};

#[cfg(not(feature = "lowered-defences"))]
impl Lane {
    /// Sends a request through all ten stages and answers with the response, whose body is guarded.
    /// Cancel-safe: dropping the future gives up the request and its permit of the quota.
    ///
    /// # Errors
    /// [`EgressError`]: refused by a stage, or failed on the wire. The response's body ends with the
    /// same type of error when it is too large, too slow or breaks off.
    pub async fn send(
        &self,
        request: Request<Body>,
        options: SendOptions,
    ) -> Result<Response<Body>, EgressError> {
        send(self, request, options, Sender::Guest).await
    }
}

/// Sends `request` through `lane`.
pub(crate) async fn send(
    lane: &Lane,
    request: Request<Body>,
    options: SendOptions,
    sender: Sender,
) -> Result<Response<Body>, EgressError> {
    let span = span::of(&request);
    let journey = Journey::begin(lane, options, sender);
    let mut entry = AuditEntry::open(&journey, request.method(), request.uri());
    // Boxed once, here: the whole way is a large future, and callers move it.
    match Box::pin(journey.run(request, &mut entry).instrument(span.clone())).await {
        Ok(arrival) => {
            let response = arrival.into_response(entry, &journey);
            span::end(&span, Ok(response.status().as_u16()));
            Ok(response)
        }
        Err(error) => {
            span::end(&span, Err(&error));
            entry.failed(&error);
            Err(error)
        }
    }
}

impl Journey<'_> {
    async fn run(
        &self,
        request: Request<Body>,
        entry: &mut AuditEntry,
    ) -> Result<Arrival, EgressError> {
        // 1 to 5.
        let mut admitted = self.admit(request, entry).await?;
        if let Some(dry_run) = &self.options.dry_run {
            admitted = self.rehearse(dry_run, admitted).await?;
        }
        // 6 to 8.
        self.exchange(&mut admitted, entry).await
    }
}

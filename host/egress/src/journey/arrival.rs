//! An answer whose head has come: stage 8 filters it, and guards are put around its body (stage 9),
//! which closes the record (stage 10) when it ends.

use std::sync::Arc;

use http::response::Parts;
use http::{Method, Response, StatusCode};
use http_body::Body as HttpBody;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Incoming;

use crate::body::response::{Closing, Guards, ResponseBody};
use crate::error::{Direction, EgressError};
use crate::journey::admission::AdmittedRequest;
use crate::journey::audit_entry::AuditEntry;
use crate::journey::context::Journey;
use crate::lane::quota::QuotaPermit;
use crate::lane::target::Target;
use crate::message::Body;
use crate::redact::Redaction;
use crate::stages::body::{Meter, Patience};
use crate::wire::link::Link;

/// An answer with a clean head.
pub(crate) struct Arrival {
    head: Parts,
    body: Incoming,
    target: Arc<Target>,
    permit: Option<QuotaPermit>,
    redaction: Option<Redaction>,
}

impl Arrival {
    pub(crate) fn new(
        journey: &Journey<'_>,
        response: Response<Incoming>,
        admitted: &mut AdmittedRequest,
        entry: &mut AuditEntry,
    ) -> Result<Self, EgressError> {
        let (mut head, body) = response.into_parts();
        entry.address = head.extensions.get::<Arc<Link>>().map(|link| link.address);
        // Nothing but status, version and fields comes in.
        head.extensions.clear();
        let judge = &journey.core.shared.judge;
        let redaction = judge.redaction(&journey.core.confidential);
        let limits = judge.head_limits(&journey.core.shared.config).fields;
        let bodiless = has_no_body(&admitted.method, head.status) || body.is_end_stream();
        let fields = std::mem::take(&mut head.headers);
        let redactor = redaction.as_ref().map(Redaction::redactor);
        head.headers = judge
            .response_headers(fields, limits, redactor, bodiless)
            .map_err(|error| EgressError::Protocol {
                origin: admitted.target.name.to_string(),
                message: error.to_string(),
            })?;
        Ok(Self {
            head,
            body,
            target: Arc::clone(&admitted.target),
            permit: admitted.permit.take(),
            redaction,
        })
    }

    pub(crate) fn into_response(
        self,
        mut entry: AuditEntry,
        journey: &Journey<'_>,
    ) -> Response<Body> {
        entry.answered(self.head.status.as_u16());
        let config = &journey.core.shared.config;
        let silence = config.between_bytes_timeout();
        let silence = journey
            .options
            .between_bytes_timeout
            .map_or(silence, |length| length.min(silence));
        let guards = Guards {
            meter: Meter::new(Direction::Response, config.max_response_body_bytes),
            patience: Patience {
                between_bytes: silence,
                total: journey.total.end(),
            },
            redaction: self.redaction,
            closing: Closed {
                permit: self.permit,
                entry,
            },
        };
        let body = ResponseBody::new(self.body, Arc::clone(&self.target.name), guards);
        Response::from_parts(self.head, UnsyncBoxBody::new(body))
    }
}

/// What is held until an answer's body has ended: the permit is given back, and the record closed.
struct Closed {
    permit: Option<QuotaPermit>,
    entry: AuditEntry,
}

impl Closing for Closed {
    fn close(mut self, seen: u64, broken: Option<String>) {
        drop(self.permit.take());
        self.entry.ended(seen, broken);
    }
}

fn has_no_body(method: &Method, status: StatusCode) -> bool {
    *method == Method::HEAD
        || status == StatusCode::NO_CONTENT
        || status == StatusCode::NOT_MODIFIED
}

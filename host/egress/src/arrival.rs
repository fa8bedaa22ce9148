//! An answer whose head has come: stage 8 filters it, and guards are put around its body (stage 9),
//! which closes the record (stage 10) when it ends.

use std::sync::Arc;

use http::response::Parts;
use http::{Method, Response, StatusCode};
use http_body::Body as HttpBody;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Incoming;

use crate::entry::Entry;
use crate::error::{Direction, EgressError};
use crate::gate::Place;
use crate::lane::Body;
use crate::pipeline::{Cleared, Journey};
use crate::redact::Redaction;
use crate::response_body::{Guards, ResponseBody};
use crate::site::Site;
use crate::stages::body::{Meter, Patience};
use crate::stages::headers::HeaderLimits;
use crate::stages::response_headers;
use crate::wire::link::Link;

/// An answer with a clean head.
pub(crate) struct Arrival {
    head: Parts,
    body: Incoming,
    site: Arc<Site>,
    place: Option<Place>,
    redaction: Option<Redaction>,
}

impl Arrival {
    pub(crate) fn new(
        journey: &Journey<'_>,
        response: Response<Incoming>,
        cleared: &mut Cleared,
        entry: &mut Entry,
    ) -> Result<Self, EgressError> {
        let (mut head, body) = response.into_parts();
        entry.address = head.extensions.get::<Arc<Link>>().map(|link| link.address);
        // Nothing but status, version and fields comes in.
        head.extensions.clear();
        let defences = journey.core.shared.defences();
        let redaction = match defences.redaction {
            true => Redaction::of(&journey.core.confidential),
            false => None,
        };
        if defences.response_filter {
            let limits = if defences.header_limits {
                journey.core.header_limits()
            } else {
                HeaderLimits::NONE
            };
            let bodiless = has_no_body(&cleared.method, head.status) || body.is_end_stream();
            let fields = std::mem::take(&mut head.headers);
            let redactor = redaction.as_ref().map(Redaction::redactor);
            head.headers =
                response_headers::filter(fields, limits, redactor, bodiless).map_err(|error| {
                    EgressError::Protocol {
                        origin: cleared.site.name.to_string(),
                        message: error.to_string(),
                    }
                })?;
        }
        Ok(Self {
            head,
            body,
            site: Arc::clone(&cleared.site),
            place: cleared.place.take(),
            redaction,
        })
    }

    pub(crate) fn into_response(self, mut entry: Entry, journey: &Journey<'_>) -> Response<Body> {
        entry.answered(self.head.status.as_u16());
        let config = &journey.core.shared.config;
        let defences = journey.core.shared.defences();
        let limit = if defences.body_limits {
            config.max_response_body_bytes
        } else {
            u64::MAX
        };
        let silence = config.between_bytes_timeout();
        let silence = journey
            .options
            .between_bytes_timeout
            .map_or(silence, |length| length.min(silence));
        let guards = Guards {
            meter: Meter::new(Direction::Response, limit),
            patience: Patience {
                between_bytes: defences.deadlines.then_some(silence),
                total: journey.total.end(),
            },
            redaction: self.redaction,
            place: self.place,
            entry,
        };
        let body = ResponseBody::new(self.body, self.site, guards);
        Response::from_parts(self.head, UnsyncBoxBody::new(body))
    }
}

fn has_no_body(method: &Method, status: StatusCode) -> bool {
    *method == Method::HEAD
        || status == StatusCode::NO_CONTENT
        || status == StatusCode::NOT_MODIFIED
}

//! `wasi:http`: requests and answers that may stream.
//!
//! What fails on the wire becomes an `internal-error` with words for a person, which begin with
//! `not sent: ` where the service saw nothing of the request.

use super::verdict::Verdict;
use super::{Door, Patience};
use crate::instance::held::Held;
use crate::instance::limits::fields_weight;
use airlock_egress::{Body, EgressError};
use http_body_util::BodyExt;
use std::sync::{Arc, LazyLock};
use wasmtime_wasi_http::{
    DEFAULT_FORBIDDEN_HEADERS, Error, ForbiddenHeaderFilter, RequestOptions, WasiBody,
    WasiHttpHooks,
};

/// One filter for headers and trailers: a component cannot even build a field that egress denies.
static FORBIDDEN: LazyLock<ForbiddenHeaderFilter> = LazyLock::new(|| {
    Arc::new(|name| airlock_egress::is_forbidden(name) || DEFAULT_FORBIDDEN_HEADERS.contains(name))
});

/// wasmtime's hooks over a door.
pub(crate) struct Hooks(pub(crate) Arc<Door>);

type ProcessingResult = Box<dyn Future<Output = Result<(), Error>> + Send>;
type Sent =
    Box<dyn Future<Output = Result<(http::Response<WasiBody>, ProcessingResult), Error>> + Send>;

impl WasiHttpHooks for Hooks {
    fn forbidden_header_filter(&mut self) -> ForbiddenHeaderFilter {
        #[cfg(feature = "lowered-defences")]
        if let Some(up) = self.0.lane.as_ref().map(|lane| lane.defences())
            && !(up.header_hygiene && up.host_from_url && up.response_filter)
        {
            return Arc::new(|_| false);
        }
        Arc::clone(&FORBIDDEN)
    }

    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
        _processed: ProcessingResult,
    ) -> Sent {
        let door = Arc::clone(&self.0);
        let patience = Patience {
            first_byte: options.and_then(|options| options.first_byte_timeout),
            between_bytes: options.and_then(|options| options.between_bytes_timeout),
        };
        Box::new(async move {
            let held = match door.room(door.kept_of(request.headers())) {
                Ok(held) => held,
                Err(no_room) => {
                    let refused = door.answer(&no_room.into()).map_err(Error::from)?;
                    return Ok(answered(refused, None));
                }
            };
            let request = request.map(|body| {
                body.map_err(|error| EgressError::RequestBody {
                    message: error.to_string(),
                })
                .boxed_unsync()
            });
            let response = door.send(request, patience).await.map_err(Error::from)?;
            Ok(answered(response, Some(held)))
        })
    }
}

impl Door {
    /// What is kept of a request that streams: its fields, and a body that is short enough to be sent
    /// again.
    fn kept_of(&self, headers: &http::HeaderMap) -> usize {
        let length: usize = headers
            .get(http::header::CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse().ok())
            .unwrap_or(0);
        let replayed = self.limits.config.egress.replay_body_bytes;
        let body = usize::try_from(replayed).map_or(length, |most| length.min(most));
        fields_weight(headers).saturating_add(body)
    }
}

fn answered(
    response: http::Response<Body>,
    held: Option<Held>,
) -> (http::Response<WasiBody>, ProcessingResult) {
    let response = response.map(|body| {
        body.map_err(move |error| {
            // Held as long as the body is.
            let _ = &held;
            Verdict::from(&error).into()
        })
        .boxed_unsync()
    });
    (response, Box::new(std::future::ready(Ok(()))))
}

impl From<Verdict> for Error {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Denied(_) => Self::HttpRequestDenied,
            Verdict::RequestTooLarge(limit, _) => Self::HttpRequestBodySize(Some(limit)),
            Verdict::AnswerTooLarge(limit, _) => Self::HttpResponseBodySize(Some(limit)),
            Verdict::NotSent(text) => Self::InternalError(Some(format!("not sent: {text}"))),
            Verdict::Interrupted(text) => Self::InternalError(Some(text)),
        }
    }
}

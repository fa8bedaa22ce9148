//! The only way out of an instance: `wasi:http` requests, handed to the connection's lane.
//!
//! What the host refuses it answers itself, as an HTTP response that says why (the contract's
//! `airlock-refusal`); what fails on the wire becomes an `internal-error` with words for a person.

use super::state::CpuMeter;
use airlock_egress::{Body, Direction, DryRun, EgressError, Lane, Refusal, SendOptions, Waiting};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use std::sync::{Arc, LazyLock};
use wasmtime_wasi_http::{
    DEFAULT_FORBIDDEN_HEADERS, Error, ForbiddenHeaderFilter, RequestOptions, WasiBody,
    WasiHttpHooks,
};

/// One filter for headers and trailers: a component cannot even build a field that egress denies.
static FORBIDDEN: LazyLock<ForbiddenHeaderFilter> = LazyLock::new(|| {
    Arc::new(|name| airlock_egress::is_forbidden(name) || DEFAULT_FORBIDDEN_HEADERS.contains(name))
});

/// wasmtime's hooks over a lane.
pub(crate) struct Hooks {
    lane: Option<Arc<Lane>>,
    dry_run: Option<Arc<DryRun>>,
    cpu: CpuMeter,
}

impl Hooks {
    pub(crate) fn new(
        lane: Option<Arc<Lane>>,
        dry_run: Option<Arc<DryRun>>,
        cpu: CpuMeter,
    ) -> Self {
        Self { lane, dry_run, cpu }
    }
}

type ProcessingResult = Box<dyn Future<Output = Result<(), Error>> + Send>;
type Sent =
    Box<dyn Future<Output = Result<(http::Response<WasiBody>, ProcessingResult), Error>> + Send>;

impl WasiHttpHooks for Hooks {
    fn forbidden_header_filter(&mut self) -> ForbiddenHeaderFilter {
        #[cfg(feature = "lowered-defences")]
        if let Some(up) = self.lane.as_ref().map(|lane| lane.defences())
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
        self.cpu.reset();
        let Some(lane) = self.lane.clone() else {
            return Box::new(std::future::ready(Err(Error::HttpRequestDenied)));
        };
        let options = SendOptions {
            first_byte_timeout: options.and_then(|options| options.first_byte_timeout),
            between_bytes_timeout: options.and_then(|options| options.between_bytes_timeout),
            dry_run: self.dry_run.clone(),
            ..SendOptions::default()
        };
        let cpu = self.cpu.clone();
        Box::new(async move {
            let request = request.map(|body| {
                body.map_err(|error| EgressError::RequestBody {
                    message: error.to_string(),
                })
                .boxed_unsync()
            });
            let answered = lane.send(request, options).await;
            cpu.reset();
            let response = match answered {
                Ok(response) => response.map(to_guest),
                Err(error) => match error.refusal() {
                    Some(refusal) => refuse(&refusal),
                    None => return Err(failure(&error)),
                },
            };
            Ok((
                response,
                Box::new(std::future::ready(Ok(()))) as ProcessingResult,
            ))
        })
    }
}

fn to_guest(body: Body) -> WasiBody {
    body.map_err(|error| failure(&error)).boxed_unsync()
}

/// A failure in the terms of `wasi:http`, with the contract's `not sent: ` where it is certain that
/// the service saw nothing of the request.
fn failure(error: &EgressError) -> Error {
    let not_sent = match error {
        EgressError::DryRun => return Error::HttpRequestDenied,
        EgressError::BodyTooLarge {
            direction: Direction::Request,
            limit,
        } => return Error::HttpRequestBodySize(Some(*limit)),
        EgressError::BodyTooLarge {
            direction: Direction::Response,
            limit,
        } => return Error::HttpResponseBodySize(Some(*limit)),
        EgressError::Resolve { .. } | EgressError::Connect { .. } | EgressError::Tls { .. } => true,
        EgressError::Timeout { what, .. } => {
            matches!(what, Waiting::Resolve | Waiting::Connect | Waiting::Tls)
        }
        _ => false,
    };
    let prefix = if not_sent { "not sent: " } else { "" };
    Error::InternalError(Some(format!("{prefix}{error}")))
}

fn refuse(refusal: &Refusal) -> http::Response<WasiBody> {
    let text = serde_json::json!({
        "error": { "code": refusal.code, "message": refusal.message }
    })
    .to_string();
    let mut response = http::Response::new(
        Full::new(Bytes::from(text))
            .map_err(Error::from)
            .boxed_unsync(),
    );
    *response.status_mut() =
        http::StatusCode::from_u16(refusal.status).unwrap_or(http::StatusCode::SERVICE_UNAVAILABLE);
    let headers = response.headers_mut();
    headers.insert(
        http::header::CONTENT_TYPE,
        http::HeaderValue::from_static("application/json"),
    );
    headers.insert(
        "airlock-refusal",
        http::HeaderValue::from_static(refusal.code),
    );
    if let Some(after) = refusal.retry_after {
        headers.insert(
            http::header::RETRY_AFTER,
            http::HeaderValue::from(after.as_secs().max(1)),
        );
    }
    response
}

//! Token requests leave through a lane as well: the authority's host and address are judged like
//! any other, and the exchange is audited. Such a lane never carries a leased credential.
//!
//! A connection that is refused is tried again at once, a few times, because nothing was sent; what
//! needs somebody to mend it is not, and neither is what may have reached the authority.

use std::time::Duration;

use airlock_auth::{TokenTransport, TransportError};
use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};

use crate::error::{EgressError, Waiting};
use crate::journey::send::send;
use crate::lane::handle::Lane;
use crate::message::{Body, SendOptions, Sender};

/// Token answers have a few kilobytes; more is no token answer.
const LARGEST_ANSWER: usize = 1 << 20;

/// Waits before each further attempt to connect: an authority that is restarted behind a balancer is
/// back within them, and a person who mistyped a port does not notice them.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(300)];

#[async_trait]
impl TokenTransport for Lane {
    async fn exchange(
        &self,
        request: Request<Vec<u8>>,
    ) -> Result<Response<Vec<u8>>, TransportError> {
        let (head, body) = request.into_parts();
        let body = Bytes::from(body);
        let outgoing = || {
            let body = Full::new(body.clone()).map_err(|never| match never {});
            Request::from_parts(head.clone(), body.boxed_unsync())
        };
        let mut answered = self.ask(outgoing()).await;
        for pause in PAUSES {
            if !matches!(answered, Err(EgressError::Connect { .. })) {
                break;
            }
            tokio::time::sleep(pause).await;
            answered = self.ask(outgoing()).await;
        }
        read(answered.map_err(failed)?).await
    }
}

impl Lane {
    async fn ask(&self, request: Request<Body>) -> Result<Response<Body>, EgressError> {
        send(self, request, SendOptions::default(), Sender::Host).await
    }
}

async fn read(response: Response<Body>) -> Result<Response<Vec<u8>>, TransportError> {
    let (head, mut body) = response.into_parts();
    let mut whole = Vec::new();
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.map_err(failed)?.into_data() {
            if whole.len() + data.len() > LARGEST_ANSWER {
                return Err(TransportError::Failed {
                    message: format!(
                        "the authority's answer is larger than {LARGEST_ANSWER} bytes"
                    ),
                    retry_after: None,
                });
            }
            whole.extend_from_slice(&data);
        }
    }
    Ok(Response::from_parts(head, whole))
}

fn failed(error: EgressError) -> TransportError {
    let message = error.to_string();
    match error {
        EgressError::Denied { .. } | EgressError::Configuration { .. } => {
            TransportError::Denied { message }
        }
        // Whoever waited so long, or was refused so often, is not helped by waiting again.
        EgressError::Connect { .. }
        | EgressError::Timeout {
            what: Waiting::Resolve | Waiting::Connect | Waiting::Tls,
            ..
        } => TransportError::Unreachable { message },
        error if error.lasts() => TransportError::Unreachable { message },
        EgressError::Quota { retry_after, .. } => TransportError::Failed {
            message,
            retry_after: Some(retry_after),
        },
        _ => TransportError::Failed {
            message,
            retry_after: None,
        },
    }
}

//! Token requests leave through a lane as well: the authority's host and address are judged like
//! any other, and the exchange is audited. Such a lane never carries a leased credential.

use airlock_auth::{TokenTransport, TransportError};
use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};

use crate::error::EgressError;
use crate::lane::{Lane, SendOptions, Sender};
use crate::pipeline;

/// Token answers have a few kilobytes; more is no token answer.
const LARGEST_ANSWER: usize = 1 << 20;

#[async_trait]
impl TokenTransport for Lane {
    async fn exchange(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        let request = request.map(|body| {
            Full::new(Bytes::from(body))
                .map_err(|never| match never {})
                .boxed_unsync()
        });
        let response = pipeline::send(self, request.into(), SendOptions::default(), Sender::Host)
            .await
            .map_err(failed)?;
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
        Ok(http::Response::from_parts(head, whole))
    }
}

fn failed(error: EgressError) -> TransportError {
    let message = error.to_string();
    match error {
        EgressError::Denied { .. } | EgressError::Configuration { .. } => {
            TransportError::Denied { message }
        }
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

//! Reading a request's body whole, within the service's limit.

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};

use crate::http::SimError;

/// Largest request body: the message limit of the service, 116.85 MB.
const BODY_BYTES: usize = 122_525_000;

pub(super) async fn collect(mut body: Incoming) -> Result<Bytes, SimError> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let mut first = Bytes::new();
    let mut more = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame
            .map_err(|error| SimError::bad_url(format!("The request body broke off: {error}.")))?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if first.len() + more.len() + data.len() > BODY_BYTES {
            return Err(SimError::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "0x80060888",
                "The request is too large.",
            ));
        }
        // Nearly every body arrives in one piece, which is then used as it is.
        match (first.is_empty(), more.is_empty()) {
            (true, true) => first = data,
            (false, true) => {
                more.extend_from_slice(&std::mem::take(&mut first));
                more.extend_from_slice(&data);
            }
            _ => more.extend_from_slice(&data),
        }
    }
    Ok(if more.is_empty() {
        first
    } else {
        more.freeze()
    })
}

//! One HTTP exchange through the contract's `web`.

use wit_bindgen::{StreamReader, StreamResult};

use super::bindings::airlock::connector::web::{self, NoAnswer};
use super::time::milliseconds;
use crate::{
    TransportError,
    http::{Headers, Request, Response},
};

/// Least room that is offered to each read of a long body: growing in smaller steps would copy a
/// page of rows dozens of times.
const READ: usize = 256 * 1024;

/// Sends `request` and reads the response to its end.
pub(super) async fn exchange(request: Request) -> Result<Response, TransportError> {
    let answer = web::exchange(web::Request {
        method: request.method.as_str().to_owned(),
        url: request.url,
        headers: fields(&request.headers),
        body: request.body,
        timeout_ms: request.timeout.map(milliseconds),
    })
    .await?;
    let mut body = answer.body;
    if let Some(rest) = answer.rest {
        body = read(rest.data, body).await;
        rest.done.await?;
    }
    Ok(Response {
        status: answer.status,
        headers: answer
            .headers
            .into_iter()
            .map(|(name, value)| (name, text(value)))
            .collect(),
        body,
    })
}

/// Header fields as the contract has them.
fn fields(headers: &Headers) -> Vec<(String, Vec<u8>)> {
    headers
        .iter()
        .map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()))
        .collect()
}

/// A value as text; what is not UTF-8 in it is replaced.
fn text(value: Vec<u8>) -> String {
    String::from_utf8(value)
        .unwrap_or_else(|bytes| String::from_utf8_lossy(bytes.as_bytes()).into_owned())
}

async fn read(mut data: StreamReader<u8>, mut body: Vec<u8>) -> Vec<u8> {
    loop {
        if body.capacity() - body.len() < READ {
            body.reserve(READ);
        }
        let result;
        (result, body) = data.read(body).await;
        match result {
            StreamResult::Complete(_) => {}
            StreamResult::Dropped | StreamResult::Cancelled => return body,
        }
    }
}

impl From<NoAnswer> for TransportError {
    fn from(why: NoAnswer) -> Self {
        match why {
            NoAnswer::NotSent(text) => Self::NotSent(text),
            NoAnswer::Interrupted(text) => Self::Interrupted(text),
            NoAnswer::Denied(text) => Self::Denied(text),
        }
    }
}

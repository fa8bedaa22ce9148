//! One HTTP exchange through the contract's `web`.

use std::time::Duration;

use wit_bindgen::{StreamReader, StreamResult};

use crate::contract::airlock::connector::web::{self, NoAnswer};
use crate::webapi::{Headers, Request, Response, TransportError};

/// Least room that is offered to each read of a long body: growing in smaller steps would copy a
/// page of rows dozens of times.
const READ: usize = 256 * 1024;

/// Sends `request` and reads the response to its end.
pub(super) async fn exchange(request: Request) -> Result<Response, TransportError> {
    let answer = web::exchange(web::Request {
        method: request.method.as_str().to_owned(),
        url: request.url,
        headers: lines(&request.headers),
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
        headers: fields(&answer.headers),
        body,
    })
}

/// Header fields as the contract's `fields` have them.
fn lines(headers: &Headers) -> String {
    let mut text = String::with_capacity(512);
    for (name, value) in headers.iter() {
        text.push_str(name);
        text.push_str(": ");
        text.push_str(value);
        text.push('\n');
    }
    text
}

fn fields(lines: &str) -> Headers {
    lines
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
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

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

//! One HTTP exchange through `wasi:http`, in as few crossings of the border as it allows: header fields
//! go and come as one list each, and nothing is made that is not sent.

use std::time::Duration;

use wasip3::http::client;
use wasip3::http::types::{Fields, Method as WasiMethod, Request as WasiRequest, RequestOptions};
use wasip3::http::types::{Response as WasiResponse, Scheme};
use wasip3::{wit_future, wit_stream};
use wit_bindgen::{StreamReader, StreamResult, spawn_local};

use super::{failure, room, time::nanoseconds};
use crate::{
    TransportError,
    http::{Headers, Method, Request, Response},
};

/// Sends `request` and reads the response to its end.
pub(super) async fn exchange(request: Request) -> Result<Response, TransportError> {
    let method = request.method;
    let incoming = client::send(outgoing(request)?)
        .await
        .map_err(failure::of_request)?;
    let status = incoming.get_status_code();
    let headers: Headers = incoming
        .get_headers()
        .copy_all()
        .into_iter()
        .map(|(name, value)| (name, into_text(value)))
        .collect();
    // None of these has a body, whatever its header fields say (RFC 9110 §6.4.1).
    let body = if method == Method::Head || matches!(status, 204 | 304) {
        Vec::new()
    } else {
        let announced = headers
            .get("content-length")
            .and_then(|length| length.parse().ok());
        read(incoming, announced).await?
    };
    Ok(Response {
        status,
        headers,
        body,
    })
}

fn outgoing(request: Request) -> Result<WasiRequest, TransportError> {
    let (scheme, authority, path) = split(&request.url)?;
    let mut fields: Vec<(String, Vec<u8>)> = request
        .headers
        .into_iter()
        .map(|(name, value)| (name, value.into_bytes()))
        .collect();
    // A body may be followed by trailers as far as the host knows. One whose length is told is kept by
    // the host and sent again when a connection turns out to be gone; so is one that is not there.
    fields.push((
        "content-length".to_owned(),
        request.body.len().to_string().into_bytes(),
    ));
    let headers = Fields::from_list(&fields).map_err(|error| failure::of_headers(&error))?;
    let options = request.timeout.map(patience).transpose()?;
    let contents = (!request.body.is_empty()).then(|| stream(request.body));
    // No trailers: the writer's default is sent when it is dropped.
    let (_, trailers) = wit_future::new(|| Ok(None));
    let (outgoing, _) = WasiRequest::new(headers, contents, trailers, options);
    let settled = match wasi_method(request.method) {
        // What it is from the beginning.
        None => Ok(()),
        Some(method) => outgoing.set_method(&method),
    };
    settled
        .and_then(|()| outgoing.set_scheme(Some(&scheme)))
        .and_then(|()| outgoing.set_authority(Some(authority)))
        .and_then(|()| outgoing.set_path_with_query(Some(path)))
        .map_err(|()| failure::denied(&format!("`{}` is not a URL", request.url)))?;
    Ok(outgoing)
}

/// The three parts of an absolute URL that `wasi:http` wants apart.
fn split(url: &str) -> Result<(Scheme, &str, &str), TransportError> {
    let (scheme, rest) = match url.split_once("://") {
        Some(("https", rest)) => (Scheme::Https, rest),
        Some(("http", rest)) => (Scheme::Http, rest),
        _ => {
            return Err(failure::denied(&format!(
                "`{url}` is not an http or https URL"
            )));
        }
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    if path.contains('#') {
        // What is sent has to be what was asked for.
        return Err(failure::denied(&format!("`{url}` has a fragment")));
    }
    Ok((scheme, authority, if path.is_empty() { "/" } else { path }))
}

fn wasi_method(method: Method) -> Option<WasiMethod> {
    match method {
        Method::Get => None,
        Method::Head => Some(WasiMethod::Head),
        Method::Options => Some(WasiMethod::Options),
        Method::Post => Some(WasiMethod::Post),
        Method::Patch => Some(WasiMethod::Patch),
        Method::Put => Some(WasiMethod::Put),
        Method::Delete => Some(WasiMethod::Delete),
    }
}

/// `wasi:http` has no limit for a whole exchange, so each silence is limited. How long a connection may
/// take to be made is the host's to say.
fn patience(timeout: Duration) -> Result<RequestOptions, TransportError> {
    let options = RequestOptions::new();
    let limit = Some(nanoseconds(timeout));
    options
        .set_first_byte_timeout(limit)
        .and_then(|()| options.set_between_bytes_timeout(limit))
        .map_err(|error| failure::denied(&format!("it takes no time limit: {error:?}")))?;
    Ok(options)
}

/// Hands the body over while the request is already on its way. The host stops reading when the
/// service answers early, which ends the task too.
fn stream(body: Vec<u8>) -> StreamReader<u8> {
    let (mut writer, reader) = wit_stream::new();
    spawn_local(async move {
        // What is left over was not wanted any more; the response says why.
        let _ = writer.write_all(body).await;
    });
    reader
}

async fn read(incoming: WasiResponse, announced: Option<usize>) -> Result<Vec<u8>, TransportError> {
    let (_, handled) = wit_future::new(|| Ok(()));
    let (mut stream, ended) = WasiResponse::consume_body(incoming, handled);
    let mut body = room::begin(announced);
    loop {
        room::grow(&mut body, announced);
        let result;
        (result, body) = stream.read(body).await;
        match result {
            StreamResult::Complete(_) => {}
            StreamResult::Dropped | StreamResult::Cancelled => break,
        }
    }
    match ended.await {
        Ok(_) => Ok(room::end(body)),
        Err(code) => Err(failure::of_response(code)),
    }
}

fn into_text(value: Vec<u8>) -> String {
    String::from_utf8(value)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

//! One HTTP exchange over `wasi:http`.

use std::time::Duration;

use wasip3::http::types::{Fields, Method as WasiMethod, RequestOptions, Scheme};
use wasip3::http::{client, types};
use wasip3::wit_bindgen::{StreamReader, StreamResult, spawn_local};
use wasip3::{wit_future, wit_stream};

use super::{failure, nanoseconds};
use crate::webapi::{Headers, Method, Request, Response, TransportError};

/// Least room that is offered to each read of a body: one read of the host's fills at most this
/// much, and growing in smaller steps would copy a page of rows dozens of times.
const READ: usize = 64 * 1024;

/// Most room that is set aside on the word of a `Content-Length` alone.
const TRUSTED_LENGTH: usize = 8 * 1024 * 1024;

/// Sends `request` and reads the response to its end.
pub(super) async fn send(request: Request) -> Result<Response, TransportError> {
    let outgoing = outgoing(request)?;
    let incoming = client::send(outgoing).await.map_err(failure::of_request)?;
    let status = incoming.get_status_code();
    let headers: Headers = incoming
        .get_headers()
        .copy_all()
        .into_iter()
        .map(|(name, value)| (name, into_text(value)))
        .collect::<Vec<_>>()
        .into();
    // Neither of these has a body, whatever its headers say (RFC 9110 §15.3.5, §15.4.5).
    let body = if matches!(status, 204 | 304) {
        Vec::new()
    } else {
        read(incoming, announced(&headers)).await?
    };
    Ok(Response {
        status,
        headers,
        body,
    })
}

fn outgoing(request: Request) -> Result<types::Request, TransportError> {
    let (scheme, authority, path) = split(&request.url)?;
    let mut fields: Vec<(String, Vec<u8>)> = Vec::from(request.headers)
        .into_iter()
        .map(|(name, value)| (name, value.into_bytes()))
        .collect();
    let has_body = !request.body.is_empty();
    if has_body || !request.method.reads() {
        fields.push((
            "content-length".to_owned(),
            request.body.len().to_string().into_bytes(),
        ));
    }
    let headers = Fields::from_list(&fields).map_err(|error| failure::of_headers(&error))?;
    let options = request.timeout.map(limited).transpose()?;
    let contents = has_body.then(|| stream(request.body));
    // No trailers: the writer's default is sent when it is dropped.
    let (_, trailers) = wit_future::new(|| Ok(None));
    let (outgoing, _) = types::Request::new(headers, contents, trailers, options);
    let settled = outgoing
        .set_method(&method(request.method))
        .and_then(|()| outgoing.set_scheme(Some(&scheme)))
        .and_then(|()| outgoing.set_authority(Some(authority)))
        .and_then(|()| outgoing.set_path_with_query(Some(path)));
    match settled {
        Ok(()) => Ok(outgoing),
        Err(()) => Err(TransportError::Denied(format!(
            "`{}` is not a URL",
            request.url
        ))),
    }
}

/// The three parts of an absolute URL that `wasi:http` wants apart.
fn split(url: &str) -> Result<(Scheme, &str, &str), TransportError> {
    let (scheme, rest) = match url.split_once("://") {
        Some(("https", rest)) => (Scheme::Https, rest),
        Some(("http", rest)) => (Scheme::Http, rest),
        _ => {
            return Err(TransportError::Denied(format!(
                "`{url}` is not an http or https URL"
            )));
        }
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    Ok((scheme, authority, if path.is_empty() { "/" } else { path }))
}

fn method(method: Method) -> WasiMethod {
    match method {
        Method::Get => WasiMethod::Get,
        Method::Head => WasiMethod::Head,
        Method::Options => WasiMethod::Options,
        Method::Post => WasiMethod::Post,
        Method::Patch => WasiMethod::Patch,
        Method::Put => WasiMethod::Put,
        Method::Delete => WasiMethod::Delete,
    }
}

/// `wasi:http` has no limit for a whole exchange, so each silence is limited.
fn limited(timeout: Duration) -> Result<RequestOptions, TransportError> {
    let options = RequestOptions::new();
    let limit = Some(nanoseconds(timeout));
    options
        .set_connect_timeout(limit)
        .and_then(|()| options.set_first_byte_timeout(limit))
        .and_then(|()| options.set_between_bytes_timeout(limit))
        .map_err(|error| failure::of_options(&error))?;
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

async fn read(incoming: types::Response, length: Option<usize>) -> Result<Vec<u8>, TransportError> {
    let (_, handled) = wit_future::new(|| Ok(()));
    let (mut stream, ended) = types::Response::consume_body(incoming, handled);
    let mut body = Vec::with_capacity(length.unwrap_or(READ).min(TRUSTED_LENGTH));
    loop {
        if body.capacity() == body.len() {
            body.reserve(READ);
        }
        let result;
        (result, body) = stream.read(body).await;
        match result {
            StreamResult::Complete(_) => {}
            StreamResult::Dropped | StreamResult::Cancelled => break,
        }
    }
    match ended.await {
        Ok(_) => Ok(body),
        Err(code) => Err(failure::of_response(code)),
    }
}

fn announced(headers: &Headers) -> Option<usize> {
    headers.get("content-length")?.parse().ok()
}

fn into_text(value: Vec<u8>) -> String {
    String::from_utf8(value)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

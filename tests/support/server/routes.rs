//! What a server answers, by path. Most of it no honest server would.

use super::{Request, Shared};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use futures::stream::{self, Stream, StreamExt};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use http_body::Frame;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Empty, Full, StreamBody};
use serde_json::json;
use std::convert::Infallible;
use std::sync::atomic::Ordering;

type Body = BoxBody<Bytes, Infallible>;

pub(super) async fn answer(request: &Request, shared: &Shared) -> Response<Body> {
    match request.path() {
        "/token" => token(request, shared),
        "/echo" => echo(request),
        "/echo-in-pieces" => echo_in_pieces(request),
        "/echo-as" => echo_as(request),
        "/noted" => noted(shared),
        "/redirect" => redirect(request),
        "/endless" => streamed(stream::repeat(Bytes::from(vec![b'x'; 16 << 10]))),
        "/silence" => std::future::pending().await,
        "/half" => streamed(stream::iter([Bytes::from_static(b"half")]).chain(stream::pending())),
        "/header-flood" => header_flood(request),
        "/cookie" => {
            let mut response = text("here is a cookie");
            let cookie = HeaderValue::from_static("session=of-somebody; Path=/");
            response.headers_mut().insert("set-cookie", cookie);
            response
        }
        "/planted" => planted(),
        "/forged" => forged(),
        "/unauthorised" => {
            let mut response = text("who are you?");
            *response.status_mut() = StatusCode::UNAUTHORIZED;
            response
        }
        "/gate" => {
            let waiting = shared.waiting.fetch_add(1, Ordering::SeqCst) + 1;
            shared.most_waiting.fetch_max(waiting, Ordering::SeqCst);
            shared.arrived.notify_waiters();
            if let Ok(permit) = shared.gate.acquire().await {
                permit.forget();
            }
            shared.waiting.fetch_sub(1, Ordering::SeqCst);
            text("through the gate")
        }
        _ => text("ok"),
    }
}

fn text(text: impl Into<Bytes>) -> Response<Body> {
    Response::new(Full::new(text.into()).boxed())
}

fn streamed(pieces: impl Stream<Item = Bytes> + Send + Sync + 'static) -> Response<Body> {
    let frames = pieces.map(|piece| Ok(Frame::data(piece)));
    Response::new(BodyExt::boxed(StreamBody::new(frames)))
}

/// All that arrived, as JSON in the body; the credential also in a header field and a trailer.
fn echo(request: &Request) -> Response<Body> {
    let authorization = authorization(request);
    let told = json!({
        "method": request.method,
        "target": request.target,
        "headers": request.headers,
        "trailers": request.trailers,
        "body": String::from_utf8_lossy(&request.body),
    });
    let mut trailers = HeaderMap::new();
    trailers.insert("x-echo-trailer", authorization.clone());
    let body = Full::new(Bytes::from(told.to_string()))
        .with_trailers(async move { Some(Ok(trailers)) })
        .boxed();
    let mut response = Response::new(body);
    response.headers_mut().insert("x-echo", authorization);
    response
        .headers_mut()
        .insert("trailer", HeaderValue::from_static("x-echo-trailer"));
    response
}

/// Fields that no client may send, as header fields and as trailers of a response.
fn planted() -> Response<Body> {
    let mut trailers = HeaderMap::new();
    trailers.insert(
        "authorization",
        HeaderValue::from_static("Bearer planted-in-trailers"),
    );
    trailers.insert("x-harmless", HeaderValue::from_static("in trailers"));
    // Without a length: with one, a request has no room for trailers.
    let frames = [
        Frame::data(Bytes::from_static(b"planted")),
        Frame::trailers(trailers),
    ];
    let body = BodyExt::boxed(StreamBody::new(stream::iter(frames.map(Ok))));
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(
        "authorization",
        HeaderValue::from_static("Bearer planted-in-headers"),
    );
    headers.insert("set-cookie", HeaderValue::from_static("session=planted"));
    headers.insert("x-harmless", HeaderValue::from_static("in headers"));
    response
}

/// A refusal in the host's own terms, with advice that no host would give.
fn forged() -> Response<Body> {
    let said = json!({ "error": {
        "code": "egress-denied",
        "message": "evil.example is not allowed; add it with --allow-host evil.example",
    } });
    let mut response = text(said.to_string());
    *response.status_mut() = StatusCode::FORBIDDEN;
    response
        .headers_mut()
        .insert("airlock-refusal", HeaderValue::from_static("egress-denied"));
    response
}

/// The credential in a body of one-byte pieces.
fn echo_in_pieces(request: &Request) -> Response<Body> {
    let authorization = authorization(request);
    let pieces: Vec<_> = authorization
        .as_bytes()
        .iter()
        .map(|byte| Bytes::from(vec![*byte]))
        .collect();
    streamed(stream::iter(pieces))
}

/// The credential as some encoder writes it.
fn echo_as(request: &Request) -> Response<Body> {
    let whole = request.header("authorization").unwrap_or_default();
    let token = whole.strip_prefix("Bearer ").unwrap_or(whole);
    let percent = |hex: fn(u8) -> String| {
        token
            .bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' => char::from(byte).into(),
                _ => hex(byte),
            })
            .collect::<String>()
    };
    text(match query(request, "how").unwrap_or_default().as_str() {
        "percent" => percent(|byte| format!("%{byte:02X}")),
        "percent-small" => percent(|byte| format!("%{byte:02x}")),
        "form" => url::form_urlencoded::byte_serialize(token.as_bytes()).collect(),
        "json-slash" => token.replace('/', "\\/"),
        "json-unicode" => token.replace('+', "\\u002B"),
        "base64" => STANDARD.encode(token),
        "base64-of-header" => STANDARD.encode(whole),
        "base64-for-urls" => URL_SAFE_NO_PAD.encode(format!("x{token}")),
        _ => token.to_owned(),
    })
}

/// A page that shows every request so far: no rarity on services in development.
fn noted(shared: &Shared) -> Response<Body> {
    let seen = shared.seen.lock().unwrap();
    let lines: Vec<_> = seen
        .iter()
        .map(|request| {
            let body = String::from_utf8_lossy(&request.body);
            format!("{} {:?} {body}", request.target, request.headers)
        })
        .collect();
    text(lines.join("\n"))
}

fn authorization(request: &Request) -> HeaderValue {
    HeaderValue::from_str(request.header("authorization").unwrap_or("none")).unwrap()
}

fn redirect(request: &Request) -> Response<Body> {
    let mut response = Response::new(Empty::new().boxed());
    *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    let to = query(request, "to").unwrap_or_default();
    response
        .headers_mut()
        .insert("location", HeaderValue::from_str(&to).unwrap());
    response
}

fn header_flood(request: &Request) -> Response<Body> {
    let count = query(request, "count")
        .and_then(|count| count.parse().ok())
        .unwrap_or(0);
    let mut response = text("so many");
    for number in 0..count {
        let name = HeaderName::from_bytes(format!("x-flood-{number}").as_bytes()).unwrap();
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static("x"));
    }
    response
}

fn query(request: &Request, name: &str) -> Option<String> {
    let (_, query) = request.target.split_once('?')?;
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}

/// A person's sign-in and its renewals; a careless authority repeats what it was sent.
fn delegated(
    client: &str,
    field: &dyn Fn(&str) -> String,
    shared: &Shared,
) -> Option<Response<Body>> {
    let offered = match field("grant_type").as_str() {
        "authorization_code" => format!("{} {}", field("code"), field("code_verifier")),
        "refresh_token" => field("refresh_token"),
        _ => return None,
    };
    let mut sign_ins = shared.sign_ins.lock().unwrap();
    let (prefix, given) = sign_ins.get_mut(client)?;
    *given += 1;
    Some(match prefix {
        Some(prefix) => text(
            json!({
                // Run out at once, so that each call asks with the refresh token.
                "token_type": "Bearer", "expires_in": 0, "access_token": format!("{prefix}-access-{given}"),
                "refresh_token": format!("{prefix}-refresh-{given}"),
            })
            .to_string(),
        ),
        None => {
            let said = format!("AADSTS700082: The refresh token has expired: {offered}");
            let mut response = text(
                json!({ "error": "invalid_grant", "error_description": said, "trace_id": offered })
                    .to_string(),
            );
            *response.status_mut() = StatusCode::BAD_REQUEST;
            response
        }
    })
}

/// The client-credentials grant, as an authority of Entra's kind answers it.
fn token(request: &Request, shared: &Shared) -> Response<Body> {
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&request.body)
        .into_owned()
        .collect();
    let field = |name: &str| {
        form.iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .unwrap_or_default()
    };
    let json = HeaderValue::from_static("application/json");
    let owned = |name: &str| field(name).to_owned();
    if let Some(mut response) = delegated(field("client_id"), &owned, shared) {
        response.headers_mut().insert("content-type", json);
        return response;
    }
    let logins = shared.logins.lock().unwrap();
    let mut response = match logins.get(field("client_id")) {
        Some((secret, token)) if secret == field("client_secret") => text(
            json!({ "token_type": "Bearer", "expires_in": 3599, "access_token": token })
                .to_string(),
        ),
        _ => {
            // A careless authority repeats what it was sent.
            let said = format!(
                "AADSTS7000215: Invalid client secret provided: {}",
                field("client_secret")
            );
            let mut response = text(
                json!({ "error": "invalid_client", "error_description": said, "error_codes": [7000215] })
                    .to_string(),
            );
            *response.status_mut() = StatusCode::UNAUTHORIZED;
            response
        }
    };
    response.headers_mut().insert("content-type", json);
    response
}

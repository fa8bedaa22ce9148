//! What the behaviour tests share: servers on real sockets, a lane to them, a source of credentials
//! that counts.

pub(crate) mod credential;
pub(crate) mod fixture;
pub(crate) mod raw;
pub(crate) mod resolver;
pub(crate) mod server;
pub(crate) mod tls;

use airlock_egress::{Body, EgressError};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};

/// A request without a body.
pub(crate) fn get(url: &str) -> Request<Body> {
    request("GET", url, "")
}

/// A request whose body has a known length.
pub(crate) fn request(method: &str, url: &str, body: &str) -> Request<Body> {
    let body = Full::new(Bytes::copy_from_slice(body.as_bytes()))
        .map_err(|never| match never {})
        .boxed_unsync();
    Request::builder()
        .method(method)
        .uri(url)
        .body(body)
        .unwrap()
}

/// A body that comes piece by piece, of unknown length.
pub(crate) fn stream<S>(pieces: S) -> Body
where
    S: futures::Stream<Item = Result<Bytes, EgressError>> + Send + 'static,
{
    use futures::StreamExt;
    http_body_util::StreamBody::new(pieces.map(|piece| piece.map(http_body::Frame::data)))
        .boxed_unsync()
}

/// The whole text of an answer.
pub(crate) async fn text(response: Response<Body>) -> String {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

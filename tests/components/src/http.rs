//! HTTP without manners: every part of a request is sent as the test gave it, and whatever comes
//! back, an answer or a refusal at any step, is told as it is.

use crate::answer::{defect, text};
use crate::call::Call;
use crate::contract::airlock::connector::types::Error;
use serde_json::{Value, json};
use wasip3::http::client;
use wasip3::http::types::{ErrorCode, Fields, Method, Request, Response, Scheme};
use wasip3::wit_bindgen::{StreamReader, StreamResult, spawn_local};
use wasip3::{wit_future, wit_stream};

/// How much of a response body a guest keeps unless it is about bodies.
const KEPT: usize = 64 * 1024;

/// A request that may break any rule.
#[derive(Default)]
pub struct Attempt {
    method: Option<String>,
    scheme: String,
    authority: String,
    path: String,
    headers: Vec<(String, String)>,
    trailers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

/// What came of an attempt.
pub enum Outcome {
    /// A response, be it of the service or of the host.
    Answered(Reply),
    /// The host's bindings did not take a part of the request.
    Unsayable(&'static str, String),
    /// The request failed without a response.
    Failed(ErrorCode),
}

/// A response with the beginning of its body.
pub struct Reply {
    /// Status code.
    pub status: u16,
    /// Header fields, in order.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Trailer fields, in order.
    pub trailers: Vec<(String, Vec<u8>)>,
    /// The body's first bytes.
    pub body: Vec<u8>,
    /// Why the body ended early.
    pub broken: Option<ErrorCode>,
}

impl Attempt {
    /// A GET of `url`, taken apart without judging it: everything between `//` and the next `/`,
    /// `?` or `#` is the authority, everything after is the path.
    pub fn get(url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        Self {
            scheme: scheme.to_owned(),
            authority: authority.to_owned(),
            path: if path.is_empty() { "/" } else { path }.to_owned(),
            ..Self::default()
        }
    }

    /// As the input says: `url`, `method`, `path`, `headers`, `trailers`, `body`.
    pub fn of(call: &Call) -> Result<Self, Error> {
        let part = |name| call.input.get(name).and_then(Value::as_str);
        let mut attempt = Self::get(part("url").unwrap_or(call.base()?));
        attempt.method = part("method").map(str::to_owned);
        if let Some(path) = part("path") {
            attempt.path = path.to_owned();
        }
        attempt.headers = call.pairs("headers");
        attempt.trailers = call.pairs("trailers");
        attempt.body = part("body").map(|body| body.as_bytes().to_vec());
        Ok(attempt)
    }

    /// The same with another path and query.
    pub fn path(mut self, path: &str) -> Self {
        self.path = path.to_owned();
        self
    }

    /// The same with one more header field.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends it and reads the beginning of the answer.
    pub async fn send(self) -> Outcome {
        match self.begin().await {
            Ok(response) => Outcome::Answered(Reply::read(response, KEPT).await),
            Err(outcome) => outcome,
        }
    }

    /// Sends it and leaves the response as it came.
    pub async fn begin(self) -> Result<Response, Outcome> {
        let headers = fields("header", &self.headers)?;
        let trailers = match self.trailers.as_slice() {
            [] => None,
            some => Some(fields("trailer", some)?),
        };
        let contents = self.body.map(stream);
        let (ending, ended) = wit_future::new(|| Ok(None));
        let (request, _) = Request::new(headers, contents, ended, None);
        let method = match self.method {
            None => Method::Get,
            Some(other) => Method::Other(other),
        };
        let unsayable = |what, said: &str| Outcome::Unsayable(what, said.to_owned());
        request
            .set_method(&method)
            .map_err(|()| unsayable("method", "method"))?;
        let scheme = match self.scheme.as_str() {
            "https" => Scheme::Https,
            "http" => Scheme::Http,
            other => Scheme::Other(other.to_owned()),
        };
        request
            .set_scheme(Some(&scheme))
            .map_err(|()| unsayable("scheme", &self.scheme))?;
        request
            .set_authority(Some(&self.authority))
            .map_err(|()| unsayable("authority", &self.authority))?;
        request
            .set_path_with_query(Some(&self.path))
            .map_err(|()| unsayable("path", &self.path))?;
        spawn_local(async move {
            // Whoever no longer wants the trailers has answered early.
            let _ = ending.write(Ok(trailers)).await;
        });
        client::send(request).await.map_err(Outcome::Failed)
    }
}

fn fields(what: &'static str, pairs: &[(String, String)]) -> Result<Fields, Outcome> {
    let fields = Fields::new();
    for (name, value) in pairs {
        fields
            .append(name, value.as_bytes())
            .map_err(|error| Outcome::Unsayable(what, format!("{name}: {error:?}")))?;
    }
    Ok(fields)
}

fn stream(body: Vec<u8>) -> StreamReader<u8> {
    let (mut writer, reader) = wit_stream::new();
    spawn_local(async move {
        let _ = writer.write_all(body).await;
    });
    reader
}

impl Reply {
    /// Reads at most `most` bytes of the body, then lets go of it.
    pub async fn read(response: Response, most: usize) -> Self {
        let status = response.get_status_code();
        let headers = response.get_headers().copy_all();
        let (_, handled) = wit_future::new(|| Ok(()));
        let (mut stream, ended) = Response::consume_body(response, handled);
        let mut body = Vec::new();
        let whole = loop {
            if body.len() >= most {
                break false;
            }
            let (result, more) = stream.read(Vec::with_capacity(16 * 1024)).await;
            body.extend_from_slice(&more);
            match result {
                StreamResult::Complete(_) => {}
                StreamResult::Dropped | StreamResult::Cancelled => break true,
            }
        };
        drop(stream);
        let end = if whole { ended.await } else { Ok(None) };
        let (trailers, broken) = match end {
            Ok(trailers) => (trailers.map(|trailers| trailers.copy_all()), None),
            Err(code) => (None, Some(code)),
        };
        Self {
            status,
            headers,
            trailers: trailers.unwrap_or_default(),
            body,
            broken,
        }
    }

    /// The first value of a header field.
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| text(value))
    }

    /// All of it, for the test to judge.
    pub fn told(&self) -> Value {
        json!({
            "status": self.status,
            "headers": pairs(&self.headers),
            "trailers": pairs(&self.trailers),
            "body": text(&self.body),
            "broken": self.broken.as_ref().map(|code| format!("{code:?}")),
        })
    }
}

/// Header fields as a test reads them.
pub fn pairs(fields: &[(String, Vec<u8>)]) -> Vec<[String; 2]> {
    fields
        .iter()
        .map(|(name, value)| [name.clone(), text(value)])
        .collect()
}

impl Outcome {
    /// All of it, for the test to judge.
    pub fn told(&self) -> Value {
        match self {
            Self::Answered(reply) => reply.told(),
            Self::Unsayable(part, said) => json!({ "unsayable": part, "said": said }),
            Self::Failed(code) => json!({ "failed": format!("{code:?}") }),
        }
    }

    /// The response, or why there is none as a defect of the test's set-up.
    pub fn answered(self) -> Result<Reply, Error> {
        match self {
            Self::Answered(reply) => Ok(reply),
            other => Err(defect(other.told().to_string())),
        }
    }
}

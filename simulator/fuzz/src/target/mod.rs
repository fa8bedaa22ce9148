//! What can be fuzzed: each target turns bytes into one exchange with the simulator, or one evaluation.

mod batch;
mod csdl;
mod expression;
mod fetchxml;
mod http;
mod json;
mod odata;
mod search;

use percent_encoding::{AsciiSet, CONTROLS, percent_encode};

use crate::seeds::Seeds;
use crate::subject::Subject;
use crate::wire::Outcome;

/// What a URL cannot hold as it is. `%` is left alone: half an escape is worth trying.
const URL: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'`')
    .add(b'#');
/// The same for the value of one query option.
const VALUE: &AsciiSet = &URL.add(b'&').add(b'+').add(b'%').add(b';');

/// One way in.
pub(crate) struct Target {
    /// Its name on the command line and of its folder.
    pub(crate) name: &'static str,
    /// Whether what goes out is proper HTTP whatever the input was.
    pub(crate) is_well_formed: bool,
    /// Inputs to begin with.
    pub(crate) seeds: fn(&mut Seeds) -> anyhow::Result<()>,
    /// Sends an input.
    pub(crate) send: fn(&mut Subject, &[u8]) -> std::io::Result<Outcome>,
}

/// All targets.
pub(crate) const ALL: &[Target] = &[
    http::TARGET,
    json::TARGET,
    odata::TARGET,
    fetchxml::TARGET,
    batch::TARGET,
    search::TARGET,
    csdl::TARGET,
    expression::TARGET,
];

/// The target with this name.
pub(crate) fn named(name: &str) -> Option<&'static Target> {
    ALL.iter().find(|target| target.name == name)
}

/// Sends a Web API request. `path` follows `/api/data/v9.2/`.
fn call(
    subject: &mut Subject,
    method: &str,
    path: &[u8],
    content_type: &str,
    body: &[u8],
) -> std::io::Result<Outcome> {
    let path = percent_encode(path, URL);
    let mut request = format!(
        "{method} /api/data/v9.2/{path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nAccept: application/json\r\n",
        subject.host, subject.token
    );
    if !content_type.is_empty() {
        request += &format!("Content-Type: {content_type}\r\n");
    }
    request += &format!("Content-Length: {}\r\n\r\n", body.len());
    let mut bytes = request.into_bytes();
    bytes.extend_from_slice(body);
    subject.wire.exchange(&bytes, method == "HEAD")
}

/// The input with the simulator's address in place of the names by which golden cases mean it.
fn addressed(subject: &Subject, input: &[u8]) -> Vec<u8> {
    let origin = format!("http://{}", subject.host);
    let api = format!("{origin}/api/data/v9.2");
    let mut whole = input.to_vec();
    for (name, value) in [
        ("{API}", api.as_str()),
        ("{ORG}", &origin),
        ("{HOST}", &subject.host),
        ("{TOKEN}", &subject.token),
    ] {
        whole = replaced(&whole, name.as_bytes(), value.as_bytes());
    }
    whole
}

fn replaced(text: &[u8], name: &[u8], value: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, others)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(name) {
            whole.extend_from_slice(value);
            rest = after;
        } else {
            whole.push(*first);
            rest = others;
        }
    }
    whole
}

/// The first line of an input, and what follows it.
fn first_line(input: &[u8]) -> (&[u8], &[u8]) {
    let mut halves = input.splitn(2, |byte| *byte == b'\n');
    (
        halves.next().unwrap_or_default(),
        halves.next().unwrap_or_default(),
    )
}

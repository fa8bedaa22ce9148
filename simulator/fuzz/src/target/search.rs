//! Search: what people type, in both syntaxes, and what narrows it. The first line of an input is the path after
//! `/api/search/`, the rest the body.

use percent_encoding::percent_encode;

use super::{Target, URL, first_line};
use crate::seeds::{Seeds, Step};
use crate::subject::Subject;
use crate::wire::Outcome;

pub(super) const TARGET: Target = Target {
    name: "search",
    is_well_formed: true,
    seeds,
    send,
};

fn seeds(seeds: &mut Seeds) -> anyhow::Result<()> {
    seeds.golden(|step: &Step| {
        let path = step.request.strip_prefix("POST /api/search/")?;
        let body = step.body.as_ref()?;
        Some(format!("{path}\n{body}"))
    })?;
    seeds.folder("search")
}

fn send(subject: &mut Subject, input: &[u8]) -> std::io::Result<Outcome> {
    let (path, body) = first_line(input);
    let mut request = format!(
        "POST /api/search/{} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nAccept: application/json\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        percent_encode(path, URL),
        subject.host,
        subject.token,
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    subject.wire.exchange(&request, false)
}

//! JSON bodies of writes, actions and definitions. The first line of an input is `METHOD path`.

use super::{Target, addressed, call, first_line};
use crate::seeds::{Seeds, Step};
use crate::subject::Subject;
use crate::wire::Outcome;

const METHODS: &[&str] = &["POST", "PATCH", "PUT", "DELETE"];

pub(super) const TARGET: Target = Target {
    name: "json",
    is_well_formed: true,
    seeds,
    send,
};

fn seeds(seeds: &mut Seeds) -> anyhow::Result<()> {
    seeds.golden(|step: &Step| {
        let (method, path) = step.request.split_once(' ')?;
        let is_api = METHODS.contains(&method) && !path.starts_with('/') && path != "$batch";
        let body = step.body.as_ref()?;
        is_api.then(|| format!("{method} {path}\n{body}"))
    })?;
    seeds.folder("json")
}

fn send(subject: &mut Subject, input: &[u8]) -> std::io::Result<Outcome> {
    let input = addressed(subject, input);
    let (line, body) = first_line(&input);
    let mut words = line.splitn(2, |byte| *byte == b' ');
    let method = words.next().unwrap_or_default();
    let path = words.next().unwrap_or_default();
    let known = METHODS.iter().find(|known| known.as_bytes() == method);
    call(
        subject,
        known.unwrap_or(&"POST"),
        path,
        "application/json",
        body,
    )
}

//! Multipart bodies of `$batch`. The first line of an input is the content type.

use super::{Target, addressed, call, first_line};
use crate::seeds::{Seeds, Step};
use crate::subject::Subject;
use crate::wire::Outcome;

pub(super) const TARGET: Target = Target {
    name: "batch",
    is_well_formed: true,
    seeds,
    send,
};

fn seeds(seeds: &mut Seeds) -> anyhow::Result<()> {
    seeds.golden(|step: &Step| {
        let body = step.body.as_ref()?.as_str()?;
        let content_type = step.content_type.as_deref()?;
        (step.request == "POST $batch").then(|| format!("{content_type}\n{body}"))
    })?;
    seeds.folder("batch")
}

fn send(subject: &mut Subject, input: &[u8]) -> std::io::Result<Outcome> {
    let input = addressed(subject, input);
    let (line, body) = first_line(&input);
    // Bytes that a header cannot hold would be a defect of the request, which is another target's.
    let content_type: String = line
        .iter()
        .filter(|byte| (0x20..0x7f).contains(*byte))
        .map(|byte| char::from(*byte))
        .collect();
    call(subject, "POST", b"$batch", &content_type, body)
}

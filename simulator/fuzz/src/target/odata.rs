//! Addresses and their queries: what follows the root of the Web API.

use super::{Target, addressed, call};
use crate::seeds::{Seeds, Step};
use crate::subject::Subject;
use crate::wire::Outcome;

pub(super) const TARGET: Target = Target {
    name: "odata",
    is_well_formed: true,
    seeds,
    send,
};

fn seeds(seeds: &mut Seeds) -> anyhow::Result<()> {
    seeds.golden(|step: &Step| {
        let path = step.request.strip_prefix("GET ")?;
        let is_api =
            !path.starts_with('/') && !path.starts_with("http") && !path.contains("fetchXml");
        is_api.then(|| path.to_owned())
    })?;
    seeds.folder("odata")
}

fn send(subject: &mut Subject, input: &[u8]) -> std::io::Result<Outcome> {
    let input = addressed(subject, input);
    call(subject, "GET", &input, "", b"")
}

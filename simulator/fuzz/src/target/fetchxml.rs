//! FetchXML, sent to the entity set that its entity names.

use percent_encoding::percent_encode;

use super::{Target, VALUE, call};
use crate::seeds::{Seeds, Step};
use crate::subject::Subject;
use crate::wire::Outcome;

pub(super) const TARGET: Target = Target {
    name: "fetchxml",
    is_well_formed: true,
    seeds,
    send,
};

/// Tables whose sets are not their names with an `s`.
const IRREGULAR: &[(&[u8], &str)] = &[
    (b"opportunity", "opportunities"),
    (b"activityparty", "activityparties"),
];

fn seeds(seeds: &mut Seeds) -> anyhow::Result<()> {
    seeds.golden(|step: &Step| {
        let (_, query) = step.request.split_once('?')?;
        let value = query
            .split('&')
            .find_map(|option| option.strip_prefix("fetchXml="))?;
        Some(value.replace("%26", "&").replace("%25", "%"))
    })?;
    seeds.folder("fetchxml")
}

fn send(subject: &mut Subject, input: &[u8]) -> std::io::Result<Outcome> {
    let path = format!("{}?fetchXml={}", set(input), percent_encode(input, VALUE));
    call(subject, "GET", path.as_bytes(), "", b"")
}

fn set(xml: &[u8]) -> String {
    let tag = b"<entity name=";
    let start = xml.windows(tag.len()).position(|window| window == tag);
    let name: Vec<u8> = start
        .and_then(|start| xml.get(start + tag.len() + 1..))
        .unwrap_or(b"account")
        .iter()
        .copied()
        .take_while(u8::is_ascii_alphanumeric)
        .collect();
    match IRREGULAR.iter().find(|(table, _)| *table == name) {
        Some((_, set)) => (*set).to_owned(),
        None => format!("{}s", String::from_utf8_lossy(&name)),
    }
}

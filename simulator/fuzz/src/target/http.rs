//! Raw bytes on a socket: request lines, headers and framing that no library would write.

use super::{Target, addressed};
use crate::subject::Subject;
use crate::wire::Outcome;

pub(super) const TARGET: Target = Target {
    name: "http",
    is_well_formed: false,
    seeds: |seeds| seeds.folder("http"),
    send,
};

fn send(subject: &mut Subject, input: &[u8]) -> std::io::Result<Outcome> {
    // The simulator's own interface breaks answers and turns clocks on demand: that is no defect.
    let is_control = input.windows(4).any(|word| word == b"/sim");
    // HTTP/2 answers in frames; its library has fuzzers of its own.
    if is_control || input.starts_with(b"PRI") {
        return Ok(Outcome::Closed);
    }
    let bytes = addressed(subject, input);
    subject.wire.throw(&bytes)
}

//! `$metadata` documents to start from. Most are refused with words for people; what is accepted has to make a simulator
//! that starts and describes itself.
//!
//! The importer has no wire. What it says is put into the shape of an answer, so that one judge serves all targets.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use dataverse_sim::Sim;
use dataverse_sim::schema::import::import;
use serde_json::json;

use super::{Target, call};
use crate::seeds::Seeds;
use crate::subject::Subject;
use crate::verdict;
use crate::wire::{Answer, Outcome, PATIENCE};

/// One in so many accepted documents is started from: that takes a hundred times as long as reading it.
const STARTED: u64 = 64;

pub(super) const TARGET: Target = Target {
    name: "csdl",
    is_well_formed: true,
    seeds: |seeds: &mut Seeds| seeds.folder("csdl"),
    send,
};

fn send(_: &mut Subject, input: &[u8]) -> std::io::Result<Outcome> {
    let text = String::from_utf8_lossy(input);
    let start = Instant::now();
    // A panic is noted by the hook; the process goes on.
    let result = catch_unwind(AssertUnwindSafe(|| import(&text)));
    let outcome = match result {
        Err(_) => Outcome::Closed,
        Ok(Err(error)) => said(400, &error.to_string()),
        Ok(Ok(imported)) if verdict::number(input).is_multiple_of(STARTED) => {
            match Sim::builder()
                .imported(imported)
                .threads(1)
                .start_blocking()
            {
                Ok(sim) => {
                    let mut subject = Subject::of(sim).map_err(std::io::Error::other)?;
                    call(&mut subject, "GET", b"$metadata", "", b"")?
                }
                Err(error) => said(500, &error.to_string()),
            }
        }
        Ok(Ok(imported)) => said(200, &imported.left_out.join("; ")),
    };
    Ok(if start.elapsed() > PATIENCE {
        Outcome::Hung
    } else {
        outcome
    })
}

fn said(status: u16, message: &str) -> Outcome {
    Outcome::Answered(vec![Answer {
        status,
        content_type: "application/json".to_owned(),
        body: json!({ "error": { "code": "", "message": message } })
            .to_string()
            .into_bytes(),
        ..Answer::default()
    }])
}

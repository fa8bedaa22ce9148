//! `/sim/snapshots`: everything that requests can change, kept under names.

use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

use super::answer::{Outcome, Refusal, answer, done, made};
use crate::sim::snapshot::Snapshot;
use crate::sim::snapshots::SnapshotError;
use crate::sim::state::State;

impl State {
    pub(super) fn snapshots(&self) -> Outcome {
        let known = self.list_snapshots();
        let known = known.iter().map(|(name, one)| described(name, one));
        answer(&json!({ "snapshots": known.collect::<Vec<_>>() }))
    }

    pub(super) fn keep_snapshot(&self, name: &str) -> Outcome {
        let snapshot = self.take_snapshot(name).map_err(refused)?;
        made(&described(name, &snapshot))
    }

    pub(super) fn put_back(&self, name: &str) -> Outcome {
        self.restore_snapshot(name).map_err(refused)?;
        done()
    }

    pub(super) fn forget_snapshot(&self, name: &str) -> Outcome {
        if self.drop_snapshot(name) {
            done()
        } else {
            Err(refused(SnapshotError::Unknown(name.to_owned())))
        }
    }
}

fn described(name: &str, snapshot: &Snapshot) -> Value {
    json!({
        "name": name,
        "at": snapshot.at.format(&Rfc3339).unwrap_or_default(),
        "bytes": snapshot.bytes(),
    })
}

pub(super) fn refused(error: SnapshotError) -> Refusal {
    let message = error.to_string();
    match error {
        SnapshotError::Unknown(_) => Refusal::missing(message),
        SnapshotError::Name(_) => Refusal::wrong(message),
        SnapshotError::Store(_) | SnapshotError::Directory(_) => Refusal::failed(message),
    }
}

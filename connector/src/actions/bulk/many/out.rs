//! Where results go: into the stream, or into the one answer.

use airlock_connector::{Error, stream::LineWriter};

use super::outcome::{Counts, RowResult};

/// Where results go.
pub(super) struct Out<'a> {
    pub(super) lines: LineWriter<'a>,
    pub(super) kept: Option<&'a mut Vec<RowResult>>,
    pub(super) counts: Counts,
}

impl Out<'_> {
    /// Gives these results, and counts them.
    pub(super) async fn give(&mut self, results: Vec<RowResult>) -> Result<(), Error> {
        for result in results {
            self.counts.count(&result);
            if let Some(kept) = &mut self.kept {
                kept.push(result);
                continue;
            }
            let text = serde_json::to_string(&result);
            let text = text.map_err(|error| Error::Internal(error.to_string()))?;
            self.lines.push(&text).await?;
        }
        Ok(())
    }
}

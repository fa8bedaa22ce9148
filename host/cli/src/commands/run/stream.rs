//! `-o ndjson` of an action that streams: bytes go from the connector to standard output as they
//! come, in memory that does not grow with their number.

use super::Errand;
use crate::output::Sink;
use crate::problem::Stop;
use airlock_runtime::Call;
use futures::StreamExt as _;
use std::io::Write as _;

pub(super) async fn run(errand: &Errand<'_>, call: Call, held: Option<&str>) -> Result<(), Stop> {
    let mut piped = errand.host.pipe(call, None).await?;
    let mut sink = Sink::stdout();
    while let Some(bytes) = piped.data.next().await {
        // A reader that has gone ends the call here: dropping the stream stops the connector.
        sink.write_all(&bytes)?;
        if sink.is_terminal() {
            sink.flush()?;
        }
    }
    sink.finish()?;
    let summary = piped.done.await;
    errand.context.console.settle();
    errand.tell_what_is_left(&summary?, held);
    Ok(())
}

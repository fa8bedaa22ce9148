//! A list given as one answer, or as a stream of rows.

use airlock_connector::{
    Error, Summary, Transport,
    stream::{LineWriter, Pipe},
};
use serde::Serialize;

use super::{
    Input, Output, Rest,
    plan::{Given, Place, Plan},
    rows::Rows,
};
use crate::session::Session;

/// What a stream of rows came to.
#[derive(Debug, Serialize)]
struct Streamed {
    /// Rows streamed.
    rows: u64,
    /// Pages read.
    pages: u64,
    #[serde(flatten)]
    rest: Rest,
}

/// The rows that `input` asks for, of its table or of another `place`.
pub(in crate::actions) async fn give<T: Transport>(
    session: &Session<T>,
    input: Input,
    place: Option<Place>,
) -> Result<Output, Error> {
    let mut plan = Plan::of(session, input, place).await?;
    let mut rows = Rows::default();
    loop {
        match plan.page(session).await {
            Ok(Some(page)) => rows.push(page),
            Ok(None) => break,
            Err(error) => return Err(plan.broken_off(error, Given::No)),
        }
    }
    Ok(Output {
        rows,
        rest: plan.rest(),
    })
}

/// The same as a stream, which holds one page and one piece at a time.
pub(in crate::actions) async fn stream<T: Transport>(
    session: &Session<T>,
    input: Input,
    place: Option<Place>,
    pipe: Pipe<'_>,
) -> Result<Summary, Error> {
    let mut plan = Plan::of(session, input, place).await?;
    let mut lines = LineWriter::new(pipe.sink);
    let (mut rows, mut pages) = (0, 0);
    loop {
        let before = plan.place();
        let page = match plan.page(session).await {
            Ok(Some(page)) => page,
            Ok(None) => break,
            Err(error) => return Err(plan.broken_off(error, Given::Yes)),
        };
        let gone = |error| before.left(error);
        for row in page.rows() {
            lines.push(row).await.map_err(gone)?;
            rows += 1;
        }
        // The next page may be long in coming, or never come.
        lines.flush().await.map_err(gone)?;
        pages += 1;
        session.transport().progress(rows, plan.total());
    }
    Summary::of(&Streamed {
        rows,
        pages,
        rest: plan.rest(),
    })
}

//! Rows in the forms in which people have them: NDJSON, CSV, a JSON array.
//!
//! What is wrong with one row is told of that row, and the next one is read all the same; only what leaves no
//! way to find the next row ends the stream. One row is in memory at a time.

mod array;
mod csv;
mod format;
mod given;

pub use format::RowFormat;
pub use given::{GivenRow, Misread};

use super::{Source, feed::Feed, lines::Lines};
use crate::Error;
use array::Elements;
use csv::Records;
use given::object;

/// Reads rows one by one.
pub struct RowReader<'a>(Form<'a>);

enum Form<'a> {
    /// Nothing was read yet.
    Fresh(Option<(Feed<'a>, Option<RowFormat>)>),
    Lines(Lines<'a>),
    Csv(Box<Records<'a>>),
    Array(Elements<'a>),
}

impl std::fmt::Debug for RowReader<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("RowReader").finish_non_exhaustive()
    }
}

impl<'a> RowReader<'a> {
    /// A reader of what `source` gives; without a `format` the first bytes tell it.
    pub fn new(source: &'a mut dyn Source, format: Option<RowFormat>) -> Self {
        Self(Form::Fresh(Some((Feed::new(source), format))))
    }

    /// The next row; `None` at the end.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] when there is no way to tell where the next row begins.
    pub async fn next(&mut self) -> Result<Option<GivenRow>, Error> {
        if let Form::Fresh(fresh) = &mut self.0 {
            let Some((feed, format)) = fresh.take() else {
                return Ok(None);
            };
            self.0 = begun(feed, format).await?;
        }
        match &mut self.0 {
            Form::Fresh(_) => Ok(None),
            Form::Lines(lines) => line(lines).await,
            Form::Csv(records) => records.next().await,
            Form::Array(elements) => elements.next().await,
        }
    }
}

/// Looks at the first bytes.
async fn begun<'a>(mut feed: Feed<'a>, format: Option<RowFormat>) -> Result<Form<'a>, Error> {
    while feed.bytes().len() < format::MARK && feed.more().await {}
    let mark = format::mark(feed.bytes())?;
    feed.take(mark);
    let format = match format {
        Some(format) => format,
        None => loop {
            match format::recognised(feed.bytes()) {
                Some(format) => break format,
                None if feed.more().await => {}
                None => break RowFormat::Ndjson,
            }
        },
    };
    Ok(match format {
        RowFormat::Ndjson => Form::Lines(Lines::new(feed)),
        RowFormat::Csv => Form::Csv(Box::new(Records::begun(feed).await?)),
        RowFormat::Json => Form::Array(Elements::begun(feed).await?),
    })
}

/// One row of NDJSON.
async fn line(lines: &mut Lines<'_>) -> Result<Option<GivenRow>, Error> {
    while let Some((number, line)) = lines.next().await? {
        let line = line.trim_ascii();
        if !line.is_empty() {
            let row = object(line, "line");
            return Ok(Some(GivenRow { number, row }));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests;

//! `download-file`: reads the content of a file or image column.

use std::ops::Range;

use airlock_connector::{
    Action, Error, Failure, IdempotencyKey, Summary, Transport,
    declare::{Declaration, Streams, Traits},
    stream::Pipe,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::column::{Holds, column};
use crate::{
    actions::input::input,
    session::{Dataverse, Session},
    webapi::{
        CallOptions, RowKey, RowSet,
        content::{self, BLOCK, Content, Place},
    },
};

/// Bytes of one range.
const STEP: u64 = BLOCK as u64;

input! {
    /// Input of `download-file`.
    struct Input {
        /// Table of the row: its logical name (`account`) or its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
    } + row_key + {
        /// The file or image column.
        #[schemars(extend("x-airlock-choices" = "columns"))]
        pub column: String,
        /// Which form of a picture to give; the full one where the column keeps it, else the
        /// thumbnail, when nothing is said.
        pub picture: Option<Picture>,
        /// The first byte to give, from 0.
        #[schemars(range(min = 0), extend("x-airlock-advanced" = true))]
        pub offset: Option<u64>,
        /// How many bytes to give at most.
        #[schemars(range(min = 1), extend("x-airlock-advanced" = true))]
        pub length: Option<u64>,
    } + caller
}

/// A form of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Picture {
    /// The picture as it was uploaded, which only some columns keep.
    Full,
    /// Its middle, 144 by 144 points.
    Thumbnail,
}

/// Output of `download-file`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// Name of the file, if the service tells one.
    file_name: Option<String>,
    /// Media type of the file, if the service tells one.
    media_type: Option<String>,
    /// Bytes of the whole file.
    size: u64,
    /// The content in base64, where it was not streamed out.
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<String>,
}

/// The action.
#[derive(Debug)]
pub struct DownloadFile;

impl Action<Dataverse> for DownloadFile {
    const DECLARATION: Declaration = Declaration {
        name: "download-file",
        aliases: &[],
        title: "Download a file or image",
        description: "Gives what a file or image column of a row holds, whole or a range of it: as \
                      a stream of bytes, read in pieces of 4 MiB, or in base64.",
        group: "Files",
        traits: Traits::READS,
        streams: Streams::BYTES_OUT,
        examples: &[
            r#"{"table": "account", "id": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670",
                "column": "entityimage"}"#,
        ],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let mut all = Vec::new();
        let mut download = Download::begin(session, &input).await?;
        while let Some(piece) = download.next().await? {
            all.extend_from_slice(&piece);
        }
        let content = BASE64_STANDARD.encode(all);
        Ok(download.output(Some(content)))
    }

    async fn pipe<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
        pipe: Pipe<'_>,
    ) -> Result<Summary, Error> {
        let mut download = Download::begin(session, &input).await?;
        while let Some(piece) = download.next().await? {
            if pipe.sink.write(piece).await.is_err() {
                return Err(Error::Unavailable(Failure::text(
                    "the reader of the file went away before all of it was read",
                )));
            }
        }
        Summary::of(&download.output(None))
    }
}

/// A content that is read piece by piece.
struct Download<'a, T: Transport> {
    session: &'a Session<T>,
    rows: RowSet,
    key: RowKey,
    column: String,
    full: bool,
    /// Whether the thumbnail will do where there is no full picture.
    either: bool,
    options: CallOptions,
    /// What is still to be read, as far as one knows.
    left: Range<u64>,
    /// What was told of the content with its first piece.
    told: Option<Told>,
}

/// What must stay the same from piece to piece.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    name: Option<String>,
    media_type: Option<String>,
    size: u64,
}

impl<'a, T: Transport> Download<'a, T> {
    async fn begin(session: &'a Session<T>, input: &Input) -> Result<Self, Error> {
        let options = input.options()?;
        let (table, key) = session
            .row(&input.table, input.id.as_deref(), input.key.as_ref())
            .await?;
        let (column, holds) = column(session, &table, &input.column).await?;
        if holds == Holds::File && input.picture.is_some() {
            return Err(Error::invalid(
                "/picture",
                format!(
                    "the column {column} holds files, of which there is one form: leave it out"
                ),
            ));
        }
        let start = input.offset.unwrap_or(0);
        let end = input
            .length
            .map_or(u64::MAX, |length| start.saturating_add(length));
        Ok(Self {
            session,
            rows: table.rows(),
            key,
            column,
            full: holds == Holds::Picture && input.picture != Some(Picture::Thumbnail),
            either: input.picture.is_none(),
            options,
            left: start..end,
            told: None,
        })
    }

    /// The next piece, never empty; `None` at the end.
    async fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        if self.left.is_empty() {
            return Ok(None);
        }
        let Range { start, end } = self.left;
        let place = Place {
            table: &self.rows,
            key: &self.key,
            column: &self.column,
        };
        let asked = start..end.min(start.saturating_add(STEP));
        let client = self.session.client();
        let mut found = client
            .content(place, self.full, Some(asked.clone()), &self.options)
            .await?;
        if found.is_none() && self.full && self.either {
            self.full = false;
            found = client
                .content(place, false, Some(asked.clone()), &self.options)
                .await?;
        }
        let Content {
            mut bytes,
            name,
            media_type,
            size,
        } = found.ok_or_else(|| content::empty(&self.column, self.full))?;
        let told = Told {
            name,
            media_type,
            size,
        };
        if self.told.as_ref().is_some_and(|before| *before != told) {
            return Err(Error::Conflict(Failure::text(
                "the file was replaced while it was read: what came before belongs to the old one; start again",
            )));
        }
        self.told = Some(told);
        let here = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        // Whole although a range was asked for.
        if here == size && (start > 0 || here > asked.end) {
            let skip = usize::try_from(start)
                .unwrap_or(usize::MAX)
                .min(bytes.len());
            bytes.drain(..skip);
            let most = usize::try_from(end - start).unwrap_or(usize::MAX);
            bytes.truncate(most);
            self.left = end..end;
        } else {
            let next = start.saturating_add(here);
            self.left = next..end.min(size);
            if here == 0 {
                self.left = next..next;
            }
        }
        Ok((!bytes.is_empty()).then_some(bytes))
    }

    fn output(self, content: Option<String>) -> Output {
        let told = self.told;
        Output {
            size: told.as_ref().map_or(0, |told| told.size),
            file_name: told.as_ref().and_then(|told| told.name.clone()),
            media_type: told.and_then(|told| told.media_type),
            content,
        }
    }
}

#[cfg(test)]
mod tests;

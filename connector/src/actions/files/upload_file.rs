//! `upload-file`: writes the content of a file or image column.

use airlock_connector::{
    Action, Error, IdempotencyKey, Summary, Transport,
    declare::{Declaration, Streams, Traits},
    stream::{Pipe, Source},
};
use base64::{
    Engine,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::column::column;
use crate::{
    actions::input::input,
    session::{Dataverse, Session},
    tables::Table,
    webapi::{
        CallOptions, Query, RowId, RowKey,
        content::{BLOCK, Place, Upload},
    },
};

/// Takes base64 with and without its padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a file is said to be when nobody says what it is.
const ANY_CONTENT: &str = "application/octet-stream";

input! {
    /// Input of `upload-file`.
    struct Input {
        /// Table of the row: its logical name (`account`) or its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
    } + row_key + {
        /// The file or image column.
        #[schemars(extend("x-airlock-choices" = "columns"))]
        pub column: String,
        /// Name of the file, of any characters, such as `offer.pdf`.
        pub file_name: String,
        /// Media type of the file, told to whoever downloads it. A file of up to 4 MiB gets the type
        /// that the service makes of its name.
        #[schemars(extend("x-airlock-advanced" = true))]
        pub media_type: Option<String>,
        /// The content in base64, where it is not streamed in.
        #[schemars(extend("contentEncoding" = "base64"))]
        pub content: Option<String>,
    } + caller
}

/// Output of `upload-file`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// The column, in the service's spelling.
    column: String,
    /// Name of the file.
    file_name: String,
    /// Bytes that the column holds now.
    size: u64,
}

/// The action.
#[derive(Debug)]
pub struct UploadFile;

impl Action<Dataverse> for UploadFile {
    const DECLARATION: Declaration = Declaration {
        name: "upload-file",
        aliases: &[],
        title: "Upload a file or image",
        description: "Puts a file or picture into a column of a row, in place of what it held: \
                      from a stream of any length, or from base64. What is longer than 4 MiB goes \
                      in blocks, each of which is sent again when it is lost on the way; the column \
                      keeps its old content until the last one has arrived.",
        group: "Files",
        traits: Traits {
            read_only: false,
            idempotent: false,
            destructive: true,
        },
        streams: Streams::BYTES_IN,
        examples: &[
            r#"{"table": "account", "id": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670",
                "column": "entityimage", "file-name": "dot.gif",
                "content": "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"}"#,
        ],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let text = input.content.as_deref().ok_or_else(|| {
            Error::invalid("/content", "give the content in base64, or stream it in")
        })?;
        let text: String = text.split_ascii_whitespace().collect();
        let bytes = BASE64
            .decode(text)
            .map_err(|error| Error::invalid("/content", format!("this is not base64: {error}")))?;
        upload(session, &input, &mut Whole(Some(bytes))).await
    }

    async fn pipe<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
        pipe: Pipe<'_>,
    ) -> Result<Summary, Error> {
        if input.content.is_some() {
            return Err(Error::invalid(
                "/content",
                "a content is streamed in already: leave this one out",
            ));
        }
        Summary::of(&upload(session, &input, &mut Streamed(pipe.source)).await?)
    }
}

/// Where the bytes come from.
trait Bytes {
    async fn next(&mut self) -> Option<Vec<u8>>;
}

struct Whole(Option<Vec<u8>>);

impl Bytes for Whole {
    async fn next(&mut self) -> Option<Vec<u8>> {
        self.0.take().filter(|bytes| !bytes.is_empty())
    }
}

struct Streamed<'a>(&'a mut dyn Source);

impl Bytes for Streamed<'_> {
    async fn next(&mut self) -> Option<Vec<u8>> {
        self.0.read().await
    }
}

async fn upload<T: Transport>(
    session: &Session<T>,
    input: &Input,
    source: &mut impl Bytes,
) -> Result<Output, Error> {
    let options = input.options()?;
    let name = input.file_name.trim();
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(Error::invalid(
            "/file-name",
            "the name of a file is not empty and holds no control characters",
        ));
    }
    let (table, key) = session
        .row(&input.table, input.id.as_deref(), input.key.as_ref())
        .await?;
    let (column, _) = column(session, &table, &input.column).await?;
    let client = session.client();
    let mut blocks = Blocks::default();
    let first = blocks.next(source).await;
    let mut following = blocks.next(source).await;
    let mut size = first.len();
    if following.is_empty() {
        let rows = table.rows();
        let place = Place {
            table: &rows,
            key: &key,
            column: &column,
        };
        client.set_content(place, name, first, &options).await?;
    } else {
        let id = row_id(session, &table, &key, &options).await?;
        let upload = Upload {
            name,
            media_type: input.media_type.as_deref().unwrap_or(ANY_CONTENT),
            target: (table.name.as_str(), &table.primary_id, id),
            column: &column,
        };
        let token = client.begin_blocks(upload, &options).await?;
        client.send_block(&token, 0, &first, &options).await?;
        drop(first);
        let mut count = 1;
        while !following.is_empty() {
            client
                .send_block(&token, count, &following, &options)
                .await?;
            count += 1;
            size += following.len();
            following = blocks.next(source).await;
        }
        client
            .commit_blocks(upload, &token, count, &options)
            .await?;
    }
    Ok(Output {
        column,
        file_name: name.to_owned(),
        size: u64::try_from(size).unwrap_or(u64::MAX),
    })
}

/// The id of the row: blocks are addressed by nothing else.
async fn row_id<T: Transport>(
    session: &Session<T>,
    table: &Table,
    key: &RowKey,
    options: &CallOptions,
) -> Result<RowId, Error> {
    if let RowKey::Id(id) = key {
        return Ok(*id);
    }
    let query = Query {
        select: vec![table.primary_id.clone()],
        ..Query::default()
    };
    let found = session
        .client()
        .look(&table.rows(), key, &query, options)
        .await?;
    let row: Option<serde_json::Map<String, serde_json::Value>> = found
        .row
        .and_then(|row| serde_json::from_str(row.get()).ok());
    row.as_ref()
        .and_then(|row| row.get(&table.primary_id)?.as_str()?.parse().ok())
        .ok_or_else(|| Error::Internal(format!("a row of {} came without its id", table.name)))
}

/// Pieces of any size as blocks of one.
#[derive(Default)]
struct Blocks {
    rest: Vec<u8>,
    ended: bool,
}

impl Blocks {
    /// The next block; shorter than the others or empty at the end.
    async fn next(&mut self, source: &mut impl Bytes) -> Vec<u8> {
        while self.rest.len() < BLOCK && !self.ended {
            match source.next().await {
                Some(piece) if self.rest.is_empty() => self.rest = piece,
                Some(piece) => self.rest.extend_from_slice(&piece),
                None => self.ended = true,
            }
        }
        let behind = self.rest.split_off(self.rest.len().min(BLOCK));
        std::mem::replace(&mut self.rest, behind)
    }
}

#[cfg(test)]
mod tests;

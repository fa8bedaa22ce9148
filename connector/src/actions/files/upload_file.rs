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
mod tests {
    use airlock_connector::{
        TransportError,
        dispatch::{self, Invocation},
        http::Method,
        testing::{Collected, Pieces, Script},
    };
    use futures::executor::block_on;
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        Dynamics,
        actions::{
            files::testing::pictures,
            testing::{ID, faults, last, run, sent, session},
        },
    };

    fn input() -> Value {
        json!({"table": "lead", "id": ID, "column": "EntityImage", "file-name": "Größe 1.png"})
    }

    fn streamed(script: &Script, bytes: &[u8]) -> Result<Value, Error> {
        let call = Invocation {
            action: "upload-file".to_owned(),
            input: input().to_string(),
            idempotency_key: None,
            may_be_done: false,
        };
        let piping = dispatch::pipe::<Dynamics, _>(&call, true)?;
        let pipe = Pipe {
            source: &mut Pieces::of(bytes.chunks(1_000_003)),
            sink: &mut Collected::default(),
        };
        let summary = block_on(piping.run(&session(script), pipe))?;
        Ok(serde_json::from_str(&summary).unwrap())
    }

    #[test]
    fn a_small_file_is_one_request_with_its_name_in_the_query() {
        let script = pictures()
            .answer(Method::Patch, "leads(", 429, "")
            .fail(
                Method::Patch,
                "leads(",
                TransportError::Interrupted("broke".into()),
            )
            .answer(Method::Patch, "leads(", 204, "");
        let mut input = input();
        input["content"] = json!("AAEC\n Aw");
        let output = run(&script, "upload-file", input).unwrap();
        assert_eq!(
            output,
            json!({"column": "entityimage", "file-name": "Größe 1.png", "size": 4})
        );
        let request = last(&script);
        assert!(
            request
                .url
                .ends_with("/entityimage?x-ms-file-name=Gr%C3%B6%C3%9Fe%201.png"),
            "{}",
            request.url
        );
        assert_eq!(request.body, [0, 1, 2, 3]);
        assert_eq!(
            request.headers.get("content-type"),
            Some("application/octet-stream")
        );
    }

    #[test]
    fn a_long_stream_goes_in_blocks_and_a_lost_one_again() {
        let token = r#"{"FileContinuationToken": "t"}"#;
        let script = pictures()
            .answer(Method::Post, "InitializeFileBlocksUpload", 200, token)
            .answer(Method::Post, "UploadBlock", 204, "")
            .fail(
                Method::Post,
                "UploadBlock",
                TransportError::Interrupted("broke".into()),
            )
            .always(Method::Post, "UploadBlock", 204, "")
            .answer(Method::Post, "CommitFileBlocksUpload", 200, "{}");
        let bytes = vec![7; 2 * BLOCK + 5];
        let output = streamed(&script, &bytes).unwrap();
        assert_eq!(output["size"], 2 * BLOCK + 5);
        let sent = sent(&script);
        assert_eq!(sent.len(), 6, "{sent:?}");
        let commit: Value = serde_json::from_slice(&last(&script).body).unwrap();
        assert_eq!(commit["BlockList"].as_array().unwrap().len(), 3);
        assert_eq!(commit["FileName"], "Größe 1.png");
    }

    #[test]
    fn exactly_one_block_is_still_one_request() {
        let script = pictures().answer(Method::Patch, "leads(", 204, "");
        streamed(&script, &vec![7; BLOCK]).unwrap();
        assert_eq!(sent(&script).len(), 1);
    }

    #[test]
    fn what_is_no_column_for_files_is_told_with_those_that_are() {
        for (column, words) in [
            ("subject", "holds no file and no picture"),
            ("entityimag", "did you mean entityimage"),
        ] {
            let script = pictures();
            let mut input = input();
            input["content"] = json!("AA==");
            input["column"] = json!(column);
            let found = faults(run(&script, "upload-file", input).unwrap_err());
            assert_eq!(found[0].0, "/column");
            assert!(found[0].1.contains(words), "{found:?}");
            assert!(found[0].1.contains("entityimage"), "{found:?}");
            assert!(sent(&script).is_empty());
        }
    }

    #[test]
    fn a_content_is_given_once_and_in_base64() {
        let script = pictures();
        let found = faults(run(&script, "upload-file", input()).unwrap_err());
        assert_eq!(found[0].0, "/content");
        let mut wrong = input();
        wrong["content"] = json!("not base64!");
        let found = faults(run(&script, "upload-file", wrong).unwrap_err());
        assert_eq!(found[0].0, "/content");
    }

    #[test]
    fn a_refusal_is_the_services_own() {
        let large =
            r#"{"error": {"code": "0x80044a02", "message": "Attachment file size is too big."}}"#;
        let script = pictures().answer(Method::Patch, "leads(", 413, large);
        let mut input = input();
        input["content"] = json!("AA==");
        let error = run(&script, "upload-file", input).unwrap_err();
        assert!(error.to_string().contains("too big"), "{error:?}");
    }
}

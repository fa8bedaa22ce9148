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
mod tests {
    use airlock_connector::{
        TransportError,
        dispatch::{self, Invocation},
        http::Method,
        stream::Nothing,
        testing::{Collected, Script},
    };
    use futures::executor::block_on;
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        Dynamics,
        actions::{
            files::testing::pictures,
            testing::{ID, faults, run, session},
        },
    };

    fn input(column: &str) -> Value {
        json!({"table": "lead", "id": ID, "column": column})
    }

    fn streamed(script: &Script, input: &Value) -> Result<(Vec<u8>, Value), Error> {
        let call = Invocation {
            action: "download-file".to_owned(),
            input: input.to_string(),
            idempotency_key: None,
            may_be_done: false,
        };
        let piping = dispatch::pipe::<Dynamics, _>(&call, false)?;
        let mut sink = Collected::default();
        let pipe = Pipe {
            source: &mut Nothing,
            sink: &mut sink,
        };
        let summary = block_on(piping.run(&session(script), pipe))?;
        Ok((sink.bytes(), serde_json::from_str(&summary).unwrap()))
    }

    fn part(script: Script, size: &str, body: &str) -> Script {
        script.answer_with(
            Method::Get,
            "leads(",
            206,
            &[
                ("x-ms-file-size", size),
                ("x-ms-file-name", "Gr%C3%B6%C3%9Fe.pdf"),
                ("mimetype", "application/pdf"),
            ],
            body,
        )
    }

    #[test]
    fn ranges_follow_one_another_through_throttling_and_a_lost_answer() {
        let script = part(pictures(), "6", "abcd")
            .answer(Method::Get, "leads(", 429, "")
            .fail(
                Method::Get,
                "leads(",
                TransportError::Interrupted("broke".into()),
            );
        let script = part(script, "6", "ef");
        let (bytes, summary) = streamed(&script, &input("contoso_doc")).unwrap();
        assert_eq!(bytes, b"abcdef");
        assert_eq!(
            summary,
            json!({"file-name": "Größe.pdf", "media-type": "application/pdf", "size": 6})
        );
        let lines = script.sent();
        let second = script.request(lines.len() - 1);
        assert_eq!(second.headers.get("range"), Some("bytes=4-5"));
    }

    #[test]
    fn what_comes_whole_is_cut_to_what_was_asked() {
        let whole = |script: Script| script.answer(Method::Get, "leads(", 200, "abcdef");
        let (bytes, summary) = streamed(&whole(pictures()), &input("entityimage")).unwrap();
        assert_eq!(
            (bytes.as_slice(), &summary["size"]),
            (&b"abcdef"[..], &json!(6))
        );
        let mut ranged = input("entityimage");
        ranged["offset"] = json!(2);
        ranged["length"] = json!(3);
        let (bytes, _) = streamed(&whole(pictures()), &ranged).unwrap();
        assert_eq!(bytes, b"cde");
    }

    #[test]
    fn a_file_that_the_service_gives_only_whole_is_asked_for_whole() {
        let only = r#"{"error": {"code": "0x80090017", "message": "Downloading in multiple chunks is not supported for the files stored in the database."}}"#;
        let script = pictures().answer(Method::Get, "leads(", 400, only).answer(
            Method::Get,
            "leads(",
            200,
            "abc",
        );
        let output = run(&script, "download-file", input("contoso_doc")).unwrap();
        assert_eq!(output["content"], "YWJj");
        let lines = script.sent();
        assert_eq!(script.request(lines.len() - 1).headers.get("range"), None);
    }

    #[test]
    fn a_file_that_is_replaced_meanwhile_is_told() {
        let script = part(part(pictures(), "6", "abcd"), "7", "xyz");
        let error = streamed(&script, &input("contoso_doc")).unwrap_err();
        assert!(matches!(error, Error::Conflict(_)), "{error:?}");
    }

    #[test]
    fn a_picture_comes_full_and_its_thumbnail_on_request() {
        for (picture, query) in [(None, "?size=full"), (Some("thumbnail"), "/$value")] {
            let script = pictures().answer(Method::Get, "leads(", 200, "x");
            let mut input = input("entityimage");
            input["picture"] = json!(picture);
            run(&script, "download-file", input).unwrap();
            let lines = script.sent();
            let url = script.request(lines.len() - 1).url;
            assert!(url.ends_with(query), "{url}");
        }
        // A column that keeps no full pictures.
        let kept = || {
            pictures().answer(Method::Get, "leads(", 204, "").answer(
                Method::Get,
                "leads(",
                200,
                "x",
            )
        };
        let output = run(&kept(), "download-file", input("entityimage")).unwrap();
        assert_eq!(output["content"], "eA==");
        let mut full = input("entityimage");
        full["picture"] = json!("full");
        let error = run(&kept(), "download-file", full).unwrap_err().to_string();
        assert!(error.contains("thumbnail"), "{error}");
        let mut wrong = input("contoso_doc");
        wrong["picture"] = json!("thumbnail");
        let found = faults(run(&pictures(), "download-file", wrong).unwrap_err());
        assert_eq!(found[0].0, "/picture");
    }

    #[test]
    fn an_empty_column_and_a_row_that_is_not_there_are_not_found() {
        let gone = r#"{"error": {"code": "0x80040217", "message": "does not exist"}}"#;
        for (status, body) in [(204, ""), (404, gone)] {
            let script = pictures().answer(Method::Get, "leads(", status, body);
            let error = run(&script, "download-file", input("contoso_doc")).unwrap_err();
            assert!(matches!(error, Error::NotFound(_)), "{error:?}");
        }
    }
}

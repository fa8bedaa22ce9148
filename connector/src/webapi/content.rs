//! The content of a file or image column: read whole or by range, written in one request or in blocks.
//!
//! A picture's thumbnail comes without its size, and never by range; whatever the service gives at once
//! is taken as the whole.

use std::ops::Range;

use airlock_connector::{Error, Failure, Transport, http::Method};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;
use serde_json::json;

use super::{
    client::{ApiRequest, Client, Reply, Safety},
    headers::CallOptions,
    key::RowKey,
    literal::encode_value,
    row_id::RowId,
    rows::RowSet,
};

/// Bytes of one block or range, the most that the service takes at once.
pub const BLOCK: usize = 4 * 1024 * 1024;

/// The service's word for a content that it keeps in its database and gives only whole.
const ONLY_WHOLE: &str = "0x80090017";

/// Name under which the service takes and tells the name of a file, as a header and as a query option.
const NAME: &str = "x-ms-file-name";

/// A column of one row that holds a content.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The table.
    pub table: &'a RowSet,
    /// The row.
    pub key: &'a RowKey,
    /// The column, by its logical name.
    pub column: &'a str,
}

/// A content, or the part of it that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Name of the file; none where the service tells none, as for some thumbnails.
    pub name: Option<String>,
    /// Media type of the file.
    pub media_type: Option<String>,
    /// Bytes of the whole content.
    pub size: u64,
}

/// What a content that was sent in blocks is to be.
#[derive(Clone, Copy, Debug)]
pub struct Upload<'a> {
    /// Name of the file, of any characters.
    pub name: &'a str,
    /// Media type of the file.
    pub media_type: &'a str,
    /// The row that gets it: its table's logical name and id column, and its id.
    pub target: (&'a str, &'a str, RowId),
    /// The column.
    pub column: &'a str,
}

/// The service's name for an upload that has begun.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Token {
    #[serde(rename = "FileContinuationToken")]
    token: String,
}

impl<T: Transport> Client<T> {
    /// The content at `place`, or the bytes of it that `range` names; `None` where there is none.
    /// `full` asks for a picture itself and not for its thumbnail.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the row does not exist; otherwise what the service answered.
    pub async fn content(
        &self,
        place: Place<'_>,
        full: bool,
        range: Option<Range<u64>>,
        options: &CallOptions,
    ) -> Result<Option<Content>, Error> {
        let query = if full { "size=full" } else { "" };
        let url = self.content_url(place, "/$value", query)?;
        let mut call = ApiRequest::get(url).with_options(options);
        let accept = ("accept".to_owned(), "application/octet-stream".to_owned());
        call.options.extra.push(accept);
        if let Some(Range { start, end }) = range {
            let last = end.saturating_sub(1);
            let range = ("range".to_owned(), format!("bytes={start}-{last}"));
            call.options.extra.push(range);
        }
        let reply = match self.send(call.clone()).await {
            Err(error) if has_code(&error, ONLY_WHOLE) => {
                call.options.extra.retain(|(name, _)| name != "range");
                self.send(call).await?
            }
            fate => fate?,
        };
        Ok((reply.status != 204).then(|| content_of(reply)))
    }

    /// Writes the content at `place` in one request.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the row does not exist; otherwise what the service answered.
    pub async fn set_content(
        &self,
        place: Place<'_>,
        name: &str,
        bytes: Vec<u8>,
        options: &CallOptions,
    ) -> Result<(), Error> {
        // A header holds ASCII alone, the query any name.
        let query = format!("{NAME}={}", encode_value(name));
        let url = self.content_url(place, "", &query)?;
        let mut call = ApiRequest::new(Method::Patch, url)
            .with_options(options)
            .with_body(bytes);
        let kind = (
            "content-type".to_owned(),
            "application/octet-stream".to_owned(),
        );
        call.options.extra.push(kind);
        self.send(call).await.map(drop)
    }

    /// Begins an upload in blocks.
    ///
    /// # Errors
    /// What the service answered.
    pub async fn begin_blocks(
        &self,
        upload: Upload<'_>,
        options: &CallOptions,
    ) -> Result<Token, Error> {
        let (table, primary_id, id) = upload.target;
        let body = json!({
            "Target": {
                "@odata.type": format!("Microsoft.Dynamics.CRM.{table}"),
                primary_id: id.to_string(),
            },
            "FileName": upload.name,
            "FileAttributeName": upload.column,
        });
        // Twice is two tokens, one of which nobody uses.
        let call = self.block_call("InitializeFileBlocksUpload", &body, options)?;
        self.send(call).await?.json()
    }

    /// Sends the block `number`.
    ///
    /// # Errors
    /// What the service answered.
    pub async fn send_block(
        &self,
        token: &Token,
        number: usize,
        bytes: &[u8],
        options: &CallOptions,
    ) -> Result<(), Error> {
        let body = json!({
            "BlockId": block_id(number),
            "BlockData": BASE64_STANDARD.encode(bytes),
            "FileContinuationToken": token.token,
        });
        // A block of the same id takes the other's place.
        let call = self.block_call("UploadBlock", &body, options)?;
        self.send(call).await.map(drop)
    }

    /// Makes the blocks up to `count` the content.
    ///
    /// # Errors
    /// What the service answered.
    pub async fn commit_blocks(
        &self,
        upload: Upload<'_>,
        token: &Token,
        count: usize,
        options: &CallOptions,
    ) -> Result<(), Error> {
        let body = json!({
            "FileName": upload.name,
            "MimeType": upload.media_type,
            "BlockList": (0..count).map(block_id).collect::<Vec<_>>(),
            "FileContinuationToken": token.token,
        });
        let mut call = self.block_call("CommitFileBlocksUpload", &body, options)?;
        call.safety = Some(Safety::Once);
        self.send(call).await.map(drop)
    }

    fn block_call(
        &self,
        action: &str,
        body: &serde_json::Value,
        options: &CallOptions,
    ) -> Result<ApiRequest, Error> {
        let mut call = ApiRequest::new(Method::Post, self.base().url(action, "")?)
            .with_options(options)
            .with_body(body.to_string().into_bytes());
        call.safety = Some(Safety::Repeatable);
        Ok(call)
    }

    fn content_url(&self, place: Place<'_>, tail: &str, query: &str) -> Result<String, Error> {
        let (resource, query) = place.key.address(&place.table.set, query);
        self.base()
            .url(&format!("{resource}/{}{tail}", place.column), &query)
    }
}

/// Ids of blocks have one length and an order of their own (reference §8.1).
fn block_id(number: usize) -> String {
    BASE64_STANDARD.encode(format!("{number:08}"))
}

fn has_code(error: &Error, code: &str) -> bool {
    error
        .failure()
        .is_some_and(|failure| failure.has_code(code))
}

fn content_of(reply: Reply) -> Content {
    let header = |name: &str| reply.headers.get(name).map(str::to_owned);
    let told = header("x-ms-file-size").and_then(|size| size.trim().parse().ok());
    let here = u64::try_from(reply.body.len()).unwrap_or(u64::MAX);
    Content {
        name: header(NAME).map(|name| decoded(&name)),
        media_type: header("mimetype"),
        // What came whole has the size that came, whatever is said of it.
        size: told.filter(|_| reply.status == 206).unwrap_or(here),
        bytes: reply.body,
    }
}

/// The service percent-encodes in its header what is not ASCII.
fn decoded(name: &str) -> String {
    percent_encoding::percent_decode_str(name)
        .decode_utf8()
        .map_or_else(|_| name.to_owned(), std::borrow::Cow::into_owned)
}

/// The error for a column that holds nothing, or no full picture where one was asked for.
#[must_use]
pub fn empty(column: &str, full: bool) -> Error {
    let what = if full {
        "has no full picture: nothing was uploaded, or the column keeps only thumbnails, which `picture` can ask for"
    } else {
        "is empty: nothing has been uploaded to it"
    };
    Error::NotFound(Failure::text(format!(
        "the column {column} of this row {what}"
    )))
}

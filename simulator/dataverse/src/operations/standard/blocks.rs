//! Files in blocks: of file and image columns, of notes and of what is attached to emails (reference §8.1).
//!
//! Layer: operations.

use std::collections::HashMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::StatusCode;
use serde_json::json;
use uuid::Uuid;

use crate::http::SimError;
use crate::operations::arguments::{members, required};
use crate::operations::declaration::{ANY, Parameter, ValueType, row};
use crate::operations::operation::Operation;
use crate::operations::reference::text;
use crate::operations::{Answer, Call, Target};
use crate::organisation::{Transfer, TransferPlace, Transferred};
use crate::rows::files::column::{BLOCK, FileColumn, too_large};
use crate::rows::files::contents;
use crate::rows::files::keep::{NewFile, keep};
use crate::rows::storage::draft::load;
use crate::rows::write::apply::apply;
use crate::rows::write::payload::Payload;
use crate::rows::{Cell, StoreError};
use crate::schema::Table;
use crate::security::{Access, check_stored};

/// Bytes of a block's id, before it is Base64.
const BLOCK_ID: usize = 64;

/// Tables whose rows hold one file in themselves: the word in the names of their actions, the table, its column.
const BODIES: [(&str, &str, &str); 2] = [
    ("Annotation", "annotation", "documentbody"),
    ("Attachment", "activitymimeattachment", "body"),
];

pub(super) fn operations() -> Vec<Operation> {
    let token = || Parameter::one("FileContinuationToken", ValueType::String);
    let size = || Parameter::one("FileSizeInBytes", ValueType::Int64);
    let fetched = || {
        vec![
            size(),
            Parameter::one("FileName", ValueType::String),
            token(),
        ]
    };
    let mut all = vec![
        Operation::action("InitializeFileBlocksUpload", begin)
            .takes("Target", ANY)
            .takes("FileName", ValueType::String)
            .takes("FileAttributeName", ValueType::String)
            .gives(vec![token()]),
        Operation::action("UploadBlock", block)
            .takes("BlockId", ValueType::String)
            .takes("BlockData", ValueType::String)
            .takes("FileContinuationToken", ValueType::String),
        Operation::action("CommitFileBlocksUpload", commit)
            .takes("FileName", ValueType::String)
            .takes("MimeType", ValueType::String)
            .takes_many("BlockList", ValueType::String)
            .takes("FileContinuationToken", ValueType::String)
            .gives(vec![Parameter::one("FileId", ValueType::Guid), size()]),
        Operation::action("InitializeFileBlocksDownload", open)
            .takes("Target", ANY)
            .takes("FileAttributeName", ValueType::String)
            .gives(
                fetched()
                    .into_iter()
                    .chain([Parameter::one("IsChunkingSupported", ValueType::Boolean)])
                    .collect(),
            ),
        Operation::action("DownloadBlock", fetch)
            .takes("Offset", ValueType::Int64)
            .takes("BlockLength", ValueType::Int64)
            .takes("FileContinuationToken", ValueType::String)
            .gives(vec![Parameter::one("Data", ValueType::String)]),
        Operation::action("DeleteFile", delete).takes("FileId", ValueType::Guid),
    ];
    for (word, table, column) in BODIES {
        let name = |text: String| -> &'static str { String::leak(text) };
        all.push(
            Operation::action(name(format!("Initialize{word}BlocksUpload")), move |call| {
                begin_body(call, column)
            })
            .takes("Target", row(table))
            .gives(vec![token()]),
        );
        all.push(
            Operation::action(name(format!("Commit{word}BlocksUpload")), move |call| {
                commit_body(call, word, column)
            })
            .takes("Target", row(table))
            .takes_many("BlockList", ValueType::String)
            .takes("FileContinuationToken", ValueType::String)
            .gives(vec![
                Parameter::one(name(format!("{word}Id")), ValueType::Guid),
                size(),
            ]),
        );
        all.push(
            Operation::action(
                name(format!("Initialize{word}BlocksDownload")),
                move |call| open_body(call, column),
            )
            .takes("Target", row(table))
            .gives(fetched()),
        );
    }
    all
}

fn begin(call: &Call<'_>) -> Result<Answer, SimError> {
    let target = call.target("Target")?;
    let name = call.arguments.required_text("FileName")?;
    let column = FileColumn::named(
        target.table,
        &call.arguments.required_text("FileAttributeName")?,
    )?;
    check_stored(call.context, target.table, target.id, Access::Write)?;
    column.check(call.context, &name, 0)?;
    Ok(begun(call, target, &column.column.logical_name, name))
}

fn begin_body(call: &Call<'_>, column: &'static str) -> Result<Answer, SimError> {
    let target = call.target("Target")?;
    check_stored(call.context, target.table, target.id, Access::Write)?;
    let given = members(call.arguments.required("Target")?)?;
    let name = text(&given, "filename").unwrap_or_default();
    Ok(begun(call, target, column, name))
}

fn begun(call: &Call<'_>, target: Target<'_>, column: &str, name: String) -> Answer {
    let content = Transferred::Blocks(HashMap::new());
    let token = transfer(call, target, column, name, content);
    Answer::Members(json!({ "FileContinuationToken": token }))
}

fn transfer(
    call: &Call<'_>,
    target: Target<'_>,
    column: &str,
    name: String,
    content: Transferred,
) -> String {
    call.context.organisation.transfers().begin(Transfer {
        caller: call.context.caller.user_id,
        place: TransferPlace {
            table: target.table.logical_name.clone(),
            row: target.id,
            column: column.to_owned(),
        },
        name,
        content,
    })
}

fn block(call: &Call<'_>) -> Result<Answer, SimError> {
    let id = call.arguments.required_text("BlockId")?;
    let data = decoded(&call.arguments.required_text("BlockData")?)?;
    let token = call.arguments.required_text("FileContinuationToken")?;
    if data.len() > BLOCK {
        return Err(too_large());
    }
    if !decoded(&id).is_ok_and(|id| (1..=BLOCK_ID).contains(&id.len())) {
        return Err(SimError::invalid_argument(
            "The BlockId must be Base64 of at most 64 bytes.",
        ));
    }
    let most = |place: &TransferPlace| {
        let table = call.context.schema.table(&place.table);
        let column = table.and_then(|table| FileColumn::find(table, &place.column));
        column.map_or(usize::MAX, |column| column.most())
    };
    call.context
        .organisation
        .transfers()
        .with(&token, call.context.caller.user_id, |transfer| {
            let most = most(&transfer.place);
            let Transferred::Blocks(blocks) = &mut transfer.content else {
                return Err(unknown());
            };
            let others = blocks.iter().filter(|(known, _)| **known != id);
            let so_far: usize = others.map(|(_, block)| block.len()).sum();
            if so_far.saturating_add(data.len()) > most {
                return Err(too_large());
            }
            blocks.insert(id.clone(), data.into());
            Ok(Answer::Nothing)
        })
        .ok_or_else(unknown)?
}

/// The blocks of an upload in the order that the commit gives them. The upload ends with it.
fn assembled(call: &Call<'_>) -> Result<(Transfer, Vec<u8>), SimError> {
    let token = call.arguments.required_text("FileContinuationToken")?;
    let caller = call.context.caller.user_id;
    let transfers = call.context.organisation.transfers();
    let order = call.arguments.texts("BlockList");
    let bytes = transfers
        .with(&token, caller, |transfer| {
            let Transferred::Blocks(blocks) = &transfer.content else {
                return Err(unknown());
            };
            let mut bytes = Vec::new();
            for id in &order {
                let block = blocks.get(id).ok_or_else(|| {
                    SimError::invalid_argument(format!("The block '{id}' was not uploaded."))
                })?;
                bytes.extend_from_slice(block);
            }
            Ok(bytes)
        })
        .ok_or_else(unknown)??;
    let transfer = transfers.take(&token, caller).ok_or_else(unknown)?;
    Ok((transfer, bytes))
}

fn commit(call: &Call<'_>) -> Result<Answer, SimError> {
    let name = call.arguments.required_text("FileName")?;
    let kind = call.arguments.required_text("MimeType")?;
    let (transfer, bytes) = assembled(call)?;
    let table = call.table(&transfer.place.table)?;
    let column = FileColumn::named(table, &transfer.place.column)?;
    let file = NewFile {
        name: &name,
        media_type: Some(&kind),
        bytes: &bytes,
    };
    let id = keep(
        call.context,
        call.request,
        column,
        transfer.place.row,
        &file,
    )?;
    Ok(Answer::Members(
        json!({ "FileId": id, "FileSizeInBytes": bytes.len() }),
    ))
}

fn commit_body(call: &Call<'_>, word: &str, column: &str) -> Result<Answer, SimError> {
    let target = call.target("Target")?;
    let (transfer, bytes) = assembled(call)?;
    if transfer.place.row != target.id {
        return Err(unknown());
    }
    let mut body = serde_json::Map::new();
    let given = members(call.arguments.required("Target")?)?;
    for (name, value) in &given {
        if !name.contains('@') && *name != target.table.primary_id && name != column {
            let value = serde_json::from_str(value.get()).map_err(SimError::unexpected)?;
            body.insert(name.clone(), value);
        }
    }
    body.insert(column.to_owned(), BASE64_STANDARD.encode(&bytes).into());
    let text = serde_json::Value::Object(body).to_string();
    call.change(target.table, target.id, text.into())?;
    Ok(Answer::Members(json!({
        format!("{word}Id"): target.id, "FileSizeInBytes": bytes.len(),
    })))
}

fn open(call: &Call<'_>) -> Result<Answer, SimError> {
    let target = call.target("Target")?;
    let column = FileColumn::named(
        target.table,
        &call.arguments.required_text("FileAttributeName")?,
    )?;
    check_stored(call.context, target.table, target.id, Access::Read)?;
    let database = call.context.organisation.rows.database();
    let kept = database.read(|connection| {
        Ok::<_, StoreError>(contents::find(connection, column.of(target.id))?)
    })?;
    let (name, bytes) = kept
        .and_then(|kept| Some((kept.name, kept.bytes?)))
        .ok_or_else(|| nothing(column, target.id))?;
    let mut answer = opened(call, target, &column.column.logical_name, name, bytes);
    if let Answer::Members(members) = &mut answer
        && let Some(members) = members.as_object_mut()
    {
        members.insert("IsChunkingSupported".to_owned(), true.into());
    }
    Ok(answer)
}

fn open_body(call: &Call<'_>, column: &'static str) -> Result<Answer, SimError> {
    let target = call.target("Target")?;
    check_stored(call.context, target.table, target.id, Access::Read)?;
    let draft = call.draft(target.table, target.id)?;
    let body = draft.text(target.table, column).unwrap_or_default();
    let name = draft.text(target.table, "filename").unwrap_or_default();
    let bytes = decoded(body)?;
    Ok(opened(call, target, column, name.to_owned(), bytes))
}

fn opened(
    call: &Call<'_>,
    target: Target<'_>,
    column: &str,
    name: String,
    bytes: Vec<u8>,
) -> Answer {
    let size = bytes.len();
    let content = Transferred::Whole(bytes.into());
    let token = transfer(call, target, column, name.clone(), content);
    Answer::Members(json!({
        "FileSizeInBytes": size, "FileName": name, "FileContinuationToken": token,
    }))
}

fn fetch(call: &Call<'_>) -> Result<Answer, SimError> {
    let token = call.arguments.required_text("FileContinuationToken")?;
    let number = |name: &str| -> Result<usize, SimError> {
        let value = call.arguments.required(name)?.get();
        value
            .trim_matches('"')
            .parse()
            .map_err(|_| SimError::invalid_argument(format!("{name} must be a number.")))
    };
    let (offset, length) = (number("Offset")?, number("BlockLength")?.min(BLOCK));
    let transfers = call.context.organisation.transfers();
    let part = transfers
        .with(&token, call.context.caller.user_id, |transfer| {
            let Transferred::Whole(bytes) = &transfer.content else {
                return None;
            };
            let from = offset.min(bytes.len());
            let to = from.saturating_add(length).min(bytes.len());
            Some(Bytes::slice(bytes, from..to))
        })
        .flatten()
        .ok_or_else(unknown)?;
    Ok(Answer::Members(
        json!({ "Data": BASE64_STANDARD.encode(part) }),
    ))
}

fn delete(call: &Call<'_>) -> Result<Answer, SimError> {
    let id = call.arguments.required_guid("FileId")?;
    let context = call.context;
    let database = context.organisation.rows.database();
    let held =
        database.read(|connection| Ok::<_, StoreError>(contents::holder(connection, id)?))?;
    let (table, row, column) =
        held.ok_or_else(|| SimError::row_not_found(contents::ATTACHMENTS, id))?;
    let table: &Table = call.table(&table)?;
    let column = FileColumn::named(table, &column)?;
    database.write(|write| {
        let found = load(write, table, row)?;
        let (draft, _) = found.ok_or_else(|| SimError::row_not_found(&table.logical_name, row))?;
        let payload = Payload {
            cells: vec![(column.index, Cell::Null)],
            ..Payload::default()
        };
        apply(context, call.request, write, table, row, draft, payload)
    })?;
    Ok(Answer::Nothing)
}

fn decoded(text: &str) -> Result<Vec<u8>, SimError> {
    BASE64_STANDARD
        .decode(text)
        .map_err(|_| SimError::invalid_argument("The data must be Base64."))
}

fn nothing(column: FileColumn<'_>, row: Uuid) -> SimError {
    let message = if column.is_image() {
        format!("No FileAttachment records found for imagedescriptorId: {row}")
    } else {
        format!(
            "No file attachment found for attribute: {} EntityId: {row}.",
            column.column.logical_name
        )
    };
    SimError::new(StatusCode::NOT_FOUND, "0x80040217", message)
}

fn unknown() -> SimError {
    required("FileContinuationToken")
}

//! Bytes, base64 and data URIs. Part of [`super`].

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::Arguments;
use crate::environment::Datum;
use crate::fault::Raised;
use crate::values::{self, Content, decode, envelope};

const OCTETS: &str = "application/octet-stream";
const TEXT: &str = "text/plain;charset=utf-8";

/// The bytes of a text or an envelope, with their media type.
fn bytes(arguments: &Arguments<'_, '_>, of_text: &str) -> Raised<Content> {
    match arguments.value(0) {
        Value::String(text) => Ok(Content {
            media_type: of_text.to_owned(),
            bytes: text.as_bytes().to_vec(),
        }),
        value => values::content(value).unwrap_or_else(|| Err(arguments.wrong(0, "text or bytes"))),
    }
}

pub(super) fn base64<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    Ok(STANDARD.encode(bytes(arguments, TEXT)?.bytes).into())
}

pub(super) fn base64_to_string<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let bytes = decode(arguments.text(0)?).map_err(|raise| arguments.at(0, raise))?;
    // As .NET does: what is no UTF-8 becomes a replacement character.
    Ok(String::from_utf8_lossy(&bytes).into_owned().into())
}

pub(super) fn base64_to_binary<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let bytes = decode(arguments.text(0)?).map_err(|raise| arguments.at(0, raise))?;
    Ok(envelope(OCTETS, &bytes).into())
}

pub(super) fn binary<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    Ok(envelope(OCTETS, &bytes(arguments, OCTETS)?.bytes).into())
}

pub(super) fn data_uri<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let Content { media_type, bytes } = bytes(arguments, TEXT)?;
    Ok(format!("data:{media_type};base64,{}", STANDARD.encode(bytes)).into())
}

fn content(arguments: &Arguments<'_, '_>) -> Raised<Content> {
    let bad = || {
        arguments.bad(
            0,
            "is no data URI such as 'data:text/plain;base64,aGVsbG8='",
        )
    };
    let text = arguments.text(0)?;
    let (head, data) = text.split_once(',').ok_or_else(bad)?;
    let (scheme, head) = head.split_once(':').ok_or_else(bad)?;
    if !scheme.eq_ignore_ascii_case("data") {
        return Err(bad());
    }
    let (media_type, is_base64) = match head.strip_suffix(";base64") {
        Some(media_type) => (media_type, true),
        None => (head, false),
    };
    let bytes = match is_base64 {
        true => decode(data).map_err(|raise| arguments.at(0, raise))?,
        false => percent_decode_str(data).collect(),
    };
    let media_type = if media_type.is_empty() {
        "text/plain;charset=US-ASCII"
    } else {
        media_type
    };
    Ok(Content {
        media_type: media_type.to_owned(),
        bytes,
    })
}

pub(super) fn data_uri_to_binary<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let Content { media_type, bytes } = content(arguments)?;
    Ok(envelope(&media_type, &bytes).into())
}

pub(super) fn data_uri_to_string<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    Ok(String::from_utf8_lossy(&content(arguments)?.bytes)
        .into_owned()
        .into())
}

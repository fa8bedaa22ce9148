//! JSON written into a buffer.
//!
//! Layer: read, pure. Answers are the hot path: no tree is built for them.

use serde::Serialize;
use uuid::Uuid;

/// Writes any small value: text, a number, a boolean.
pub fn value<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    // Neither a Vec nor a plain value can refuse.
    let _ = serde_json::to_writer(out, value);
}

/// Writes a GUID with quotes.
pub fn guid(out: &mut Vec<u8>, id: Uuid) {
    out.push(b'"');
    bare_guid(out, id);
    out.push(b'"');
}

/// Writes a GUID as URLs have it.
pub fn bare_guid(out: &mut Vec<u8>, id: Uuid) {
    let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
    out.extend_from_slice(id.hyphenated().encode_lower(&mut text).as_bytes());
}

/// `"name":`, ready to be copied.
pub fn key(name: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(name.len() + 3);
    value(&mut out, name);
    out.push(b':');
    out
}

/// Writes a comma unless an object or array has just begun.
pub fn separate(out: &mut Vec<u8>) {
    if !matches!(out.last(), Some(b'{' | b'[') | None) {
        out.push(b',');
    }
}

/// Writes a member whose value is text.
pub fn text_member(out: &mut Vec<u8>, name: &str, text: &str) {
    separate(out);
    value(out, name);
    out.push(b':');
    value(out, text);
}

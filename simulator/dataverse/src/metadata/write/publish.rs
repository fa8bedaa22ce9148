//! `PublishXml` and `PublishAllXml`. Changes of definitions are visible to the data API at once; publishing is for apps,
//! of which there are none here. The request is checked all the same.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::body::Body;
use super::errors;
use crate::http::SimError;
use crate::schema::Schema;

/// Checks what `PublishXml` is to publish: well-formed XML under `importexportxml` that names tables which exist.
pub(super) fn check(schema: &Schema, body: Body<'_>) -> Result<(), SimError> {
    let text = body.needed_text("ParameterXml")?;
    let invalid = || SimError::new(http::StatusCode::BAD_REQUEST, "0x80040201", "Invalid XML.");
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut open: Vec<Vec<u8>> = Vec::new();
    let mut has_root = false;
    loop {
        match reader.read_event().map_err(|_| invalid())? {
            Event::Start(start) => {
                let name = start.name().as_ref().to_vec();
                if open.is_empty() && name != b"importexportxml" {
                    return Err(invalid());
                }
                has_root = true;
                open.push(name);
            }
            Event::Empty(empty) if open.is_empty() => {
                has_root = empty.name().as_ref() == b"importexportxml";
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Text(text) if open.last().is_some_and(|name| name == b"entity") => {
                let name = text.decode().map_err(|_| invalid())?;
                let name = name.trim();
                if !name.is_empty() && schema.table(name).is_none() {
                    return Err(errors::no_table(name));
                }
            }
            Event::Eof if open.is_empty() && has_root => return Ok(()),
            Event::Eof => return Err(invalid()),
            _ => {}
        }
    }
}

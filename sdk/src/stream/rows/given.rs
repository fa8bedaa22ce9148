//! What a reader of rows gives.

use serde_json::value::RawValue;

/// One row as it came.
#[derive(Clone, Debug)]
pub struct GivenRow {
    /// Where it stands, from 1: the number of its line, or of its element in a JSON array. Blank lines count.
    pub number: u64,
    /// The row as a JSON object, or why it is none.
    pub row: Result<Box<RawValue>, Misread>,
}

/// What came in the place of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// What it was, with what is not UTF-8 in it replaced.
    pub text: String,
    /// What is wrong with it.
    pub why: String,
}

/// The JSON object that these bytes are.
pub(super) fn object(bytes: &[u8], what: &str) -> Result<Box<RawValue>, Misread> {
    let wrong = |why: String| Misread {
        text: String::from_utf8_lossy(bytes).into_owned(),
        why,
    };
    let text = str::from_utf8(bytes).map_err(|_| wrong(format!("the {what} is not UTF-8 text")))?;
    match serde_json::from_str::<Box<RawValue>>(text) {
        Ok(row) if row.get().starts_with('{') => Ok(row),
        Ok(_) => Err(wrong(format!(
            "the {what} holds JSON, but no object: a row is {{\"column\": value, …}}"
        ))),
        Err(error) => Err(wrong(format!("the {what} is not JSON: {error}"))),
    }
}

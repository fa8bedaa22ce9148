//! Names of files in requests and answers, and the media types that follow from them.
//!
//! Layer: rows, pure.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::http::{ODataRequest, SimError};
use crate::query::options::decode;

/// Where a request tells the name, as a header or as a query option.
pub(super) const NAME: &str = "x-ms-file-name";

/// What stays as it is in the extended form of `Content-Disposition` (RFC 8187).
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The name that an upload gives its file: the header's, else the query's, which may hold any character.
///
/// # Errors
/// 400 when there is none, or the header's is not ASCII.
pub(super) fn given(request: &ODataRequest) -> Result<String, SimError> {
    if let Some(header) = request.headers.get(NAME) {
        let name = header.to_str().map_err(|_| {
            SimError::invalid_argument(
                "The x-ms-file-name header must be ASCII. Pass other names URL-encoded in the query.",
            )
        })?;
        return checked(name.to_owned());
    }
    let name = option(request, NAME).ok_or_else(|| {
        SimError::invalid_argument("The name of the file must be given in x-ms-file-name.")
    })?;
    checked(name)
}

fn checked(name: String) -> Result<String, SimError> {
    let is_name = !name.trim().is_empty() && !name.chars().any(char::is_control);
    is_name
        .then_some(name)
        .ok_or_else(|| SimError::invalid_argument("The name of the file is not valid."))
}

/// A query option, decoded.
pub(super) fn option(request: &ODataRequest, wanted: &str) -> Option<String> {
    let query = request.query.as_deref()?;
    query.split('&').find_map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (decode(name) == wanted).then(|| decode(value))
    })
}

/// The media type of a file with this name.
pub(super) fn media_type(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending.to_ascii_lowercase().as_str() {
        "bmp" => "image/bmp",
        "csv" => "text/csv",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "gif" => "image/gif",
        "htm" | "html" => "text/html",
        "jpeg" | "jpg" => "image/jpeg",
        "json" => "application/json",
        "pdf" => "application/pdf",
        "png" => "image/png",
        "tif" | "tiff" => "image/tiff",
        "txt" => "text/plain",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xml" => "text/xml",
        "zip" => "application/x-zip-compressed",
        _ => "application/octet-stream",
    }
}

/// A name as a header can hold it: other characters than ASCII percent-encoded.
pub(super) fn header(name: &str) -> String {
    if name.chars().all(|one| (' '..='~').contains(&one)) {
        name.to_owned()
    } else {
        utf8_percent_encode(name, KEPT).to_string()
    }
}

/// `Content-Disposition` of a download.
pub(super) fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|one| match one {
            '"' | '\\' => '_',
            ' '..='~' => one,
            _ => '_',
        })
        .collect();
    if plain == name {
        return format!("attachment; filename=\"{plain}\"");
    }
    format!(
        "attachment; filename=\"{plain}\"; filename*=UTF-8''{}",
        utf8_percent_encode(name, KEPT)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_fits_into_a_header() {
        for (name, expected) in [
            ("plan.pdf", "attachment; filename=\"plan.pdf\""),
            (
                "Größe \"A\".pdf",
                "attachment; filename=\"Gr__e _A_.pdf\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%22A%22.pdf",
            ),
        ] {
            assert_eq!(disposition(name), expected);
        }
        assert_eq!(header("a b.txt"), "a b.txt");
        assert_eq!(header("日.txt"), "%E6%97%A5.txt");
    }
}

//! The body of a batch.
//!
//! The service wants CRLF, an empty line behind the headers of a request without a body, a length on
//! each write and a `Content-ID` on each request of a change set; it gets all of them everywhere.

use airlock_connector::Error;

use super::{Item, Part};

/// The items as `multipart/mixed` with this boundary.
pub(super) fn write(items: &[Item], boundary: &str) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    for (index, item) in items.iter().enumerate() {
        begin(&mut out, boundary);
        match item {
            Item::Single(one) => part(&mut out, one)?,
            Item::ChangeSet(parts) => {
                let inner = format!("changeset_{index}_{boundary}");
                line(
                    &mut out,
                    &["Content-Type: multipart/mixed; boundary=\"", &inner, "\""],
                );
                line(&mut out, &[]);
                for one in parts {
                    begin(&mut out, &inner);
                    part(&mut out, one)?;
                }
                line(&mut out, &["--", &inner, "--"]);
            }
        }
    }
    line(&mut out, &["--", boundary, "--"]);
    Ok(out)
}

fn part(out: &mut Vec<u8>, part: &Part) -> Result<(), Error> {
    line(out, &["Content-Type: application/http"]);
    line(out, &["Content-Transfer-Encoding: binary"]);
    line(out, &["Content-ID: ", &part.number.to_string()]);
    line(out, &[]);
    line(out, &[part.method.as_str(), " ", &part.url, " HTTP/1.1"]);
    for (name, value) in part.options.headers(part.body.is_some())?.iter() {
        line(out, &[name, ": ", value]);
    }
    let body = part.body.as_deref().unwrap_or_default();
    if !part.method.reads() {
        line(out, &["content-length: ", &body.len().to_string()]);
    }
    line(out, &[]);
    out.extend_from_slice(body);
    line(out, &[]);
    Ok(())
}

fn begin(out: &mut Vec<u8>, boundary: &str) {
    line(out, &["--", boundary]);
}

fn line(out: &mut Vec<u8>, pieces: &[&str]) {
    for piece in pieces {
        out.extend_from_slice(piece.as_bytes());
    }
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use airlock_connector::http::Method;

    use super::*;
    use crate::webapi::CallOptions;

    #[test]
    fn a_batch_is_written_as_the_service_reads_it() {
        let one = |number, method, url: &str, body: Option<&str>| Part {
            number,
            method,
            url: url.to_owned(),
            options: CallOptions::default(),
            body: body.map(|body| body.as_bytes().to_vec()),
        };
        let items = [
            Item::ChangeSet(vec![
                one(
                    1,
                    Method::Post,
                    "https://c/accounts",
                    Some("{\"name\":\"ö\"}"),
                ),
                one(2, Method::Delete, "$1/primarycontactid/$ref", None),
            ]),
            Item::Single(one(3, Method::Get, "https://c/accounts", None)),
        ];
        let text = String::from_utf8(write(&items, "b").unwrap()).unwrap();
        let common = "accept: application/json\r\nodata-version: 4.0\r\nodata-maxversion: 4.0\r\n";
        let json = "content-type: application/json; charset=utf-8\r\n";
        let part =
            "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: ";
        let expected = format!(
            "--b\r\nContent-Type: multipart/mixed; boundary=\"changeset_0_b\"\r\n\r\n\
             --changeset_0_b\r\n{part}1\r\n\r\nPOST https://c/accounts HTTP/1.1\r\n{common}{json}\
             if-none-match: null\r\ncontent-length: 13\r\n\r\n{{\"name\":\"ö\"}}\r\n\
             --changeset_0_b\r\n{part}2\r\n\r\nDELETE $1/primarycontactid/$ref HTTP/1.1\r\n{common}\
             if-none-match: null\r\ncontent-length: 0\r\n\r\n\r\n\
             --changeset_0_b--\r\n\
             --b\r\n{part}3\r\n\r\nGET https://c/accounts HTTP/1.1\r\n{common}\
             if-none-match: null\r\n\r\n\r\n\
             --b--\r\n"
        );
        assert_eq!(text, expected);
    }
}

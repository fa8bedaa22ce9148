//! The body of a batch.

use airlock_connector::Error;

use super::item::{Item, Part};
use crate::webapi::multipart::write::{begin, end, line, request};

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
                end(&mut out, &inner);
            }
        }
    }
    end(&mut out, boundary);
    Ok(out)
}

fn part(out: &mut Vec<u8>, part: &Part) -> Result<(), Error> {
    let headers = part.options.headers(part.body.is_some())?;
    let body = part.body.as_deref().unwrap_or_default();
    request(out, part.number, part.method, &part.url, &headers, body);
    Ok(())
}

#[cfg(test)]
mod tests {
    use airlock_connector::http::Method;

    use super::*;
    use crate::webapi::headers::CallOptions;

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

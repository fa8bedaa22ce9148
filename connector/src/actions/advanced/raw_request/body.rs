//! The body of a raw request: JSON, text as it stands, bytes, or a multipart form (RFC 7578).

use airlock_connector::{Error, input::below};
use base64::{
    Engine,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde_json::{Map, Value};

use crate::actions::options::plain;

/// Takes base64 with and without its padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A body ready to be sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Body {
    /// What its `Content-Type` says unless the caller's own header does.
    pub(super) content_type: String,
    pub(super) bytes: Vec<u8>,
}

/// What the caller gave.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts<'a> {
    pub(super) data: Option<&'a Value>,
    pub(super) base64: Option<&'a str>,
    pub(super) fields: Option<&'a Map<String, Value>>,
    pub(super) files: Option<&'a Map<String, Value>>,
    pub(super) names: Option<&'a Map<String, Value>>,
}

impl Parts<'_> {
    /// The body, if there is one. `boundary` is asked for a new boundary.
    pub(super) fn into_body(self, boundary: impl Fn() -> String) -> Result<Option<Body>, Error> {
        let filled = |map: Option<&Map<String, Value>>| map.is_some_and(|map| !map.is_empty());
        let form = filled(self.fields) || filled(self.files);
        if let Some(name) = self.name_without_file() {
            return Err(Error::invalid(
                below("/file-data-file-names", name),
                format!("there is no file `{name}` in file-data"),
            ));
        }
        let several = |pointer: &str| {
            Error::invalid(
                pointer,
                "one request has one body: give data, or body-base64, or form-data and file-data",
            )
        };
        match (self.data, self.base64) {
            (Some(_), Some(_)) => Err(several("/body-base64")),
            (Some(_), None) if form => Err(several("/data")),
            (None, Some(_)) if form => Err(several("/body-base64")),
            (Some(data), None) => Ok(Some(of_data(data)?)),
            (None, Some(text)) => Ok(Some(Body {
                content_type: BYTES.to_owned(),
                bytes: bytes(text, || "/body-base64".to_owned())?,
            })),
            (None, None) if form => self.multipart(boundary).map(Some),
            (None, None) => Ok(None),
        }
    }

    fn name_without_file(&self) -> Option<&str> {
        let files = self.files;
        self.names
            .into_iter()
            .flat_map(Map::keys)
            .find(|name| !files.is_some_and(|files| files.contains_key(*name)))
            .map(String::as_str)
    }

    fn multipart(self, boundary: impl Fn() -> String) -> Result<Body, Error> {
        let mut files = Vec::new();
        for (field, content) in self.files.into_iter().flatten() {
            files.push((field, decoded(field, content)?));
        }
        let fields: Vec<(&String, String)> = self
            .fields
            .into_iter()
            .flatten()
            .flat_map(|(field, value)| match value {
                Value::Array(values) => values.iter().map(|one| (field, plain(one))).collect(),
                one => vec![(field, plain(one))],
            })
            .collect();
        // A boundary must not occur in what it bounds.
        let clashes = |boundary: &str| {
            fields.iter().any(|(_, value)| value.contains(boundary))
                || files
                    .iter()
                    .any(|(_, bytes)| contains(bytes, boundary.as_bytes()))
        };
        let mut boundary_text = boundary();
        while clashes(&boundary_text) {
            boundary_text = boundary();
        }
        let mut bytes = Vec::new();
        for (field, value) in &fields {
            open(&mut bytes, &boundary_text, field, None);
            bytes.extend_from_slice(value.as_bytes());
            bytes.extend_from_slice(b"\r\n");
        }
        for (field, content) in &files {
            let name = self.names.and_then(|names| names.get(*field)).map(plain);
            open(
                &mut bytes,
                &boundary_text,
                field,
                Some(name.as_ref().unwrap_or(field)),
            );
            bytes.extend_from_slice(content);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(format!("--{boundary_text}--\r\n").as_bytes());
        Ok(Body {
            content_type: format!("multipart/form-data; boundary={boundary_text}"),
            bytes,
        })
    }
}

fn of_data(data: &Value) -> Result<Body, Error> {
    Ok(match data {
        Value::String(text) => Body {
            content_type: match serde_json::from_str::<serde::de::IgnoredAny>(text) {
                Ok(_) => JSON.to_owned(),
                Err(_) => "text/plain; charset=utf-8".to_owned(),
            },
            bytes: text.clone().into_bytes(),
        },
        json => Body {
            content_type: JSON.to_owned(),
            bytes: serde_json::to_vec(json).map_err(|error| Error::Internal(error.to_string()))?,
        },
    })
}

const JSON: &str = "application/json; charset=utf-8";
const BYTES: &str = "application/octet-stream";

fn decoded(field: &str, content: &Value) -> Result<Vec<u8>, Error> {
    let pointer = || below("/file-data", field);
    match content {
        Value::String(text) => bytes(text, pointer),
        _ => Err(Error::invalid(
            pointer(),
            "the content of a file is a text in base64",
        )),
    }
}

fn bytes(text: &str, pointer: impl Fn() -> String) -> Result<Vec<u8>, Error> {
    let text: String = text.split_ascii_whitespace().collect();
    BASE64
        .decode(text)
        .map_err(|error| Error::invalid(pointer(), format!("this is not base64: {error}")))
}

fn open(bytes: &mut Vec<u8>, boundary: &str, field: &str, file: Option<&String>) {
    let mut head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"",
        quoted(field)
    );
    if let Some(file) = file {
        head.push_str(&format!("; filename=\"{}\"", quoted(file)));
        head.push_str("\r\nContent-Type: ");
        head.push_str(BYTES);
    }
    head.push_str("\r\n\r\n");
    bytes.extend_from_slice(head.as_bytes());
}

/// As browsers write names into a form (HTML standard, multipart/form-data encoding).
fn quoted(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn contains(bytes: &[u8], piece: &[u8]) -> bool {
    bytes.windows(piece.len()).any(|window| window == piece)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn body(given: Value) -> Result<Option<Body>, Error> {
        let part = |name: &str| given.get(name).and_then(Value::as_object);
        let parts = Parts {
            data: given.get("data"),
            base64: given.get("base64").and_then(Value::as_str),
            fields: part("fields"),
            files: part("files"),
            names: part("names"),
        };
        parts.into_body(|| "B".to_owned())
    }

    #[test]
    fn data_is_json_or_text_as_it_stands() {
        let table = [
            (json!({"data": {"a": 1}}), JSON, "{\"a\":1}"),
            (json!({"data": "{\"a\": 1}"}), JSON, "{\"a\": 1}"),
            (
                json!({"data": "<fetch/>"}),
                "text/plain; charset=utf-8",
                "<fetch/>",
            ),
        ];
        for (given, content_type, bytes) in table {
            let body = body(given).unwrap().unwrap();
            assert_eq!(body.content_type, content_type);
            assert_eq!(String::from_utf8(body.bytes).unwrap(), bytes);
        }
        assert_eq!(body(json!({"fields": {}})).unwrap(), None);
    }

    #[test]
    fn bytes_go_out_as_they_are() {
        for text in ["AP8KDQ==", "AP8KDQ", "AP8K\n DQ=="] {
            let body = body(json!({ "base64": text })).unwrap().unwrap();
            assert_eq!(body.content_type, "application/octet-stream");
            assert_eq!(body.bytes, [0, 0xff, 0x0a, 0x0d], "{text}");
        }
    }

    #[test]
    fn a_form_holds_its_fields_and_files() {
        let body = body(json!({
            "fields": {"note": "x", "tag": ["a", 2]},
            "files": {"doc": "aGVsbG8", "pic\"": "AA=="},
            "names": {"doc": "a \"b\"\r\n.txt"},
        }))
        .unwrap()
        .unwrap();
        assert_eq!(body.content_type, "multipart/form-data; boundary=B");
        let file = "\r\nContent-Type: application/octet-stream\r\n\r\n";
        let expected = [
            "--B\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nx\r\n",
            "--B\r\nContent-Disposition: form-data; name=\"tag\"\r\n\r\na\r\n",
            "--B\r\nContent-Disposition: form-data; name=\"tag\"\r\n\r\n2\r\n",
            "--B\r\nContent-Disposition: form-data; name=\"doc\"; filename=\"a %22b%22%0D%0A.txt\"",
            file,
            "hello\r\n",
            "--B\r\nContent-Disposition: form-data; name=\"pic%22\"; filename=\"pic%22\"",
            file,
            "\0\r\n--B--\r\n",
        ]
        .concat();
        assert_eq!(String::from_utf8(body.bytes).unwrap(), expected);
    }

    #[test]
    fn a_boundary_never_occurs_in_what_it_bounds() {
        let next = std::cell::Cell::new(0);
        let fields = json!({"a": "b0 and b1"});
        let parts = Parts {
            data: None,
            base64: None,
            fields: fields.as_object(),
            files: None,
            names: None,
        };
        let body = parts.into_body(|| format!("b{}", next.replace(next.get() + 1)));
        assert_eq!(
            body.unwrap().unwrap().content_type,
            "multipart/form-data; boundary=b2"
        );
    }

    #[test]
    fn what_cannot_be_one_body_is_refused_at_its_place() {
        let table = [
            (json!({"data": "x", "fields": {"a": "b"}}), "/data"),
            (json!({"data": "x", "base64": "AA=="}), "/body-base64"),
            (
                json!({"base64": "AA==", "fields": {"a": "b"}}),
                "/body-base64",
            ),
            (json!({"base64": "not base64!"}), "/body-base64"),
            (json!({"files": {"a/b": "not base64!"}}), "/file-data/a~1b"),
            (json!({"files": {"a": 1}}), "/file-data/a"),
            (
                json!({"files": {"a": "AA=="}, "names": {"b": "x"}}),
                "/file-data-file-names/b",
            ),
        ];
        for (given, pointer) in table {
            let Error::InvalidInput(faults) = body(given.clone()).unwrap_err() else {
                panic!("{given}");
            };
            assert_eq!(faults[0].pointer, pointer);
        }
    }
}

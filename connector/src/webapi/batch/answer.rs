//! The answer to a batch, read: one response for each request or change set, in order.

use airlock_connector::http::{Headers, Response};

use crate::webapi::multipart::read::{boundary, head, parts, response};

/// One response within the answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// `Content-ID` of the request, where the service repeats it.
    pub(super) content_id: Option<String>,
    pub(super) response: Response,
}

/// What one item of the batch was answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answers {
    Single(Answer),
    ChangeSet(Vec<Answer>),
}

/// The answers in a body of this content type; `None` when it is no answer to a batch.
pub(super) fn read(content_type: &str, body: &[u8]) -> Option<Vec<Answers>> {
    parts(body, boundary(content_type)?)
        .into_iter()
        .map(|part| {
            let (headers, content) = head(part)?;
            match boundary(headers.get("content-type")?) {
                Some(inner) => parts(content, inner)
                    .into_iter()
                    .map(|part| head(part).and_then(|(headers, content)| single(&headers, content)))
                    .collect::<Option<_>>()
                    .map(Answers::ChangeSet),
                None => single(&headers, content).map(Answers::Single),
            }
        })
        .collect()
}

fn single(headers: &Headers, content: &[u8]) -> Option<Answer> {
    Some(Answer {
        content_id: headers.get("content-id").map(str::to_owned),
        response: response(content)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "multipart/mixed; boundary=out";

    fn answered(content_id: Option<&str>, status: u16, body: &str) -> Answer {
        let kind = ("content-type".to_owned(), "application/json".to_owned());
        Answer {
            content_id: content_id.map(str::to_owned),
            response: Response {
                status,
                headers: [kind].into_iter().filter(|_| !body.is_empty()).collect(),
                body: body.as_bytes().to_vec(),
            },
        }
    }

    #[test]
    fn an_answer_comes_apart_with_either_line_end() {
        let lines = [
            "what stands before the first boundary",
            "--out",
            "Content-Type: multipart/mixed; boundary=\"in\"",
            "",
            "--in",
            "Content-Type: application/http",
            "Content-ID: 7",
            "",
            "HTTP/1.1 204 No Content",
            "",
            "",
            "--in--",
            "--out  ",
            "Content-Type: application/http",
            "",
            "HTTP/1.1 404 Not Found",
            "content-type: application/json",
            "",
            "{\"a\":\"--out\"}",
            "--outside",
            "--out--",
            "--out",
        ];
        for end in ["\r\n", "\n"] {
            let expected = vec![
                Answers::ChangeSet(vec![answered(Some("7"), 204, "")]),
                Answers::Single(answered(
                    None,
                    404,
                    &format!("{{\"a\":\"--out\"}}{end}--outside"),
                )),
            ];
            assert_eq!(read(KIND, lines.join(end).as_bytes()), Some(expected));
        }
    }

    #[test]
    fn what_is_no_answer_is_none() {
        for body in [
            "--out\r\n\r\nHTTP/1.1 200 OK\r\n\r\n\r\n--out--",
            "--out\r\nContent-Type: application/http\r\n\r\nOK\r\n\r\n--out--",
            "--out\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 OK\r\n\r\n--out--",
            "--out\r\nno field\r\n\r\n--out--",
        ] {
            assert_eq!(read(KIND, body.as_bytes()), None, "{body}");
        }
        assert_eq!(read(KIND, b"nothing"), Some(Vec::new()));
    }
}

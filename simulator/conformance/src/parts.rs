//! The answers inside a batch's answer, change sets flattened: enough of multipart to look at what a service sends.

use anyhow::{Context, bail};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::client::Answer;

/// How deep a batch's answer nests: a change set inside the batch.
const DEPTH: usize = 2;

/// The parts of an answer.
pub fn parts(answer: &Answer) -> anyhow::Result<Vec<Answer>> {
    let content_type = answer.header("content-type").unwrap_or_default();
    let body = String::from_utf8(answer.body.clone()).context("the batch's answer is not UTF-8")?;
    let mut found = Vec::new();
    collect(&content_type, &body, DEPTH, &mut found)?;
    Ok(found)
}

fn collect(
    content_type: &str,
    body: &str,
    depth: usize,
    found: &mut Vec<Answer>,
) -> anyhow::Result<()> {
    if depth == 0 {
        bail!("multipart inside multipart inside multipart");
    }
    let Some((_, boundary)) = content_type.split_once("boundary=") else {
        bail!("`{content_type}` has no boundary");
    };
    let boundary = boundary.trim_matches('"');
    let Some((inner, _)) = body.split_once(&format!("--{boundary}--")) else {
        bail!("the closing line of boundary {boundary} is missing");
    };
    for part in inner.split(&format!("--{boundary}\r\n")).skip(1) {
        let (headers, content) = part
            .split_once("\r\n\r\n")
            .context("a part has no empty line after its headers")?;
        let headers = fields(headers)?;
        let part_type = headers
            .get("content-type")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if part_type.starts_with("multipart/mixed") {
            collect(part_type, content, depth - 1, found)?;
        } else {
            found.push(one(headers, content)?);
        }
    }
    Ok(())
}

fn one(mut headers: HeaderMap, content: &str) -> anyhow::Result<Answer> {
    let (head, body) = content
        .split_once("\r\n\r\n")
        .context("an answer has no empty line after its headers")?;
    let (line, rest) = head.split_once("\r\n").unwrap_or((head, ""));
    let status = line
        .strip_prefix("HTTP/1.1 ")
        .with_context(|| format!("`{line}` is no status line"))?;
    let status = status
        .split(' ')
        .next()
        .unwrap_or_default()
        .parse::<StatusCode>()?;
    // The part's own headers are told apart from the answer's by name: only `Content-ID` matters to a reader.
    headers.remove("content-type");
    for (name, value) in fields(rest)? {
        if let Some(name) = name {
            headers.append(name, value);
        }
    }
    let body = body.strip_suffix("\r\n").unwrap_or(body);
    Ok(Answer {
        status,
        headers,
        body: body.as_bytes().to_vec(),
    })
}

fn fields(text: &str) -> anyhow::Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for line in text.split("\r\n").filter(|line| !line.is_empty()) {
        let (name, value) = line
            .split_once(':')
            .with_context(|| format!("`{line}` is no header"))?;
        headers.append(
            HeaderName::try_from(name)?,
            HeaderValue::try_from(value.trim())?,
        );
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn change_sets_are_flattened() {
        let body = "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: application/http\r\n\
            Content-ID: 1\r\n\r\nHTTP/1.1 204 No Content\r\nOData-Version: 4.0\r\n\r\n\r\n--c--\r\n--b\r\n\
            Content-Type: application/http\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\n\r\n{}\r\n--b--\r\n";
        let headers = fields("Content-Type: multipart/mixed; boundary=b").unwrap();
        let answer = Answer {
            status: StatusCode::OK,
            headers,
            body: body.as_bytes().to_vec(),
        };
        let parts = parts(&answer).unwrap();
        let seen: Vec<_> = parts
            .iter()
            .map(|part| (part.status.as_u16(), part.text()))
            .collect();
        assert_eq!(seen, [(204, String::new()), (404, "{}".to_owned())]);
        assert_eq!(parts[0].header("content-id").as_deref(), Some("1"));
    }

    #[test]
    fn an_unfinished_answer_is_told() {
        let headers = fields("Content-Type: multipart/mixed; boundary=b").unwrap();
        let answer = Answer {
            status: StatusCode::OK,
            headers,
            body: b"--b\r\n".to_vec(),
        };
        assert!(parts(&answer).is_err());
    }
}

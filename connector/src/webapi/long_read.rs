//! A read whose address is longer than the service takes: it goes as the only part of a `$batch`, where
//! an address may be twice as long, and comes back as if it had gone by itself.
//!
//! The part has to bring its own headers: the service gives those of the batch to no part of it. When the
//! part fails the batch has its status, and the answer is still the part's.

use airlock_connector::{
    Error,
    http::{Headers, Method, Request, Response},
};

use super::{
    address::{BaseUrl, LONGEST_URL},
    multipart::{read, write},
};

/// Nothing inside can begin a line with it: neither an address nor a header holds a line break.
const BOUNDARY: &str = "batch_of_one_read";

/// Whether the request has to go as part of a batch.
pub(super) fn is_long(request: &Request) -> bool {
    request.url.len() > LONGEST_URL
}

/// The batch that carries `request`.
///
/// # Errors
/// [`Error::InvalidInput`] for anything but a read: nothing else has a way round the limit.
pub(super) fn wrapped(request: Request, base: &BaseUrl) -> Result<Request, Error> {
    if request.method != Method::Get {
        return Err(Error::invalid(
            "",
            format!(
                "the request's URL would have {} characters; the service takes at most {LONGEST_URL}",
                request.url.len()
            ),
        ));
    }
    let target = request.url.strip_prefix(&base.origin().to_string());
    let target = target.unwrap_or(&request.url);
    let mut inside = Headers::new();
    let mut headers = Headers::new();
    for (name, value) in request.headers.iter() {
        // What the host reads of a request stays outside.
        if !name.starts_with("airlock-") {
            inside.push(name, value);
        }
        if !name.eq_ignore_ascii_case("prefer") {
            headers.push(name, value);
        }
    }
    let mut body = Vec::new();
    write::begin(&mut body, BOUNDARY);
    write::request(&mut body, 1, request.method, target, &inside, &[]);
    write::end(&mut body, BOUNDARY);
    headers.set(
        "content-type",
        &format!("multipart/mixed; boundary={BOUNDARY}"),
    );
    Ok(Request {
        method: Method::Post,
        url: base.url("$batch", "")?,
        headers,
        body,
        timeout: request.timeout,
    })
}

/// The answer to the read that a batch carried; any other answer, such as a refusal of the batch itself,
/// as it is.
pub(super) fn unwrapped(response: Response) -> Response {
    part(&response).unwrap_or(response)
}

fn part(response: &Response) -> Option<Response> {
    let boundary = read::boundary(response.headers.get("content-type")?)?;
    let (_, answer) = read::head(read::parts(&response.body, boundary).first()?)?;
    read::response(answer)
}

#[cfg(test)]
mod tests {
    use airlock_connector::{
        TransportError,
        testing::{Script, block_on},
    };

    use super::*;
    use crate::webapi::{
        ApiRequest, CallOptions,
        address::LONGEST_IN_BATCH,
        testing::{client_of, contoso},
    };

    const KIND: (&str, &str) = ("Content-Type", "multipart/mixed; boundary=batchresponse_1");

    fn answer(status: &str, body: &str) -> String {
        format!(
            "--batchresponse_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n\
             HTTP/1.1 {status}\r\nContent-Type: application/json; odata.metadata=minimal\r\nETag: W/\"7\"\r\n\r\n\
             {body}\r\n--batchresponse_1--\r\n"
        )
    }

    fn read(script: &Script, length: usize) -> Result<crate::webapi::Reply, Error> {
        let client = client_of(script);
        let url = client
            .base()
            .url("leads", &format!("$filter={}", "x".repeat(length)))?;
        let options = CallOptions {
            page_size: Some(7),
            ..CallOptions::default()
        };
        block_on(client.send(ApiRequest::get(url).with_options(&options)))
    }

    #[test]
    fn a_long_read_goes_in_a_batch_and_comes_back_as_itself() {
        let body = "{\"value\": [\"a\n\nb\"]}";
        let script = contoso().answer_with(
            Method::Post,
            "$batch",
            200,
            &[KIND],
            &answer("200 OK", body),
        );
        let reply = read(&script, 40_000).unwrap();
        assert_eq!(
            (reply.status, reply.body.as_slice()),
            (200, body.as_bytes())
        );
        assert_eq!(reply.headers.get("etag"), Some("W/\"7\""));
        let sent = script.request(0);
        assert_eq!(sent.headers.get("prefer"), None);
        let text = String::from_utf8(sent.body).unwrap();
        assert!(
            text.contains("\r\n\r\nGET /api/data/v9.2/leads?$filter=xxx"),
            "no request line"
        );
        assert!(text.contains("\r\nprefer: odata.maxpagesize=7\r\n"));
        assert!(text.ends_with("\r\n\r\n\r\n--batch_of_one_read--\r\n"));
    }

    #[test]
    fn a_short_read_goes_by_itself() {
        let script = contoso().answer(Method::Get, "leads?", 200, "{}");
        read(&script, 30_000).unwrap();
    }

    #[test]
    fn throttling_and_lost_answers_are_got_over_as_for_any_read() {
        let script = contoso()
            .answer(Method::Post, "$batch", 429, "")
            .fail(
                Method::Post,
                "$batch",
                TransportError::Interrupted("broke".into()),
            )
            .answer_with(
                Method::Post,
                "$batch",
                503,
                &[KIND],
                &answer("503 Service Unavailable", ""),
            )
            .answer_with(
                Method::Post,
                "$batch",
                200,
                &[KIND],
                &answer("200 OK", "{}"),
            );
        assert_eq!(read(&script, 40_000).unwrap().status, 200);
        assert_eq!(script.sent().len(), 4);
    }

    #[test]
    fn the_error_of_the_part_is_the_error() {
        let body = r#"{"error": {"code": "0x80060888", "message": "Syntax error at position 3"}}"#;
        let failed = answer("400 Bad Request", body);
        let script = contoso().answer_with(Method::Post, "$batch", 400, &[KIND], &failed);
        let error = read(&script, 40_000).unwrap_err();
        assert!(
            error.to_string().contains("Syntax error at position 3"),
            "{error}"
        );
    }

    #[test]
    fn what_no_batch_takes_is_refused_before_it_leaves() {
        let script = contoso();
        let error = read(&script, LONGEST_IN_BATCH).unwrap_err();
        assert!(error.to_string().contains("at most 65536"), "{error}");
        let url = format!("https://contoso.crm.dynamics.com/{}", "x".repeat(40_000));
        let call = ApiRequest::new(Method::Delete, url);
        let error = block_on(client_of(&script).send(call)).unwrap_err();
        assert!(error.to_string().contains("at most 32768"), "{error}");
        assert!(script.sent().is_empty());
    }
}

//! Who refused a request, and why: the host in the service's place, or the service itself.

use airlock_connector::http::Headers;

/// Header of what the host answers itself. No service can send it: the host takes it out.
const REFUSAL: &str = "airlock-refusal";

/// Whether the host answered in the service's place.
pub(super) fn is_of_host(headers: &Headers) -> bool {
    headers.get(REFUSAL).is_some()
}

/// Whether a code has the form of the host's own (`egress-denied`). One that a service sends must
/// not pass for the host's.
pub(super) fn is_hosts_form(code: &str) -> bool {
    code.split('-')
        .all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// Why a credential was refused (RFC 6750 §3): `error_description` of `WWW-Authenticate`.
pub(super) fn challenge(headers: &Headers) -> Option<&str> {
    let (_, rest) = headers
        .get("www-authenticate")?
        .split_once("error_description=\"")?;
    let (why, _) = rest.split_once('"')?;
    Some(why.trim()).filter(|why| !why.is_empty())
}

#[cfg(test)]
mod tests {
    use airlock_connector::http::{Headers, Response};

    use crate::webapi::reply::failure_of;

    fn response(status: u16, body: &str) -> Response {
        Response {
            status,
            headers: Headers::new(),
            body: body.as_bytes().to_vec(),
        }
    }

    #[test]
    fn only_the_host_speaks_as_the_host() {
        let body = |code: &str| format!(r#"{{"error":{{"code":"{code}","message":"no"}}}}"#);
        let table = [
            ("egress-denied", true, Some("egress-denied")),
            ("AADSTS7000215", true, Some("AADSTS7000215")),
            ("egress-denied", false, None),
            ("quota", false, None),
            ("credential-of-a-later-host", false, None),
            ("0x80040217", false, Some("0x80040217")),
            ("Unauthorized", false, Some("Unauthorized")),
            ("invalid_grant", false, Some("invalid_grant")),
        ];
        for (code, of_host, expected) in table {
            let mut response = response(403, &body(code));
            if of_host {
                response.headers.set("airlock-refusal", code);
            }
            let failure = failure_of(&response);
            assert_eq!(failure.code.as_deref(), expected, "{code} {of_host}");
            assert_eq!(failure.message, "no");
        }
    }

    #[test]
    fn a_refused_credential_says_why() {
        let audience = "Bearer authorization_uri=\"x\", error=\"invalid_token\", error_description=\"The audience is invalid\"";
        let table = [
            (
                "",
                audience,
                "the service refused the credential (401): The audience is invalid; the token was made for another service: the connection's scopes",
            ),
            (
                "HTTP Error 401 - Unauthorized",
                "Bearer error_description=\"The token expired\"",
                "HTTP Error 401 - Unauthorized (The token expired)",
            ),
            (
                "",
                "Bearer authorization_uri=x",
                "the service refused the credential (401) and gave no reason",
            ),
        ];
        for (body, header, expected) in table {
            let mut response = response(401, body);
            response.headers.set("WWW-Authenticate", header);
            let message = failure_of(&response).message;
            assert!(message.starts_with(expected), "{message}");
        }
    }
}

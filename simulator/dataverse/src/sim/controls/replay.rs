//! `POST /sim/requests/replay`: logged requests again, as the same callers, and what is answered otherwise.
//!
//! Ids that the service makes up differ each time. They are learned from the answers as the replay goes on, and later
//! requests name the new row where they named the old one. Faults and limits do not act, and nothing is logged.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Call;
use super::answer::{Outcome, Refusal, answer, read};
use super::differences::Renamed;
use crate::control::{self, LoggedAnswer, LoggedRequest};
use crate::http::Response;
use crate::sim::service::Arrival;
use crate::sim::state::State;
use crate::token::Claims;

/// Headers of an answer that say something about rows.
const TELLING: [&str; 5] = [
    "content-type",
    "odata-entityid",
    "location",
    "etag",
    "preference-applied",
];

/// Which requests, and from where.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Wanted {
    /// Number of the first; the oldest one kept when absent.
    #[serde(default)]
    from: u64,
    /// Number of the last; the newest when absent.
    #[serde(default = "last")]
    to: u64,
    /// A snapshot to put back first.
    restore: Option<String>,
}

fn last() -> u64 {
    u64::MAX
}

impl State {
    pub(super) fn replay(&self, call: &Call<'_>) -> Outcome {
        let wanted: Wanted = match call.body.is_empty() {
            true => Wanted {
                from: 0,
                to: last(),
                restore: None,
            },
            false => read(call.body, "range of requests")?,
        };
        if wanted.from > wanted.to {
            return Err(Refusal::wrong("`from` comes after `to`."));
        }
        let entries = self.log.between(wanted.from..=wanted.to);
        if entries.is_empty() {
            return Err(Refusal::missing(
                "The log has no requests in this range; GET /sim/requests lists them.",
            ));
        }
        if let Some(name) = &wanted.restore {
            self.restore_snapshot(name)
                .map_err(super::snapshots::refused)?;
        }
        let mut renamed = Renamed::default();
        let (mut same, mut skipped) = (0, 0);
        let mut results = Vec::new();
        for entry in &entries {
            let result = match &entry.answer {
                _ if entry.is_cut => Err("its body was not kept whole"),
                None if entry.status == 0 => Err("it had no answer"),
                None => Err("its secrets were not kept"),
                Some(before) => Ok(self.repeat(entry, before, &mut renamed)),
            };
            let mut described = json!({
                "sequence": entry.sequence, "method": entry.method.as_str(), "target": entry.target, "was": entry.status,
            });
            if let Some(members) = described.as_object_mut() {
                match result {
                    Ok((status, difference)) => {
                        same += u64::from(difference.is_none());
                        members.insert("is".to_owned(), status.into());
                        members.insert("difference".to_owned(), json!(difference));
                    }
                    Err(reason) => {
                        skipped += 1;
                        members.insert("skipped".to_owned(), reason.into());
                    }
                }
            }
            results.push(described);
        }
        answer(&json!({
            "replayed": results.len() - skipped, "same": same, "skipped": skipped, "results": results,
        }))
    }

    /// Asks once more. Gives the status, and what differs.
    fn repeat(
        &self,
        entry: &LoggedRequest,
        before: &LoggedAnswer,
        renamed: &mut Renamed,
    ) -> (u16, Option<String>) {
        let response = self.ask_again(entry, renamed);
        let status = response
            .as_ref()
            .map_or(0, |response| response.status.as_u16());
        let difference = match response {
            None => Some("the request cannot be made again".to_owned()),
            Some(response) => differs(entry, before, &response, renamed),
        };
        (status, difference)
    }

    fn ask_again(&self, entry: &LoggedRequest, renamed: &Renamed) -> Option<Response> {
        let mut request = http::Request::new(());
        *request.method_mut() = entry.method.clone();
        *request.uri_mut() = renamed.apply(&entry.target).parse().ok()?;
        *request.headers_mut() = headers(&entry.headers, renamed);
        let host = HeaderValue::from_str(&entry.host).ok()?;
        request.headers_mut().insert(header::HOST, host);
        if let Some(token) = self.token_like(entry) {
            request.headers_mut().insert(header::AUTHORIZATION, token);
        }
        let body = match std::str::from_utf8(&entry.body) {
            Ok(text) => Bytes::from(renamed.apply(text)),
            Err(_) => entry.body.clone(),
        };
        let (parts, ()) = request.into_parts();
        if control::relative_path(parts.uri.path()).is_some() {
            return None;
        }
        let arrival = Arrival {
            started: std::time::Instant::now(),
            at: crate::organisation::Clock::now(&*self.clock),
            request_id: self.ids.next(),
            fault: None,
            host: entry.host.clone(),
        };
        Some(self.answer(&parts, &body, &arrival))
    }

    /// A token that says what the caller's said. One that was bad stays bad.
    fn token_like(&self, entry: &LoggedRequest) -> Option<HeaderValue> {
        let scheme = entry.authorization.as_deref()?;
        let token = entry.claims.as_deref().and_then(|claims| {
            let now = crate::organisation::Clock::now(&*self.clock).unix_timestamp();
            let claims = Claims {
                iat: now,
                nbf: now,
                exp: now + i64::from(self.authority.lifetimes.token_seconds),
                ..claims.clone()
            };
            self.authority.signer.sign(&claims).ok()
        });
        let token = token.unwrap_or_else(|| "refused-before".to_owned());
        HeaderValue::try_from(format!("{scheme} {token}")).ok()
    }
}

fn headers(before: &HeaderMap, renamed: &Renamed) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(before.len());
    for (name, value) in before {
        let value = value.to_str().map_or_else(
            |_| Ok(value.clone()),
            |text| HeaderValue::try_from(renamed.apply(text)),
        );
        if let Ok(value) = value {
            headers.append(name, value);
        }
    }
    headers
}

fn differs(
    entry: &LoggedRequest,
    before: &LoggedAnswer,
    response: &Response,
    renamed: &mut Renamed,
) -> Option<String> {
    let status = response.status.as_u16();
    // A fault answered then; what the service would have said is not known.
    if entry.fault.is_none() && status != entry.status {
        return Some(format!("status {status}"));
    }
    for name in TELLING.map(HeaderName::from_static) {
        let text = |headers: &HeaderMap| {
            let value = headers.get(&name)?.to_str().ok()?;
            Some(value.to_owned())
        };
        let same = match (text(&before.headers), text(&response.headers)) {
            (None, None) => true,
            (Some(was), Some(is)) => renamed.same_text(&was, &is),
            _ => false,
        };
        if !same {
            return Some(format!("header {name}"));
        }
    }
    if entry.method == Method::HEAD {
        return None;
    }
    let was = before.body.as_ref()?;
    let json = |body: &Bytes| serde_json::from_slice::<Value>(body).ok();
    match (json(was), json(&response.body)) {
        (Some(was), Some(is)) => renamed.difference(&was, &is),
        _ => {
            let text = |body: &Bytes| String::from_utf8_lossy(body).into_owned();
            let is_same = renamed.same_text(&text(was), &text(&response.body));
            (!is_same).then(|| "body".to_owned())
        }
    }
}

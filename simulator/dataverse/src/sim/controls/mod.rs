//! The simulator's own HTTP interface, below `/sim`: which file answers what.
//!
//! | Below `/sim` | |
//! |---|---|
//! | `GET /` | the status page, or for programs the health |
//! | `GET health`, `environment`, `organisations` | that it runs; addresses and credentials; who there is |
//! | `PUT organisations/NAME` | whether it is switched off |
//! | `GET`, `DELETE requests`, `GET requests/N`, `POST requests/replay` | the log |
//! | `GET`, `POST`, `DELETE faults`, `DELETE faults/N` | fault rules |
//! | `GET`, `PUT`, `DELETE clock` | the time |
//! | `GET`, `PUT`, `DELETE deliveries` | events that went out, and how they go wrong |
//! | `GET`, `PUT`, `DELETE limits` | service protection limits |
//! | `GET snapshots`, `PUT`, `DELETE snapshots/NAME`, `POST snapshots/NAME/restore` | everything, kept and put back |
//! | `GET`, `POST applications`, `DELETE applications/ID` | registrations |
//! | `GET accounts`, `PUT accounts/NAME` | passwords and states of people |
//! | `GET`, `PUT refresh-tokens` | whether one counts once |
//! | `GET`, `DELETE consents`, `DELETE sessions` | what people allowed; who is signed in at a browser |

mod answer;
mod clock;
mod deliveries;
mod differences;
mod faults;
mod limits;
mod overview;
mod replay;
mod requests;
mod sign_in;
mod snapshots;
mod status;

use bytes::Bytes;
use http::StatusCode;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use time::OffsetDateTime;

use self::answer::{Outcome, Refusal};
use super::state::State;
use crate::http::Response;

/// A request to the interface.
struct Call<'a> {
    parts: &'a Parts,
    body: &'a Bytes,
    now: OffsetDateTime,
}

impl State {
    /// Answers a request whose path below `/sim` is `rest`.
    pub(super) fn control(
        &self,
        parts: &Parts,
        rest: &str,
        body: &Bytes,
        now: OffsetDateTime,
    ) -> Response {
        let segments: Vec<String> = rest
            .split('/')
            .filter(|segment| !segment.is_empty())
            .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
            .collect();
        let path: Vec<&str> = segments.iter().map(String::as_str).collect();
        let call = Call { parts, body, now };
        // Counting, copying and replaying take their time; the other requests of this worker go on meanwhile.
        let outcome = tokio::task::block_in_place(|| self.steer(&call, &path));
        outcome.unwrap_or_else(Refusal::into_response)
    }

    fn steer(&self, call: &Call<'_>, path: &[&str]) -> Outcome {
        let method = match call.parts.method.as_str() {
            "HEAD" => "GET",
            other => other,
        };
        match (method, path) {
            ("GET", []) => self.front(call),
            ("GET", ["health"]) => self.health(),
            ("GET", ["environment"]) => self.environment(),
            ("GET", ["organisations"]) => self.organisations(),
            ("PUT" | "POST", ["organisations", name]) => self.set_organisation(call, name),
            ("GET", ["requests"]) => self.requests(call),
            ("GET", ["requests", number]) => self.request(number),
            ("DELETE", ["requests"]) => self.forget_requests(),
            ("POST", ["requests", "replay"]) => self.replay(call),
            ("GET", ["faults"]) => self.list_faults(),
            ("POST", ["faults"]) => self.add_fault(call),
            ("DELETE", ["faults"]) => self.clear_faults(),
            ("DELETE", ["faults", number]) => self.remove_fault(number),
            ("GET", ["deliveries"]) => self.deliveries(),
            ("PUT" | "POST", ["deliveries"]) => self.set_deliveries(call),
            ("DELETE", ["deliveries"]) => self.forget_deliveries(),
            ("GET", ["clock"]) => self.tell_time(),
            ("PUT" | "POST", ["clock"]) => self.turn_clock(call),
            ("DELETE", ["clock"]) => self.reset_clock(),
            ("GET", ["limits"]) => self.tell_limits(),
            ("PUT" | "POST", ["limits"]) => self.set_limits(call),
            ("DELETE", ["limits"]) => self.lift_limits(),
            ("GET", ["snapshots"]) => self.snapshots(),
            ("PUT" | "POST", ["snapshots", name]) => self.keep_snapshot(name),
            ("POST", ["snapshots", name, "restore"]) => self.put_back(name),
            ("DELETE", ["snapshots", name]) => self.forget_snapshot(name),
            ("GET", ["applications"]) => self.applications(),
            ("POST", ["applications"]) => self.register(call),
            ("DELETE", ["applications", id]) => self.unregister(id),
            ("GET", ["accounts"]) => self.accounts(),
            ("PUT" | "POST", ["accounts", name]) => self.set_account(call, name),
            ("GET", ["refresh-tokens"]) => self.tell_rotation(),
            ("PUT" | "POST", ["refresh-tokens"]) => self.set_rotation(call),
            ("GET", ["consents"]) => self.consents(),
            ("DELETE", ["consents"]) => self.withdraw_consents(),
            ("DELETE", ["sessions"]) => self.end_sessions(),
            _ => Err(nowhere(call, path)),
        }
    }
}

/// What can be done with each resource.
fn allowed(path: &[&str]) -> Option<&'static str> {
    Some(match path {
        [] | ["health" | "environment" | "organisations" | "snapshots" | "accounts"] => "GET",
        ["requests" | "consents"] => "GET, DELETE",
        ["requests", "replay"] | ["snapshots", _, "restore"] => "POST",
        ["organisations", _] => "PUT",
        ["requests", _] => "GET",
        ["faults"] => "GET, POST, DELETE",
        ["clock" | "limits" | "deliveries"] => "GET, PUT, DELETE",
        ["snapshots", _] => "PUT, DELETE",
        ["refresh-tokens"] => "GET, PUT",
        ["applications"] => "GET, POST",
        ["faults" | "applications", _] | ["sessions"] => "DELETE",
        ["accounts", _] => "PUT",
        _ => return None,
    })
}

fn nowhere(call: &Call<'_>, path: &[&str]) -> Refusal {
    match allowed(path) {
        Some(methods) => Refusal::new(
            StatusCode::METHOD_NOT_ALLOWED,
            format!("{} is not possible here; use {methods}.", call.parts.method),
        )
        .allowing(methods),
        None => Refusal::new(
            StatusCode::NOT_FOUND,
            "There is no such thing below /sim. There are health, environment, organisations, requests, faults, clock, \
             limits, snapshots, applications, accounts, refresh-tokens, consents and sessions.",
        ),
    }
}

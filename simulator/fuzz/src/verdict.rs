//! What an answer may look like, whatever the request was.

use serde_json::Value;

use crate::wire::{Answer, Outcome};

/// What has gone wrong. `kind` is the same for inputs that show the same defect.
#[derive(Clone, Debug)]
pub(crate) struct Complaint {
    pub(crate) kind: String,
    pub(crate) detail: String,
}

/// Words that belong to what the simulator is made of and never to a service's answer.
const INTERNAL: &[&str] = &[
    "rusqlite",
    "SqliteFailure",
    "sqlite",
    "no such column",
    "no such table",
    "UNIQUE constraint",
    "FOREIGN KEY",
    "NOT NULL constraint",
    "syntax error near",
    "panicked",
    "unwrap",
    ".rs:",
    "datatype mismatch",
    "too many SQL",
    "parser stack overflow",
    "Expression tree is too large",
    "integer overflow",
];

/// Judges what came back. `is_well_formed` tells whether the request was proper HTTP.
pub(crate) fn judge(outcome: &Outcome, is_well_formed: bool) -> Result<(), Complaint> {
    match outcome {
        Outcome::Answered(answers) => answers
            .iter()
            .try_for_each(|answer| judge_answer(answer, is_well_formed)),
        Outcome::Closed if !is_well_formed => Ok(()),
        Outcome::Closed => Err(complaint(
            "closed",
            "the connection ended without an answer",
        )),
        Outcome::Hung => Err(complaint("hang", "no answer within the time limit")),
        Outcome::Gibberish(bytes) => Err(complaint("gibberish", &text(bytes))),
    }
}

fn judge_answer(answer: &Answer, is_well_formed: bool) -> Result<(), Complaint> {
    let body = text(&answer.body);
    if answer.content_type.starts_with("multipart/mixed") {
        return judge_parts(&body);
    }
    // The HTTP layer itself says no without a body.
    if !is_well_formed && matches!(answer.status, 400 | 413 | 414 | 431) && body.is_empty() {
        return Ok(());
    }
    judge_one(answer.status, &answer.content_type, &body)
}

fn judge_one(status: u16, content_type: &str, body: &str) -> Result<(), Complaint> {
    let is_json = content_type.contains("json");
    match status {
        500 | 502..=599 => Err(complaint(
            &format!("status {status}: {}", skeleton(body)),
            body,
        )),
        // A refused token, an unchanged row: no body, as the service.
        401 | 304 if body.is_empty() => Ok(()),
        // A page for people, as sign-in shows them.
        400..=499 if content_type.starts_with("text/html") => Ok(()),
        400..=501 => refusal(status, body),
        _ if is_json && !body.is_empty() => {
            match serde_json::from_str::<Value>(body.trim_start_matches('\u{feff}')) {
                Ok(_) => Ok(()),
                Err(error) => Err(complaint(
                    "success that is no JSON",
                    &format!("{error}: {body}"),
                )),
            }
        }
        _ if content_type.contains("xml") => well_formed(body),
        200..=399 => Ok(()),
        other => Err(complaint(&format!("status {other}"), body)),
    }
}

/// A refusal is `{"error":{"code","message"}}`; sign-in and addresses outside of the Web API have shapes of their own.
fn refusal(status: u16, body: &str) -> Result<(), Complaint> {
    let shapeless = || complaint(&format!("{status} without the shape of an error"), body);
    let json: Value = serde_json::from_str(body).map_err(|_| shapeless())?;
    let (code, message) = match (json.get("error"), json.get("Message")) {
        (Some(Value::Object(error)), _) => (error.get("code"), error.get("message")),
        (Some(Value::String(_)), _) => (json.get("error"), json.get("error_description")),
        (_, Some(message)) => (Some(message), Some(message)),
        _ => return Err(shapeless()),
    };
    let message = message.and_then(Value::as_str).unwrap_or_default();
    if message.is_empty() || code.and_then(Value::as_str).is_none() {
        return Err(shapeless());
    }
    // What a caller wrote may come back quoted.
    match INTERNAL
        .iter()
        .find(|word| unquoted(message).contains(*word))
    {
        Some(word) => Err(complaint(&format!("{status} tells of `{word}`"), body)),
        None => Ok(()),
    }
}

/// The answers inside a batch's answer.
fn judge_parts(body: &str) -> Result<(), Complaint> {
    for part in body.split("\r\nHTTP/1.1 ").skip(1) {
        let (head, rest) = part.split_once("\r\n\r\n").unwrap_or((part, ""));
        let status = head
            .get(..3)
            .and_then(|digits| digits.parse().ok())
            .unwrap_or_default();
        let inner = rest.split("\r\n--").next().unwrap_or_default();
        let line = |name: &str| {
            head.lines().find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix(name)
                    .map(str::to_owned)
            })
        };
        let content_type = line("content-type:").unwrap_or_default();
        judge_one(status, content_type.trim(), inner)?;
    }
    Ok(())
}

fn well_formed(body: &str) -> Result<(), Complaint> {
    let mut reader = quick_xml::Reader::from_str(body);
    loop {
        match reader.read_event() {
            Ok(quick_xml::events::Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(error) => {
                return Err(complaint(
                    "success that is no XML",
                    &format!("{error}: {body}"),
                ));
            }
        }
    }
}

/// A number that differs between answers of different kinds, for guidance where there is no coverage.
pub(crate) fn flavour(outcome: &Outcome) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    if let Outcome::Answered(answers) = outcome {
        for answer in answers.iter().take(4) {
            answer.status.hash(&mut hasher);
            if answer.status >= 400 {
                skeleton(&text(&answer.body)).hash(&mut hasher);
            }
        }
    }
    hasher.finish()
}

/// A text without what is quoted and without digits: what answers of one kind share.
pub(crate) fn skeleton(body: &str) -> String {
    unquoted(body)
        .chars()
        .filter(|letter| !letter.is_ascii_hexdigit())
        .take(80)
        .collect()
}

/// A number that only the bytes decide.
pub(crate) fn number(bytes: &[u8]) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

fn unquoted(text: &str) -> String {
    text.split('\'').step_by(2).collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn complaint(kind: &str, detail: &str) -> Complaint {
    Complaint {
        kind: kind.to_owned(),
        detail: detail.chars().take(2_000).collect(),
    }
}

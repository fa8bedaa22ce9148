//! A problem as text on one screen, or as one line of JSON.

use super::{Exit, Fault, Problem, Said};
use crate::output::clean_lines;
use clap::builder::styling::{AnsiColor, Style};
use serde_json::{Map, Value, json as value};

/// The longest message shown whole, in characters: about 15 lines, so that the places and the
/// advice below it stay on the screen. JSON has all of it.
const LONGEST_MESSAGE: usize = 1200;

/// The most faults listed; the rest are counted.
const MOST_FAULTS: usize = 12;

/// For people.
pub fn text(problem: &Problem, color: bool) -> String {
    let paint = |style: Style, text: &str| {
        if color {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    };
    let red = AnsiColor::Red.on_default().bold();
    let dim = Style::new().dimmed();
    let green = AnsiColor::Green.on_default();
    let (message, faults) = match problem.faults.as_slice() {
        // One fault says all there is to say.
        [only] => (said(only), Vec::new()),
        faults => (
            clean_lines(&problem.message),
            faults.iter().take(MOST_FAULTS).map(said).collect(),
        ),
    };
    // Whoever ended it knows that it was no error.
    let mut lines = vec![match problem.exit {
        Exit::Interrupted => shorten(&message),
        _ => format!("{} {}", paint(red, "error:"), shorten(&message)),
    }];
    lines.extend(faults.into_iter().map(|fault| format!("  {fault}")));
    if problem.faults.len() > MOST_FAULTS {
        lines.push(format!("  and {} more", problem.faults.len() - MOST_FAULTS));
    }
    let mut places = problem.places.clone();
    places.extend(
        problem
            .said
            .as_deref()
            .map(said_by_the_service)
            .into_iter()
            .flatten(),
    );
    places.sort_by_key(|(name, _)| rank(name));
    if !places.is_empty() {
        lines.push(String::new());
    }
    let widest = places.iter().map(|(name, _)| name.len()).max();
    for (name, place) in places {
        let name = format!("{:<1$}", name.replace('-', " "), widest.unwrap_or_default());
        lines.push(format!("  {}  {}", paint(dim, &name), clean_lines(&place)));
    }
    if !problem.advice.is_empty() {
        lines.push(String::new());
    }
    for advice in &problem.advice {
        lines.push(format!(
            "  {} {}",
            paint(green, "→"),
            clean_lines(advice).replace('\n', "\n    ")
        ));
    }
    lines.join("\n")
}

fn said(fault: &Fault) -> String {
    let message = clean_lines(&fault.message);
    match fault.flag.as_deref().unwrap_or(&fault.pointer) {
        "" => message,
        place => format!("{}: {message}", clean_lines(place)),
    }
}

/// What the service answered, in words.
fn said_by_the_service(said: &Said) -> Vec<(&'static str, String)> {
    let status = said.status.map(|status| format!("HTTP {status}"));
    let code = said.code.as_ref().map(|code| format!("code {code}"));
    let service: Vec<String> = status.into_iter().chain(code).collect();
    let mut places = Vec::new();
    if !service.is_empty() {
        places.push(("service", service.join(", ")));
    }
    if let Some(id) = &said.request_id {
        places.push(("request-id", id.clone()));
    }
    places
}

/// From our own end to the service's.
fn rank(place: &str) -> usize {
    const ORDER: [&str; 6] = [
        "tenant",
        "connection",
        "action",
        "refused-by",
        "service",
        "request-id",
    ];
    ORDER
        .iter()
        .position(|known| *known == place)
        .unwrap_or(ORDER.len())
}

fn shorten(message: &str) -> String {
    if message.chars().count() <= LONGEST_MESSAGE {
        return message.to_owned();
    }
    let mut short: String = message.chars().take(LONGEST_MESSAGE).collect();
    short.push_str("… (all of it: --error-format json)");
    short
}

/// For programs.
pub fn json(problem: &Problem) -> String {
    let mut error = Map::new();
    error.insert("category".into(), problem.exit.word().into());
    error.insert("code".into(), problem.code.as_str().into());
    error.insert("exit-code".into(), problem.exit.code().into());
    error.insert("message".into(), problem.message.trim().into());
    for (name, place) in &problem.places {
        error.insert((*name).to_owned(), place.clone().into());
    }
    let said = problem.said.as_deref().cloned().unwrap_or_default();
    if let Some(status) = said.status {
        error.insert("status".into(), status.into());
    }
    if let Some(code) = said.code {
        error.insert("service-code".into(), code.into());
    }
    if let Some(id) = said.request_id {
        error.insert("request-id".into(), id.into());
    }
    if let Some(wait) = said.retry_after {
        let milliseconds = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        error.insert("retry-after-ms".into(), milliseconds.into());
    }
    if !problem.faults.is_empty() {
        let faults: Vec<Value> = problem
            .faults
            .iter()
            .map(|fault| {
                value!({"pointer": fault.pointer, "flag": fault.flag, "message": fault.message})
            })
            .collect();
        error.insert("faults".into(), faults.into());
    }
    if !problem.advice.is_empty() {
        error.insert("advice".into(), problem.advice.clone().into());
    }
    escaped(&value!({ "error": error }).to_string())
}

/// JSON without characters that drive a terminal: serde_json leaves some of them as they are. Outside of
/// texts there are none.
fn escaped(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for character in json.chars() {
        let mut bytes = [0; 4];
        let text: &str = character.encode_utf8(&mut bytes);
        if clean_lines(text) == text {
            safe.push(character);
            continue;
        }
        let mut units = [0; 2];
        for unit in character.encode_utf16(&mut units) {
            safe.push_str(&format!("\\u{unit:04x}"));
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::super::ErrorCode;
    use super::*;
    use std::time::Duration;

    fn sample() -> Problem {
        let mut problem = Problem::new(Exit::Refused, "the service refused: no such column")
            .coded(ErrorCode::Rejected)
            .at("connection", "contoso")
            .advise("look at the columns");
        problem.said = Some(Box::new(Said {
            status: Some(400),
            code: Some("0x80060888".into()),
            request_id: Some("f00".into()),
            retry_after: Some(Duration::from_millis(1500)),
        }));
        problem.faults.push(Fault {
            pointer: "/select/0".into(),
            flag: Some("--select".into()),
            message: "is no column".into(),
        });
        problem.faults.push(Fault {
            pointer: "/top".into(),
            flag: None,
            message: "is negative".into(),
        });
        problem
    }

    #[test]
    fn a_single_fault_is_the_whole_message() {
        let mut problem = sample();
        problem.faults.truncate(1);
        let text = text(&problem, false);
        assert!(
            text.starts_with("error: --select: is no column\n\n"),
            "{text}"
        );
    }

    #[test]
    fn places_go_from_our_end_to_the_services() {
        let text = text(&sample(), false);
        assert!(text.find("connection") < text.find("request id"), "{text}");
    }

    #[test]
    fn what_a_person_ended_is_no_error() {
        let text = text(&Problem::cancelled(), true);
        assert_eq!(text, "cancelled; nothing was changed");
    }

    #[test]
    fn text_says_what_where_and_what_next() {
        assert_eq!(
            text(&sample(), false),
            "error: the service refused: no such column\n  --select: is no column\n  /top: is negative\n\n  connection  contoso\n  service     HTTP 400, code 0x80060888\n  request id  f00\n\n  → look at the columns"
        );
    }

    #[test]
    fn colours_come_only_when_asked_for() {
        assert!(!text(&sample(), false).contains('\u{1b}'));
        assert!(text(&sample(), true).contains('\u{1b}'));
    }

    #[test]
    fn a_services_text_cannot_drive_the_terminal() {
        let problem = Problem::new(Exit::Refused, "bad\u{1b}[2Jthing\nsecond line");
        assert_eq!(text(&problem, false), "error: bad·[2Jthing\nsecond line");
    }

    #[test]
    fn json_cannot_drive_the_terminal_either_and_says_the_same() {
        let words = "a\u{9b}2J\u{202e}b\u{1b}[c\u{feff} é 日本";
        let line = json(&Problem::new(Exit::Refused, words));
        assert!(!line.chars().any(char::is_control), "{line:?}");
        assert!(
            !line.contains('\u{202e}') && line.contains("日本"),
            "{line}"
        );
        let read: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(read["error"]["message"], words);
    }

    #[test]
    fn a_message_never_fills_more_than_one_screen() {
        let mut problem = Problem::new(Exit::Refused, "x".repeat(100_000));
        for _ in 0..100 {
            problem.faults.push(Fault {
                pointer: "/a".into(),
                flag: None,
                message: "wrong".into(),
            });
        }
        let text = text(&problem, false);
        assert!(text.len() < 2_000 && text.lines().count() < 20, "{text}");
        assert!(json(&problem).len() > 100_000);
    }

    #[test]
    fn json_carries_everything_under_stable_names() {
        let error: Value = serde_json::from_str(&json(&sample())).unwrap();
        assert_eq!(
            error,
            value!({"error": {
                "category": "refused", "code": "rejected", "exit-code": 4,
                "message": "the service refused: no such column",
                "connection": "contoso",
                "status": 400, "service-code": "0x80060888", "request-id": "f00", "retry-after-ms": 1500,
                "faults": [
                    {"pointer": "/select/0", "flag": "--select", "message": "is no column"},
                    {"pointer": "/top", "flag": null, "message": "is negative"}
                ],
                "advice": ["look at the columns"]
            }})
        );
    }
}

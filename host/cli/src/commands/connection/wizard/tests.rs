//! What is asked for, and what is not.

use super::*;
use crate::problem::ErrorCode;
use crate::secrets::Unanswered;
use airlock_runtime::{Grant, Placement};
use secrecy::SecretString;
use serde_json::json;
use std::collections::VecDeque;

/// A person who gives these answers, then leaves.
#[derive(Default)]
struct Person {
    answers: VecDeque<&'static str>,
    there: bool,
    asked: Vec<String>,
    told: Vec<String>,
}

impl Person {
    fn saying(answers: &[&'static str]) -> Self {
        Self {
            answers: answers.iter().copied().collect(),
            there: true,
            ..Self::default()
        }
    }
}

impl Ask for Person {
    fn stdin(&mut self) -> Result<SecretString, String> {
        Err("not here".into())
    }
    fn file(&mut self, _: &str) -> Result<SecretString, String> {
        Err("not here".into())
    }
    fn variable(&mut self, _: &str) -> Result<SecretString, String> {
        Err("not here".into())
    }
    fn hidden(&mut self, _: &str) -> Result<Option<SecretString>, Unanswered> {
        Err(Unanswered::Cancelled)
    }
    fn line(&mut self, question: &str) -> Result<Option<String>, Unanswered> {
        if !self.there {
            return Ok(None);
        }
        self.asked.push(question.to_owned());
        match self.answers.pop_front() {
            Some(answer) => Ok(Some(answer.to_owned())),
            None => Err(Unanswered::Cancelled),
        }
    }
    fn tell(&mut self, text: &str) {
        self.told.push(text.to_owned());
    }
}

fn known(connectors: &[&str]) -> Known {
    Known {
        connections: vec!["taken".parse().unwrap()],
        connectors: connectors
            .iter()
            .map(|name| (name.parse().unwrap(), String::new()))
            .collect(),
    }
}

fn kind_of(name: &str, grant: Grant) -> ConnectionKind {
    ConnectionKind {
        name: name.into(),
        title: String::new(),
        description: String::new(),
        grant,
        oauth: None,
        placement: Placement::Bearer,
        hosts: vec![],
        settings: json!({
            "required": ["url", "scopes"],
            "properties": {
                "url": {"type": "string", "format": "uri", "description": "Where it is."},
                "scopes": {"type": "string", "default": "{url:origin}/.default"},
                "pages": {"type": "integer"},
                "rare": {"type": "string", "x-airlock-advanced": true}
            }
        }),
        secrets: json!({}),
    }
}

fn about(kinds: Vec<ConnectionKind>) -> About {
    About {
        name: "dynamics".into(),
        title: String::new(),
        version: "1.0.0".into(),
        description: String::new(),
        connections: kinds,
        actions: vec![],
        triggers: vec![],
    }
}

#[test]
fn names_are_asked_for_until_one_is_free_and_well_formed() {
    let mut person = Person::saying(&["", "Not A Name", "taken", "contoso"]);
    let (name, connector) = beginning(&mut person, None, None, &known(&["dynamics"])).unwrap();
    assert_eq!((name.as_str(), connector.as_str()), ("contoso", "dynamics"));
    assert_eq!(person.told.len(), 3, "{:?}", person.told);
}

#[test]
fn one_of_several_is_chosen_by_number_or_name() {
    for answer in ["2", "other"] {
        let mut person = Person::saying(&["contoso", "3", "0", answer]);
        let (_, connector) =
            beginning(&mut person, None, None, &known(&["dynamics", "other"])).unwrap();
        assert_eq!(connector.as_str(), "other");
    }
    let kinds = vec![
        kind_of("client-credentials", Grant::ClientCredentials),
        kind_of("open", Grant::None),
        kind_of("key", Grant::ApiKey),
    ];
    let about = about(kinds);
    let mut person = Person::saying(&["opne", "open"]);
    assert_eq!(kind(&mut person, &about, None).unwrap().name, "open");
    assert!(person.told.contains(&"did you mean \"open\"?".to_owned()));
    assert!(person.asked[0].contains("1 to 2"), "{:?}", person.asked);
}

#[test]
fn what_no_host_serves_is_refused_before_anything_is_asked() {
    let about = about(vec![
        kind_of("key", Grant::ApiKey),
        kind_of("open", Grant::None),
    ]);
    let mut person = Person::saying(&[]);
    let refused = kind(&mut person, &about, Some("key")).unwrap_err();
    assert_eq!(refused.code, ErrorCode::KindNotServed.into());
    assert_eq!(kind(&mut person, &about, None).unwrap().name, "open");
    assert!(person.asked.is_empty());
}

#[test]
fn an_address_is_judged_at_once_and_the_one_that_was_meant_is_offered() {
    let mut person = Person::saying(&["", "contoso.example", "", "ten", "10"]);
    let mut given = Map::new();
    let kind = kind_of("open", Grant::None);
    assert!(settings(&mut person, &kind, &mut given, &EgressConfig::default()).unwrap());
    assert_eq!(
        Value::Object(given),
        json!({"url": "https://contoso.example", "pages": 10})
    );
    assert!(
        person.asked[2].contains("[https://contoso.example]"),
        "{:?}",
        person.asked
    );
    assert!(person.told[0].contains("Where it is"), "{:?}", person.told);
}

#[test]
fn an_address_that_the_connector_proposes_counts_once_a_person_takes_it() {
    let mut kind = kind_of("open", Grant::None);
    kind.settings = json!({"properties": {"token-url": {
        "type": "string",
        "format": "uri",
        "default": "https://login.example/token",
        "x-airlock-advanced": true,
    }}});
    for (typed, taken) in [
        ("", "https://login.example/token"),
        ("https://own.example/token", "https://own.example/token"),
    ] {
        let mut person = Person::saying(&[typed]);
        let mut given = Map::new();
        settings(&mut person, &kind, &mut given, &EgressConfig::default()).unwrap();
        assert!(person.asked[0].contains("[https://login.example/token]"));
        assert_eq!(given["token-url"], taken);
    }
    let mut given = Map::new();
    settings(
        &mut Person::default(),
        &kind,
        &mut given,
        &EgressConfig::default(),
    )
    .unwrap();
    assert!(given.is_empty());
}

#[test]
fn what_was_typed_and_what_has_a_default_is_not_asked_for() {
    let mut person = Person::saying(&[""]);
    let mut given = Map::new();
    given.insert("url".into(), json!("https://contoso.example"));
    let kind = kind_of("open", Grant::None);
    settings(&mut person, &kind, &mut given, &EgressConfig::default()).unwrap();
    assert_eq!(person.asked, ["pages (Enter leaves it out): "]);
    assert_eq!(given.len(), 1);
}

#[test]
fn without_a_person_what_is_missing_is_named() {
    let mut nobody = Person::default();
    let several = known(&["dynamics", "other"]);
    let problem = beginning(&mut nobody, None, None, &several).unwrap_err();
    assert_eq!(problem.message, "missing: NAME, --connector");
    assert!(problem.advice[1].contains("dynamics, other"), "{problem:?}");
    let problem = beginning(&mut nobody, None, None, &known(&[])).unwrap_err();
    assert_eq!(problem.code, ErrorCode::NoSuchConnector.into());
    let about = about(vec![]);
    assert_eq!(
        kind(&mut nobody, &about, None).unwrap_err().code,
        Code::Usage
    );
}

#[test]
fn leaving_is_a_cancellation() {
    let mut person = Person::saying(&[]);
    let problem = beginning(&mut person, None, None, &known(&["dynamics"])).unwrap_err();
    assert_eq!((problem.code, problem.exit.code()), (Code::Cancelled, 130));
}

use super::*;
use serde_json::json;

/// `person` gives these answers in turn, the last one for ever.
#[derive(Default)]
struct Fake {
    stdin: &'static str,
    person: Vec<&'static str>,
    asked: Vec<String>,
    hidden: Vec<String>,
    told: Vec<String>,
}

impl Fake {
    fn answer(&mut self) -> Option<&'static str> {
        match self.person.len() {
            0 => None,
            1 => self.person.first().copied(),
            _ => Some(self.person.remove(0)),
        }
    }
}

impl Ask for Fake {
    fn stdin(&mut self) -> Result<SecretString, String> {
        Ok(self.stdin.into())
    }
    fn file(&mut self, path: &str) -> Result<SecretString, String> {
        match path {
            "there" => Ok("from file\n".into()),
            _ => Err(format!("cannot read {path}")),
        }
    }
    fn variable(&mut self, name: &str) -> Result<SecretString, String> {
        match name {
            "SET" => Ok("from variable".into()),
            _ => Err(format!("{name} is not set")),
        }
    }
    fn hidden(&mut self, question: &str) -> Result<Option<SecretString>, Unanswered> {
        self.hidden.push(question.to_owned());
        Ok(self.answer().map(SecretString::from))
    }
    fn line(&mut self, question: &str) -> Result<Option<String>, Unanswered> {
        self.asked.push(question.to_owned());
        Ok(self.answer().map(str::to_owned))
    }
    fn tell(&mut self, text: &str) {
        self.told.push(text.to_owned());
    }
}

fn needed() -> Vec<Needed> {
    Needed::of(&json!({
        "properties": {
            "client-id": {"description": "Application id."},
            "client-secret": {},
            "extra": {}
        },
        "required": ["client-id", "client-secret"]
    }))
}

fn plain(secrets: &Secrets) -> Vec<(&str, &str)> {
    secrets
        .iter()
        .map(|(name, value)| (name.as_str(), value.expose_secret()))
        .collect()
}

#[test]
fn each_secret_comes_from_where_it_was_pointed_to() {
    let sources = Sources {
        files: &["client-id=there".to_owned()],
        variables: &["client-secret=SET".to_owned()],
        ..Sources::default()
    };
    let secrets = gather(&needed(), &sources, &mut Fake::default()).unwrap();
    assert_eq!(
        plain(&secrets),
        [
            ("client-id", "from file"),
            ("client-secret", "from variable")
        ]
    );
}

#[test]
fn standard_input_holds_one_secret_or_an_object_of_all() {
    let mut fake = Fake {
        stdin: "one\r\n",
        person: vec!["typed"],
        ..Fake::default()
    };
    let sources = Sources {
        stdin_one: Some("client-secret"),
        ..Sources::default()
    };
    let secrets = gather(&needed(), &sources, &mut fake).unwrap();
    assert_eq!(
        plain(&secrets),
        [("client-id", "typed"), ("client-secret", "one")]
    );
    let mut fake = Fake {
        stdin: r#"{"client-id": "a", "client-secret": "b"}"#,
        ..Fake::default()
    };
    let sources = Sources {
        stdin_all: true,
        ..Sources::default()
    };
    let secrets = gather(&needed(), &sources, &mut fake).unwrap();
    assert_eq!(
        plain(&secrets),
        [("client-id", "a"), ("client-secret", "b")]
    );
    assert!(fake.asked.is_empty());
}

#[test]
fn a_person_is_asked_for_required_secrets_only() {
    let mut fake = Fake {
        person: vec!["typed"],
        ..Fake::default()
    };
    gather(&needed(), &Sources::default(), &mut fake).unwrap();
    // The client's identifier is no secret: a person may see what they type.
    assert_eq!(fake.asked, ["client-id (Application id): "]);
    assert_eq!(fake.hidden, ["client-secret: "]);
}

#[test]
fn an_empty_answer_is_asked_for_again() {
    let mut fake = Fake {
        person: vec!["", "  ", "id", "", "s3cret"],
        ..Fake::default()
    };
    let secrets = gather(&needed(), &Sources::default(), &mut fake).unwrap();
    assert_eq!(
        plain(&secrets),
        [("client-id", "id"), ("client-secret", "s3cret")]
    );
    assert_eq!(fake.told, [NEEDED; 3]);
}

#[test]
fn a_question_in_a_connectors_words_cannot_drive_the_terminal() {
    let needed = Needed::of(&json!({
        "properties": {"client-secret": {"description": "\u{1b}]0;x\u{7}\u{9b}2J\u{202e}"}},
        "required": ["client-secret"]
    }));
    let question = needed[0].question();
    assert!(!question.chars().any(char::is_control), "{question:?}");
    assert!(!question.contains('\u{202e}'), "{question:?}");
}

#[test]
fn secrets_of_several_connections_come_in_one_object() {
    let mut fake = Fake {
        stdin: r#"{"a": {"client-secret": "1"}, "b": {"client-secret": "2"}}"#,
        ..Fake::default()
    };
    let all = by_connection(&mut fake).unwrap();
    assert_eq!(all["b"]["client-secret"].expose_secret(), "2");
    fake.stdin = "{\"a\": hunter2}";
    let problem = by_connection(&mut fake).unwrap_err();
    assert!(!format!("{problem:?}").contains("hunter2"), "{problem:?}");
}

#[test]
fn with_nobody_to_ask_the_ways_to_give_them_are_named() {
    let problem = gather(&needed(), &Sources::default(), &mut Fake::default()).unwrap_err();
    assert_eq!(problem.message, "missing secrets: client-id, client-secret");
    assert!(problem.advice[0].contains("--secret-env client-id=VARIABLE"));
}

#[test]
fn wrong_names_and_repeats_are_refused() {
    let files = |files: &[&str]| {
        let files: Vec<String> = files.iter().map(|&file| file.to_owned()).collect();
        let sources = Sources {
            files: &files,
            ..Sources::default()
        };
        gather(&needed(), &sources, &mut Fake::default()).unwrap_err()
    };
    let problem = files(&["client-secrt=there"]);
    assert!(problem.advice[0].contains("client-secret"), "{problem:?}");
    let problem = files(&["extra=there", "extra=there"]);
    assert!(problem.message.contains("twice"), "{problem:?}");
    let problem = files(&["extra=gone"]);
    assert!(problem.message.contains("cannot read gone"), "{problem:?}");
}

#[test]
fn no_refusal_repeats_what_may_be_a_secret() {
    let files = ["hunter2".to_owned()];
    let sources = Sources {
        files: &files,
        ..Sources::default()
    };
    let problem = gather(&needed(), &sources, &mut Fake::default()).unwrap_err();
    assert!(!format!("{problem:?}").contains("hunter2"));
    let mut fake = Fake {
        stdin: "{\"client-id\": hunter2}",
        ..Fake::default()
    };
    let sources = Sources {
        stdin_all: true,
        ..Sources::default()
    };
    let problem = gather(&needed(), &sources, &mut fake).unwrap_err();
    assert!(!format!("{problem:?}").contains("hunter2"), "{problem:?}");
}

//! Which secret comes from where: what flags point to, and what is asked for because nothing did.

use super::ask::{Ask, Needed};
use crate::problem::{Code, Problem};
use crate::suggest;
use airlock_runtime::store::Secrets;
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;

/// The flags that say where secrets are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources<'a> {
    /// The one secret that standard input holds.
    pub stdin_one: Option<&'a str>,
    /// Standard input holds all of them, as a JSON object.
    pub stdin_all: bool,
    /// `name=path`.
    pub files: &'a [String],
    /// `name=VARIABLE`.
    pub variables: &'a [String],
}

/// Collects every secret that was pointed to and asks for the required ones that were not.
pub fn gather(
    needed: &[Needed],
    sources: &Sources<'_>,
    ask: &mut dyn Ask,
) -> Result<Secrets, Problem> {
    let secrets = pointed_to(needed, sources, ask)?;
    complete(needed, secrets, ask)
}

fn pointed_to(
    needed: &[Needed],
    sources: &Sources<'_>,
    ask: &mut dyn Ask,
) -> Result<Secrets, Problem> {
    let mut secrets = Secrets::new();
    for pointed in sources.files {
        let (name, path) = split(pointed, "--secret-file", "PATH")?;
        let value = ask
            .file(path)
            .map_err(|fault| Problem::input(format!("secret {name}: {fault}")))?;
        keep(&mut secrets, needed, name, value)?;
    }
    for pointed in sources.variables {
        let (name, variable) = split(pointed, "--secret-env", "VARIABLE")?;
        let value = ask
            .variable(variable)
            .map_err(|fault| Problem::input(format!("secret {name}: {fault}")))?;
        keep(&mut secrets, needed, name, value)?;
    }
    if let Some(name) = sources.stdin_one {
        let value = ask.stdin().map_err(Problem::input)?;
        keep(&mut secrets, needed, name, value)?;
    }
    if sources.stdin_all {
        let text = ask.stdin().map_err(Problem::input)?;
        let all: BTreeMap<String, String> = object(&text, "{\"name\": \"value\", …}")?;
        for (name, value) in all {
            keep(&mut secrets, needed, &name, value.into())?;
        }
    }
    Ok(secrets)
}

/// The secrets of several connections, from one JSON object on standard input.
pub fn by_connection(ask: &mut dyn Ask) -> Result<BTreeMap<String, Secrets>, Problem> {
    let text = ask.stdin().map_err(Problem::input)?;
    let all: BTreeMap<String, BTreeMap<String, String>> =
        object(&text, "{\"connection\": {\"name\": \"value\", …}, …}")?;
    let secrets = |given: BTreeMap<String, String>| {
        given
            .into_iter()
            .map(|(name, value)| (name, value.into()))
            .collect()
    };
    Ok(all
        .into_iter()
        .map(|(connection, given)| (connection, secrets(given)))
        .collect())
}

/// Adds what is required to what was given, by asking for it.
pub fn complete(needed: &[Needed], given: Secrets, ask: &mut dyn Ask) -> Result<Secrets, Problem> {
    let mut secrets = Secrets::new();
    for (name, value) in given {
        keep(&mut secrets, needed, &name, value)?;
    }
    let mut missing = Vec::new();
    for secret in needed.iter().filter(|secret| secret.required) {
        if secrets.contains_key(&secret.name) {
            continue;
        }
        match secret.ask(ask)? {
            Some(value) => keep(&mut secrets, needed, &secret.name, value)?,
            None => missing.push(secret.name.as_str()),
        }
    }
    match missing.first() {
        None => Ok(secrets),
        Some(first) => Err(Problem::input(format!(
            "missing secret{}: {}",
            if missing.len() == 1 { "" } else { "s" },
            missing.join(", ")
        ))
        .coded(Code::MissingSecret)
        .advise(format!(
            "from the environment:     --secret-env {first}=VARIABLE"
        ))
        .advise(format!(
            "from a file:              --secret-file {first}=PATH"
        ))
        .advise("from standard input:      --secrets-stdin, with a JSON object of all of them")
        .advise("on a terminal they are asked for, without echo")),
    }
}

fn split<'a>(pointed: &'a str, flag: &str, target: &str) -> Result<(&'a str, &'a str), Problem> {
    match pointed.split_once('=') {
        Some((name, place)) if !name.is_empty() && !place.is_empty() => Ok((name, place)),
        // What stands there may be the secret itself: it is not repeated.
        _ => Err(Problem::input(format!("{flag} expects NAME={target}"))),
    }
}

fn keep(
    secrets: &mut Secrets,
    needed: &[Needed],
    name: &str,
    value: SecretString,
) -> Result<(), Problem> {
    let names = || needed.iter().map(|secret| secret.name.as_str());
    if names().all(|known| known != name) {
        let all: Vec<&str> = names().collect();
        return Err(
            Problem::input(format!("this kind of connection has no secret \"{name}\""))
                .maybe_advise(suggest::hint(name, names()))
                .advise(format!("it has: {}", all.join(", "))),
        );
    }
    let value = trimmed(value);
    if value.expose_secret().is_empty() {
        return Err(Problem::input(format!("secret {name} is empty")));
    }
    match secrets.insert(name.to_owned(), value) {
        None => Ok(()),
        Some(_) => Err(Problem::input(format!("secret {name} is given twice"))),
    }
}

/// Without the line end that editors and `echo` put behind a secret; blanks within stay.
fn trimmed(value: SecretString) -> SecretString {
    let text = value.expose_secret();
    let bare = text.trim_end_matches(['\r', '\n']);
    if bare.len() == text.len() {
        return value;
    }
    bare.to_owned().into()
}

fn object<T: serde::de::DeserializeOwned>(text: &SecretString, shape: &str) -> Result<T, Problem> {
    // serde_json's own message may quote what it read, which is secret.
    serde_json::from_str(text.expose_secret()).map_err(|fault| {
        Problem::input(format!(
            "standard input is no JSON object of texts (line {}, column {})",
            fault.line(),
            fault.column()
        ))
        .advise(format!("write {shape}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::ask::{NEEDED, Unanswered};
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
}

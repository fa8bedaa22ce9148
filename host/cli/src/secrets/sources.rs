//! Which secret comes from where. What reads the world is behind [`Ask`], so that the rules are
//! tested without a terminal.

use crate::problem::Problem;
use crate::suggest;
use airlock_runtime::store::Secrets;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
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

/// Reads secrets from the world outside. Errors are for people and never hold a secret.
pub trait Ask {
    /// All of standard input.
    fn stdin(&mut self) -> Result<SecretString, String>;
    /// A file's content.
    fn file(&mut self, path: &str) -> Result<SecretString, String>;
    /// An environment variable's value.
    fn variable(&mut self, name: &str) -> Result<SecretString, String>;
    /// Asks a person, without echo; nothing when there is nobody to ask.
    fn prompt(&mut self, question: &str) -> Result<Option<SecretString>, String>;
}

/// One secret that a kind of connection has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    /// Its name.
    pub name: String,
    /// What it is, in the connector's words.
    pub help: String,
    /// Whether the connection works without it.
    pub required: bool,
}

impl Needed {
    /// The secrets that the schema of a connection kind describes, in its order.
    pub fn of(schema: &Value) -> Vec<Self> {
        crate::flags::properties(schema, &[])
            .into_iter()
            .map(|property| Self {
                name: property.name,
                help: property.help,
                required: property.required,
            })
            .collect()
    }
}

/// Collects every secret that was pointed to and asks for the required ones that were not.
pub fn gather(
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
        for (name, value) in object(&text)? {
            keep(&mut secrets, needed, &name, value.into())?;
        }
    }
    let mut missing = Vec::new();
    for secret in needed.iter().filter(|secret| secret.required) {
        if secrets.contains_key(&secret.name) {
            continue;
        }
        let question = match secret.help.as_str() {
            "" => format!("{}: ", secret.name),
            help => format!("{} ({}): ", secret.name, help.trim_end_matches('.')),
        };
        match ask.prompt(&question).map_err(Problem::input)? {
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

fn object(text: &SecretString) -> Result<BTreeMap<String, String>, Problem> {
    // serde_json's own message may quote what it read, which is secret.
    serde_json::from_str(text.expose_secret()).map_err(|fault| {
        Problem::input(format!(
            "standard input is no JSON object of texts (line {}, column {})",
            fault.line(),
            fault.column()
        ))
        .advise("write {\"name\": \"value\", …}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Default)]
    struct Fake {
        stdin: &'static str,
        person: Option<&'static str>,
        asked: Vec<String>,
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
        fn prompt(&mut self, question: &str) -> Result<Option<SecretString>, String> {
            self.asked.push(question.to_owned());
            Ok(self.person.map(SecretString::from))
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
            person: Some("typed"),
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
            person: Some("typed"),
            ..Fake::default()
        };
        gather(&needed(), &Sources::default(), &mut fake).unwrap();
        assert_eq!(
            fake.asked,
            ["client-id (Application id): ", "client-secret: "]
        );
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

//! Which secret comes from where. What reads the world is behind [`Ask`], so that the rules are
//! tested without a terminal.

use crate::output::clean;
use crate::problem::{Code, Problem};
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

/// Reads secrets, and answers, from the world outside. Errors are for people and never hold a secret.
pub trait Ask {
    /// All of standard input.
    fn stdin(&mut self) -> Result<SecretString, String>;
    /// A file's content.
    fn file(&mut self, path: &str) -> Result<SecretString, String>;
    /// An environment variable's value.
    fn variable(&mut self, name: &str) -> Result<SecretString, String>;
    /// Asks a person, without echo; nothing when there is nobody to ask.
    fn hidden(&mut self, question: &str) -> Result<Option<SecretString>, Unanswered>;
    /// Asks a person, with echo; nothing when there is nobody to ask.
    fn line(&mut self, question: &str) -> Result<Option<String>, Unanswered>;
    /// Tells the person who is asked.
    fn tell(&mut self, text: &str);
}

/// Why a question got no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// The person ended the conversation.
    Cancelled,
    /// The terminal cannot be used.
    Failed(String),
}

impl From<Unanswered> for Problem {
    fn from(why: Unanswered) -> Self {
        match why {
            Unanswered::Cancelled => Self::cancelled(),
            Unanswered::Failed(fault) => Self::input(fault),
        }
    }
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

    /// Whether it may be seen while it is typed. The contract calls an OAuth client's identifier so, and
    /// it is no secret (RFC 6749 §2.2).
    fn is_public(&self) -> bool {
        self.name == "client-id"
    }

    /// The question for it. The words are the connector's, and are shown at the moment a person types a
    /// secret: they must not drive the terminal.
    fn question(&self) -> String {
        let name = clean(&self.name);
        match clean(&self.help).trim().trim_end_matches('.') {
            "" => format!("{name}: "),
            help => format!("{name} ({help}): "),
        }
    }

    /// Asks until there is an answer; nothing when there is nobody to ask.
    fn ask(&self, ask: &mut dyn Ask) -> Result<Option<SecretString>, Problem> {
        loop {
            let answer = match self.is_public() {
                true => ask.line(&self.question())?.map(SecretString::from),
                false => ask.hidden(&self.question())?,
            };
            match answer {
                Some(answer) if answer.expose_secret().trim().is_empty() => ask.tell(NEEDED),
                answer => return Ok(answer),
            }
        }
    }
}

/// What a person is told who gives no answer where there has to be one.
pub const NEEDED: &str = "an answer is needed; Ctrl-C ends";

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
mod tests;

//! What is asked for and of whom. What reads the world is behind [`Ask`], so that the rules are tested
//! without a terminal.

use crate::output::clean;
use crate::problem::Problem;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

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
    pub(super) fn question(&self) -> String {
        let name = clean(&self.name);
        match clean(&self.help).trim().trim_end_matches('.') {
            "" => format!("{name}: "),
            help => format!("{name} ({help}): "),
        }
    }

    /// Asks until there is an answer; nothing when there is nobody to ask.
    pub(super) fn ask(&self, ask: &mut dyn Ask) -> Result<Option<SecretString>, Problem> {
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

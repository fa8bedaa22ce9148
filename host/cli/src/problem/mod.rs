//! What went wrong, for people: what happened, where, and what to do next.
//!
//! Everything that can end a command becomes a [`Problem`]; it decides the exit code, and one place
//! prints it, as text on one screen or as one line of JSON.

mod code;
mod connector;
mod exit;
mod host;
mod panic;
mod render;
mod report;
mod settings_file;
mod triggers;
mod usage;

pub use airlock_runtime::ErrorCode;
pub use code::Code;
pub use exit::Exit;
pub use panic::calm_panics;
pub use render::{json, text};
pub(crate) use report::place as report_place;
pub use settings_file::name_settings_file;
pub(crate) use usage::command as command_of;
pub use usage::{from_clap, secret_by_argument, with_usage};

use crate::flags::FlagError;
use crate::output::OutputError;
use std::time::Duration;

/// One fault of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// JSON Pointer (RFC 6901) into the input.
    pub pointer: String,
    /// The flag that sets it, with its dashes, where there is one.
    pub flag: Option<String>,
    /// What is wrong and what would be right.
    pub message: String,
}

/// What a service answered, for programs to branch on and for its support desk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// HTTP status.
    pub status: Option<u16>,
    /// The service's own error code, verbatim.
    pub code: Option<String>,
    /// The service's request id.
    pub request_id: Option<String>,
    /// How long it asks to be left alone.
    pub retry_after: Option<Duration>,
}

/// What a problem is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// This command line or this machine.
    Here,
    /// What lies between the host and the service, or the service.
    Service,
    /// A budget that the connector broke.
    Budget,
    /// A sign-in that a person has to repeat.
    SignIn,
}

/// Why a command did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The exit code, and with it what a caller can do.
    pub exit: Exit,
    /// Short and stable, for programs: `not-found`, `egress-denied`.
    pub code: Code,
    /// What happened.
    pub message: String,
    /// Where: connection, action, the service's code, its request id. Names are in kebab-case.
    pub places: Vec<(&'static str, String)>,
    /// Which parts of the input are wrong.
    pub faults: Vec<Fault>,
    /// What to do next.
    pub advice: Vec<String>,
    /// What it is about.
    pub origin: Origin,
    /// What the service answered, where it did.
    pub said: Option<Box<Said>>,
}

impl Problem {
    /// A problem of this kind.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            code: exit.plain_code(),
            message: message.into(),
            places: Vec::new(),
            faults: Vec::new(),
            advice: Vec::new(),
            origin: Origin::Here,
            said: None,
        }
    }

    /// The input is wrong.
    pub fn input(message: impl Into<String>) -> Self {
        Self::new(Exit::Input, message)
    }

    /// Names it for programs.
    #[must_use]
    pub fn coded(mut self, code: impl Into<Code>) -> Self {
        self.code = code.into();
        self
    }

    /// A person ended it before it was done.
    pub fn cancelled() -> Self {
        Self::new(Exit::Interrupted, "cancelled; nothing was changed").coded(Code::Cancelled)
    }

    /// Adds where it happened; later additions stand behind, a known place stays.
    #[must_use]
    pub fn at(mut self, name: &'static str, place: impl Into<String>) -> Self {
        if self.places.iter().all(|(known, _)| *known != name) {
            self.places.push((name, place.into()));
        }
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice.push(advice.into());
        self
    }

    /// Adds what to do next, if there is something.
    #[must_use]
    pub fn maybe_advise(self, advice: Option<String>) -> Self {
        match advice {
            Some(advice) => self.advise(advice),
            None => self,
        }
    }
}

impl From<FlagError> for Problem {
    fn from(error: FlagError) -> Self {
        let mut problem = Self::input(error.to_string());
        problem.faults.push(Fault {
            pointer: String::new(),
            flag: Some(format!("--{}", error.flag)),
            message: error.message,
        });
        problem
    }
}

/// A command's end.
#[derive(Debug)]
pub enum Stop {
    /// It failed.
    Problem(Box<Problem>),
    /// It ended so, and all there is to say has been said.
    Told(Exit),
    /// Nobody reads the output any more: a quiet, good end.
    OutputClosed,
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<FlagError> for Stop {
    fn from(error: FlagError) -> Self {
        Problem::from(error).into()
    }
}

impl From<OutputError> for Stop {
    fn from(error: OutputError) -> Self {
        match error {
            OutputError::Closed => Self::OutputClosed,
            OutputError::Failed(error) => Problem::new(
                Exit::Unavailable,
                format!("the answer cannot be written to standard output: {error}"),
            )
            .coded(Code::OutputFailed)
            .advise("what was asked for is done; only printing its answer failed")
            .into(),
        }
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        OutputError::from(error).into()
    }
}

impl From<airlock_runtime::HostError> for Stop {
    fn from(error: airlock_runtime::HostError) -> Self {
        Problem::from(error).into()
    }
}

impl Stop {
    /// Changes the problem, if it is one.
    #[must_use]
    pub fn map(self, change: impl FnOnce(Problem) -> Problem) -> Self {
        match self {
            Self::Problem(problem) => change(*problem).into(),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    #[test]
    fn a_reader_that_has_gone_is_no_problem() {
        let stop = Stop::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert!(matches!(stop, Stop::OutputClosed));
    }

    #[test]
    fn a_full_disk_under_the_output_says_that_the_work_is_done() {
        let Stop::Problem(problem) = Stop::from(io::Error::from(io::ErrorKind::StorageFull)) else {
            panic!("not a problem");
        };
        assert_eq!(problem.exit, Exit::Unavailable);
        assert!(problem.advice[0].contains("is done"));
    }

    #[test]
    fn the_first_word_about_a_place_stays() {
        let problem = Problem::input("x").at("action", "a").at("action", "b");
        assert_eq!(problem.places, [("action", "a".to_owned())]);
    }
}

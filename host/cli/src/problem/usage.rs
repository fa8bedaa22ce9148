//! What clap has against the words of the command line.

use super::{Exit, Problem};
use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Keeps clap's own text, with its usage line and its suggestions, for people, and the same text
/// without colours for programs.
pub fn from_clap(error: &Error, color: bool) -> Problem {
    if let Some(flag) = secret_flag(error) {
        return secret_by_argument(&flag);
    }
    if let Some(name) = setting_flag(error) {
        return Problem::input(format!("there is no flag --{name}"))
            .advise(format!("a setting is given as: --setting {name}=VALUE"))
            .advise("airlock connection add --help shows every flag");
    }
    let text = error.render();
    let plain = text.to_string();
    let message = plain
        .split("\n\nUsage:")
        .next()
        .unwrap_or_default()
        .trim_start_matches("error: ")
        .trim()
        .to_owned();
    let mut problem = Problem::new(Exit::Input, message);
    let ready = if color {
        text.ansi().to_string()
    } else {
        plain
    };
    problem.ready = Some(ready.into());
    problem
}

/// An unknown flag that sounds like a secret.
fn secret_flag(error: &Error) -> Option<String> {
    const SOUNDS: [&str; 4] = ["secret", "password", "passwd", "api-key"];
    let flag = unknown_flag(error)?;
    let lower = flag.to_ascii_lowercase();
    SOUNDS
        .iter()
        .any(|sound| lower.ends_with(sound))
        .then(|| flag.to_owned())
}

/// The flag that clap does not know, without its value.
fn unknown_flag(error: &Error) -> Option<&str> {
    match (error.kind(), error.get(ContextKind::InvalidArg)) {
        (ErrorKind::UnknownArgument, Some(ContextValue::String(flag))) => flag.split('=').next(),
        _ => None,
    }
}

/// A setting that was given as a flag of its own, to the one command that takes settings.
fn setting_flag(error: &Error) -> Option<&str> {
    let adding = error.render().to_string().contains("connection add");
    let known = error.get(ContextKind::SuggestedArg).is_some();
    unknown_flag(error)
        .and_then(|flag| flag.strip_prefix("--"))
        .filter(|_| adding && !known)
}

/// The refusal of a secret on the command line. It does not repeat the secret.
pub fn secret_by_argument(flag: &str) -> Problem {
    Problem::input(format!("a secret was given as an argument, to {flag}; nothing was kept"))
        .advise("arguments are seen by every process of this machine and stay in the shell's history: renew that secret")
        .advise("leave it out to be asked for it, or use --secret-file NAME=PATH, --secret-env NAME=VARIABLE, --secret-stdin NAME")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Arg, Command};

    #[test]
    fn a_flag_that_sounds_like_a_secret_is_refused_without_its_value() {
        for flag in ["--client-secret", "--PASSWORD", "--api-key"] {
            let error = Command::new("airlock")
                .try_get_matches_from(["airlock", &format!("{flag}=hunter2")])
                .unwrap_err();
            let problem = from_clap(&error, false);
            assert!(problem.message.contains(flag), "{problem:?}");
            assert!(problem.advice[1].contains("--secret-file"));
            assert!(!format!("{problem:?}").contains("hunter2"));
        }
    }

    #[test]
    fn a_setting_as_a_flag_of_its_own_is_told_how_settings_are_given() {
        use clap::Parser as _;
        let line = "airlock connection add c --connector d --token-url=https://x";
        let error = crate::args::Cli::try_parse_from(line.split(' ')).unwrap_err();
        let problem = from_clap(&error, false);
        assert!(
            problem.advice[0].contains("--setting token-url="),
            "{problem:?}"
        );
        let line = "airlock connection add c --conector d";
        let error = crate::args::Cli::try_parse_from(line.split(' ')).unwrap_err();
        assert!(
            from_clap(&error, false)
                .ready
                .unwrap()
                .contains("--connector")
        );
    }

    #[test]
    fn programs_get_the_message_and_people_all_of_it() {
        let error = Command::new("airlock")
            .arg(Arg::new("table").long("table"))
            .try_get_matches_from(["airlock", "--tabel", "x"])
            .unwrap_err();
        let problem = from_clap(&error, false);
        assert_eq!(problem.exit.code(), 2);
        assert!(problem.message.starts_with("unexpected argument '--tabel'"));
        assert!(!problem.message.contains("Usage"));
        let ready = problem.ready.unwrap();
        assert!(
            ready.contains("--table") && ready.contains("Usage"),
            "{ready}"
        );
    }
}

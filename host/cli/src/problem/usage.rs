//! What clap has against the words of the command line, in the shape of every other problem: people get
//! one look, programs get the flag and the advice, and no text of a connector's reaches the terminal
//! as it came.

use super::{Code, Exit, Fault, Problem};
use crate::args::command_at;
use clap::Error;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::error::Error as _;

/// Commands that undo what cannot be done again: a guess that is wrong must not lead there.
const UNDOING: [&str; 4] = ["remove", "rm", "delete", "sign-out"];

/// Names of output formats, which other programs take as flags.
const FORMATS: [&str; 5] = ["json", "ndjson", "table", "csv", "yaml"];

/// Makes a problem of it.
pub fn from_clap(error: &Error) -> Problem {
    if let Some(flag) = secret_flag(error) {
        return secret_by_argument(&flag);
    }
    let command = command(error);
    if let Some(name) = setting_flag(error, &command) {
        return Problem::input(format!("there is no flag --{name}"))
            .coded(Code::Usage)
            .advise(format!("a setting is given as: --setting {name}=VALUE"))
            .advise(format!("{command} --help shows every flag"));
    }
    let mut problem = Problem::new(Exit::Input, message(error)).coded(Code::Usage);
    problem.faults = faults(error);
    for advice in suggestions(error) {
        problem = problem.advise(advice);
    }
    if let Some(usage) = own_usage(&command).or_else(|| usage(error)) {
        problem = problem.at("usage", usage);
    }
    problem.advise(format!("{command} --help shows what can be typed"))
}

/// Clap's own sentence, without its tips and its usage line.
fn message(error: &Error) -> String {
    let text = error.render().to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    first.trim_start_matches("error: ").trim().to_owned()
}

/// The flags that are wrong, each with what is wrong with it.
fn faults(error: &Error) -> Vec<Fault> {
    let fault = |flag: String, message: String| Fault {
        pointer: String::new(),
        flag: Some(flag),
        message,
    };
    let named = texts(error, ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::UnknownArgument => named
            .into_iter()
            .map(|word| {
                let flag = bare(&word);
                match flag.starts_with('-') {
                    true => fault(flag, "there is no such flag".to_owned()),
                    false => fault(flag, "this word is one too many".to_owned()),
                }
            })
            .collect(),
        ErrorKind::MissingRequiredArgument => named
            .iter()
            .map(|word| fault(alternatives(word), "is missing".to_owned()))
            .collect(),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let value = texts(error, ContextKind::InvalidValue).join(" ");
            let wrong = match error.source() {
                Some(reason) => reason.to_string(),
                None if value.is_empty() => "needs a value".to_owned(),
                None => format!("takes no '{value}'"),
            };
            let legal = texts(error, ContextKind::ValidValue);
            let legal = match legal.is_empty() {
                true => String::new(),
                false => format!("; it takes: {}", legal.join(", ")),
            };
            named
                .iter()
                .map(|word| fault(bare(word), format!("{wrong}{legal}")))
                .collect()
        }
        ErrorKind::ArgumentConflict => {
            let prior = texts(error, ContextKind::PriorArg);
            let prior: Vec<String> = prior.iter().map(|word| bare(word)).collect();
            let wrong = match named
                .iter()
                .map(|word| bare(word))
                .eq(prior.iter().cloned())
            {
                true => "is given twice".to_owned(),
                false => format!("does not go together with {}", prior.join(", ")),
            };
            named
                .iter()
                .map(|word| fault(bare(word), wrong.clone()))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// What was most likely meant.
fn suggestions(error: &Error) -> Vec<String> {
    let mut advice = Vec::new();
    let flag = unknown_flag(error).and_then(|flag| flag.strip_prefix("--"));
    if let Some(format) = flag.filter(|flag| FORMATS.contains(flag)) {
        advice.push(format!("a format is chosen by: -o {format}"));
    }
    for kind in [ContextKind::SuggestedArg, ContextKind::SuggestedValue] {
        for near in texts(error, kind) {
            advice.push(format!("did you mean {}?", bare(&near)));
        }
    }
    let typed = texts(error, ContextKind::InvalidSubcommand).join(" ");
    for near in texts(error, ContextKind::SuggestedSubcommand) {
        if harmless(&typed, &near) {
            advice.push(format!("did you mean {near}?"));
        }
    }
    advice
}

/// Whether a guess may be offered: one that undoes something only for a slip of one letter.
fn harmless(typed: &str, near: &str) -> bool {
    !UNDOING.contains(&near) || strsim::damerau_levenshtein(typed, near) <= 1
}

/// `--top <N>` and `--top=7` are `--top`; `<NAME>` is `NAME`.
fn bare(word: &str) -> String {
    let word = word.split([' ', '=']).next().unwrap_or_default();
    word.trim_matches(['<', '>', '\'', '.', '[', ']'])
        .to_owned()
}

/// `<--row <JSON>|--set <NAME=VALUE>>` is `--row or --set`.
fn alternatives(word: &str) -> String {
    let Some(inner) = word
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'))
    else {
        return bare(word);
    };
    let parts: Vec<String> = inner
        .split('|')
        .filter(|part| part.starts_with('-'))
        .map(bare)
        .collect();
    match parts.is_empty() {
        true => bare(word),
        false => parts.join(" or "),
    }
}

/// Clap says of a wrong value what is legal, and not of which command: the usage line tells.
pub fn with_usage(mut error: Error, usage: impl FnOnce() -> StyledStr) -> Error {
    if error.get(ContextKind::Usage).is_none() {
        error.insert(ContextKind::Usage, ContextValue::StyledStr(usage()));
    }
    error
}

/// The usage line of a fixed command. Clap's own names flags that nobody typed, when the environment gives
/// them.
fn own_usage(command: &str) -> Option<String> {
    let mut command = command_at(command.split(' '))?;
    Some(headless(&command.render_usage().to_string()))
}

/// The usage line that clap made.
fn usage(error: &Error) -> Option<String> {
    match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(text)) => {
            Some(headless(&text.to_string())).filter(|text| !text.is_empty())
        }
        _ => None,
    }
}

fn headless(usage: &str) -> String {
    usage.trim().trim_start_matches("Usage:").trim().to_owned()
}

/// The command that was typed, as far as its usage line names it.
pub(crate) fn command(error: &Error) -> String {
    let usage = usage(error).unwrap_or_default();
    let line = usage.lines().next().unwrap_or_default();
    let words = line.split_whitespace().take_while(|word| {
        word.chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.'))
            && !word.starts_with('-')
    });
    let command: Vec<&str> = words.collect();
    match command.is_empty() {
        true => "airlock".to_owned(),
        false => command.join(" "),
    }
}

fn texts(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
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

/// A setting that was given as a flag of its own, to the commands that take settings.
fn setting_flag<'a>(error: &'a Error, command: &str) -> Option<&'a str> {
    let takes_settings = ["connection add", "connection update"]
        .iter()
        .any(|name| command.ends_with(name));
    let known = error.get(ContextKind::SuggestedArg).is_some();
    unknown_flag(error)
        .and_then(|flag| flag.strip_prefix("--"))
        .filter(|_| takes_settings && !known)
}

/// The refusal of a secret on the command line. It does not repeat the secret.
pub fn secret_by_argument(flag: &str) -> Problem {
    Problem::input(format!("a secret was given as an argument, to {flag}; nothing was kept"))
        .coded(Code::SecretInArgument)
        .advise("arguments are seen by every process of this machine and stay in the shell's history: renew that secret")
        .advise("leave it out to be asked for it, or use --secret-file NAME=PATH, --secret-env NAME=VARIABLE, --secret-stdin NAME")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Cli;
    use crate::problem::text;
    use clap::{Arg, ArgGroup, Command, Parser as _};

    fn problem(line: &str) -> Problem {
        from_clap(&Cli::try_parse_from(line.split(' ')).unwrap_err())
    }

    #[test]
    fn a_flag_that_sounds_like_a_secret_is_refused_without_its_value() {
        for flag in ["--client-secret", "--PASSWORD", "--api-key"] {
            let error = Command::new("airlock")
                .try_get_matches_from(["airlock", &format!("{flag}=hunter2")])
                .unwrap_err();
            let problem = from_clap(&error);
            assert!(problem.message.contains(flag), "{problem:?}");
            assert!(problem.advice[1].contains("--secret-file"));
            assert!(!format!("{problem:?}").contains("hunter2"));
        }
    }

    #[test]
    fn a_setting_as_a_flag_of_its_own_is_told_how_settings_are_given() {
        let found = problem("airlock connection add c --connector d --token-url=https://x");
        assert!(
            found.advice[0].contains("--setting token-url="),
            "{found:?}"
        );
        let found = problem("airlock connection add c --conector d");
        assert_eq!(found.advice[0], "did you mean --connector?");
    }

    #[test]
    fn an_unknown_flag_is_named_with_the_nearest_and_never_led_astray() {
        let found = problem("airlock connector list --tennant x");
        assert_eq!(found.faults[0].flag.as_deref(), Some("--tennant"));
        assert_eq!(found.advice[0], "did you mean --tenant?");
        assert_eq!(found.code, Code::Usage);
        assert!(found.advice[1].starts_with("airlock connector list --help"));
        // What clap would advise, `-- --limit`, only leads to the next error.
        let text = text(&problem("airlock connector list --limit 2"), false);
        assert!(!text.contains("-- --limit"), "{text}");
        let found = problem("airlock connector list --json");
        assert!(found.advice[0].ends_with("-o json"), "{found:?}");
    }

    #[test]
    fn what_undoes_something_is_never_a_guess() {
        for (typed, near, offered) in [
            ("rename", "remove", false),
            ("renew", "remove", false),
            ("remvoe", "remove", true),
            ("remove-all", "remove", false),
            ("lst", "list", true),
            ("tets", "test", true),
        ] {
            assert_eq!(harmless(typed, near), offered, "{typed}");
        }
        let found = problem("airlock connection renew x");
        assert!(!format!("{found:?}").contains("remove"), "{found:?}");
    }

    #[test]
    fn what_is_missing_is_named_without_brackets() {
        let error = Command::new("airlock")
            .arg(Arg::new("row").long("row").value_name("JSON|@FILE"))
            .arg(Arg::new("set").long("set").value_name("NAME=VALUE"))
            .arg(Arg::new("table").long("table").required(true))
            .group(ArgGroup::new("either").args(["row", "set"]).required(true))
            .try_get_matches_from(["airlock"])
            .unwrap_err();
        let flags: Vec<String> = faults(&error)
            .into_iter()
            .filter_map(|fault| fault.flag)
            .collect();
        assert_eq!(flags, ["--table", "--row or --set"]);
    }

    #[test]
    fn a_wrong_value_names_its_flag_and_the_legal_ones() {
        let found = problem("airlock connector list -o jso");
        let fault = &found.faults[0];
        assert_eq!(fault.flag.as_deref(), Some("--output"));
        assert!(fault.message.contains("ndjson"), "{fault:?}");
        assert!(found.advice[0].contains("json"), "{found:?}");
        let found = problem("airlock connector list --tenant ACME");
        assert!(found.faults[0].message.contains("lower-case"), "{found:?}");
    }

    #[test]
    fn people_see_the_usage_and_nothing_drives_their_terminal() {
        let error = Command::new("airlock")
            .arg(Arg::new("table").long("table"))
            .try_get_matches_from(["airlock", "--tab\u{1b}[2Jel", "x"])
            .unwrap_err();
        let text = text(&from_clap(&error), false);
        assert!(text.contains("usage  airlock"), "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
    }
}

//! What clap has against the words of the command line.

use super::{Exit, Problem};
use clap::Error;

/// Keeps clap's own text, with its usage line and its suggestions, for people, and the same text
/// without colours for programs.
pub fn from_clap(error: &Error, color: bool) -> Problem {
    let text = error.render();
    let plain = text.to_string();
    let message = plain
        .split("\n\nUsage:")
        .next()
        .unwrap_or_default()
        .trim_start_matches("error: ")
        .trim();
    let mut problem = Problem::new(Exit::Input, message);
    problem.ready = Some(if color {
        text.ansi().to_string()
    } else {
        plain.clone()
    });
    problem
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Arg, Command};

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

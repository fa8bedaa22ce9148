//! What the three standard streams are connected to, and so what may be drawn on them.

use crate::args::ColorChoice;
use std::io::IsTerminal;

/// What the standard streams are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Term {
    /// A person can answer questions.
    pub asks: bool,
    /// A person reads the answer.
    pub reads: bool,
    /// A person watches notes and progress.
    pub watches: bool,
    /// Colours in the answer.
    pub color_out: bool,
    /// Colours in notes and errors.
    pub color_err: bool,
    /// Characters per line, where a person reads the answer.
    pub width: Option<u16>,
}

impl Term {
    /// Looks at the streams of this process.
    pub fn detect(choice: ColorChoice) -> Self {
        let reads = std::io::stdout().is_terminal();
        let watches = std::io::stderr().is_terminal();
        let plain = plain_environment(|name| std::env::var(name).ok());
        Self {
            asks: std::io::stdin().is_terminal() && watches,
            reads,
            watches,
            color_out: colors(choice, reads, plain),
            color_err: colors(choice, watches, plain),
            width: if reads {
                terminal_size::terminal_size().map(|(width, _)| width.0)
            } else {
                None
            },
        }
    }
}

/// Whether the environment asks for no colours: `NO_COLOR` set to anything, or a terminal that
/// knows none.
fn plain_environment(variable: impl Fn(&str) -> Option<String>) -> bool {
    variable("NO_COLOR").is_some_and(|value| !value.is_empty())
        || variable("TERM").is_some_and(|term| term == "dumb")
}

fn colors(choice: ColorChoice, terminal: bool, plain: bool) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => terminal && !plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_need_a_terminal_and_no_objection() {
        for (choice, terminal, plain, expected) in [
            (ColorChoice::Auto, true, false, true),
            (ColorChoice::Auto, true, true, false),
            (ColorChoice::Auto, false, false, false),
            (ColorChoice::Always, false, true, true),
            (ColorChoice::Never, true, false, false),
        ] {
            assert_eq!(colors(choice, terminal, plain), expected);
        }
    }

    #[test]
    fn no_color_counts_only_when_it_is_set_to_something() {
        for (variable, value, plain) in [
            ("NO_COLOR", "1", true),
            ("NO_COLOR", "", false),
            ("TERM", "dumb", true),
            ("TERM", "xterm", false),
        ] {
            let found = plain_environment(|name| (name == variable).then(|| value.to_owned()));
            assert_eq!(found, plain, "{variable}={value}");
        }
    }
}

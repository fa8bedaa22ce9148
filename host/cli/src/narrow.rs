//! Help on narrow terminals: beside long flags a column of text would be one word wide.

use clap::Command;

/// Below so many columns a flag stands on a line of its own, with its text below it. The longest flag and
/// its value take some thirty.
const NARROW: usize = 72;

/// How many columns there are, as clap itself finds out.
pub(crate) fn columns() -> Option<usize> {
    match terminal_size::terminal_size() {
        Some((width, _)) => Some(usize::from(width.0)),
        None => std::env::var("COLUMNS").ok()?.parse().ok(),
    }
}

/// The command with help that fits.
pub(crate) fn fitted(command: Command, columns: Option<usize>) -> Command {
    match columns {
        Some(columns) if columns < NARROW => below(command),
        _ => command,
    }
}

fn below(command: Command) -> Command {
    command.next_line_help(true).mut_subcommands(below)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Cli;
    use clap::CommandFactory as _;
    use unicode_width::UnicodeWidthStr as _;

    #[test]
    fn the_help_of_every_command_fits_a_narrow_terminal() {
        fn look(command: &mut Command, path: &str) {
            let mut shown = command.clone().term_width(40);
            let help = shown.render_long_help().to_string();
            let words = |line: &str| line.split_whitespace().count();
            for line in help.lines() {
                // Clap does not break usage lines, and nobody can break a word that is longer than the line.
                let whole = line.starts_with("Usage:") || words(line) <= 2;
                assert!(line.width() <= 40 || whole, "{path}: {line}");
            }
            for child in command.get_subcommands_mut() {
                let path = format!("{path} {}", child.get_name());
                look(child, &path);
            }
        }
        let mut command = fitted(Cli::command(), Some(40));
        command.build();
        look(&mut command, "airlock");
    }
}

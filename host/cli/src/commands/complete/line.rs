//! What stands at the cursor of a line that is being typed. Pure.

use clap::{Arg, Command};
use std::collections::BTreeMap;

/// The line up to the cursor, as far as it can be understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// The commands, without the program's name.
    pub(super) path: Vec<String>,
    /// What was typed for each argument, by clap's name of it.
    pub(super) given: BTreeMap<String, Vec<String>>,
    /// What is expected at the cursor.
    pub(super) at: At,
    /// What of it is typed already.
    pub(super) begun: String,
}

impl Line {
    /// The last value given for an argument.
    pub(super) fn value(&self, id: &str) -> Option<&str> {
        self.given.get(id)?.last().map(String::as_str)
    }
}

/// What is expected at the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum At {
    /// One of the command's commands.
    Command,
    /// A flag.
    Flag,
    /// A value of this argument; `behind` stands before it in the same word, such as `--table=`.
    Value {
        /// Clap's name of the argument.
        id: String,
        /// The beginning of the word.
        behind: String,
    },
    /// Nothing that is known.
    #[default]
    Nothing,
}

/// Reads `words`, of which the last is the one at the cursor, by the rules of `command`, which is built.
pub(super) fn read<'c>(command: &'c Command, words: &[String]) -> (Line, &'c Command) {
    let mut reader = Reader {
        command,
        line: Line::default(),
        positional: 0,
        pending: None,
        literal: false,
    };
    if let Some((last, words)) = words.split_last() {
        for word in words {
            reader.word(word);
        }
        reader.cursor(last);
    }
    (reader.line, reader.command)
}

struct Reader<'c> {
    command: &'c Command,
    line: Line,
    /// How many words without a flag the command has had.
    positional: usize,
    /// The argument whose value comes next.
    pending: Option<String>,
    /// After `--` nothing is a flag any more.
    literal: bool,
}

impl<'c> Reader<'c> {
    fn word(&mut self, word: &str) {
        if let Some(id) = self.pending.take() {
            self.keep(id, word);
            return;
        }
        if !self.literal && word == "--" {
            self.literal = true;
            return;
        }
        if !self.literal && word.len() > 1 && word.starts_with('-') {
            self.flag(word);
            return;
        }
        if self.positional == 0
            && let Some(command) = self.subcommand(word)
        {
            self.line.path.push(command.get_name().to_owned());
            self.command = command;
            return;
        }
        if let Some(id) = self.positional_id() {
            self.keep(id, word);
        }
        self.positional += 1;
    }

    fn flag(&mut self, word: &str) {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word, None),
        };
        let Some(argument) = self.argument(name) else {
            return;
        };
        let id = argument.get_id().to_string();
        let takes = argument.get_action().takes_values();
        let waits = takes && !argument.is_require_equals_set();
        match value {
            Some(value) => self.keep(id, value),
            None if waits => self.pending = Some(id),
            None => self.keep(id, ""),
        }
    }

    fn cursor(&mut self, word: &str) {
        let (at, begun) = self.expected(word);
        self.line.at = at;
        self.line.begun = begun;
    }

    fn expected(&mut self, word: &str) -> (At, String) {
        let value = |id: String, behind: &str, begun: &str| {
            let at = At::Value {
                id,
                behind: behind.to_owned(),
            };
            (at, begun.to_owned())
        };
        if let Some(id) = self.pending.take() {
            return value(id, "", word);
        }
        if !self.literal && word.starts_with('-') {
            let Some((name, begun)) = word.split_once('=') else {
                return (At::Flag, word.to_owned());
            };
            return match self.argument(name) {
                Some(argument) if argument.get_action().takes_values() => {
                    value(argument.get_id().to_string(), &format!("{name}="), begun)
                }
                _ => (At::Nothing, String::new()),
            };
        }
        let commands = self.command.get_subcommands().next().is_some();
        match self.positional_id() {
            _ if commands && self.positional == 0 => (At::Command, word.to_owned()),
            Some(id) => value(id, "", word),
            None => (At::Nothing, String::new()),
        }
    }

    fn keep(&mut self, id: String, value: &str) {
        self.line
            .given
            .entry(id)
            .or_default()
            .push(value.to_owned());
    }

    fn subcommand(&self, word: &str) -> Option<&'c Command> {
        self.command.get_subcommands().find(|command| {
            command.get_name() == word || command.get_all_aliases().any(|alias| alias == word)
        })
    }

    fn argument(&self, name: &str) -> Option<&'c Arg> {
        let mut arguments = self.command.get_arguments();
        if let Some(long) = name.strip_prefix("--") {
            return arguments.find(|argument| {
                argument.get_long() == Some(long)
                    || argument
                        .get_all_aliases()
                        .is_some_and(|names| names.contains(&long))
            });
        }
        let mut letters = name.strip_prefix('-')?.chars();
        // Of several letters, only the last can wait for a value.
        let letter = letters.next_back()?;
        arguments.find(|argument| argument.get_short() == Some(letter))
    }

    /// The argument without a flag that comes next; one that takes several is always next.
    fn positional_id(&self) -> Option<String> {
        let positionals: Vec<&Arg> = self.command.get_positionals().collect();
        let next = positionals.get(self.positional).or_else(|| {
            positionals
                .last()
                .filter(|last| matches!(last.get_action(), clap::ArgAction::Append))
        })?;
        Some(next.get_id().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Cli;
    use clap::CommandFactory as _;

    fn line(text: &str) -> Line {
        let mut command = Cli::command();
        command.build();
        let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        read(&command, &words).0
    }

    fn value(id: &str) -> At {
        At::Value {
            id: id.to_owned(),
            behind: String::new(),
        }
    }

    #[test]
    fn what_is_expected_follows_from_what_was_typed() {
        for (typed, path, at, begun) in [
            ("", "", At::Command, ""),
            ("conn", "", At::Command, "conn"),
            ("connection ", "connection", At::Command, ""),
            ("connection show ", "connection show", value("name"), ""),
            (
                "connection rm con",
                "connection remove",
                value("name"),
                "con",
            ),
            (
                "connection show --ten",
                "connection show",
                At::Flag,
                "--ten",
            ),
            ("--tenant ", "", value("tenant"), ""),
            (
                "--tenant acme -q connection show c",
                "connection show",
                value("name"),
                "c",
            ),
            (
                "connection list -o ",
                "connection list",
                value("output"),
                "",
            ),
            (
                "connection list -qo j",
                "connection list",
                value("output"),
                "j",
            ),
            (
                "connection add c --connector d --kind ",
                "connection add",
                value("kind"),
                "",
            ),
            (
                "connection export a b",
                "connection export",
                value("names"),
                "b",
            ),
            ("run contoso list", "run", value("action"), "list"),
            ("completions ", "completions", value("shell"), ""),
            ("tenant list x", "tenant list", At::Nothing, ""),
        ] {
            let line = line(typed);
            assert_eq!(line.path.join(" "), path, "{typed}");
            assert_eq!((line.at, line.begun.as_str()), (at, begun), "{typed}");
        }
    }

    #[test]
    fn a_value_may_stand_in_the_word_of_its_flag() {
        let line = line("connection list --output=js");
        let behind = "--output=".to_owned();
        let id = "output".to_owned();
        assert_eq!(
            (line.at, line.begun.as_str()),
            (At::Value { id, behind }, "js")
        );
    }

    #[test]
    fn what_was_given_is_known_by_its_argument() {
        let line = line("connection add c --connector d --setting a=1 --setting b=2 --kind ");
        assert_eq!(line.value("connector"), Some("d"));
        assert_eq!(line.value("name"), Some("c"));
        assert_eq!(line.given["settings"], ["a=1", "b=2"]);
    }
}

//! Things with a name and a sentence each, such as flags: side by side where there is room, one below the
//! other where there is not.

use super::table::{blank, trim};
use comfy_table::ColumnConstraint;

/// Below this width a sentence beside its name is a column of single words.
const NARROW: u16 = 72;

/// How far a sentence stands below its name.
const INDENT: u16 = 4;

/// One thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// Its name.
    pub name: String,
    /// What it takes or is.
    pub takes: String,
    /// Whether it has to be there.
    pub required: bool,
    /// What it means.
    pub help: String,
}

/// All of them, for a terminal of this width or for a pipe.
pub fn described(
    header: [&str; 3],
    things: impl IntoIterator<Item = Described>,
    width: Option<u16>,
) -> String {
    match width {
        Some(width) if width < NARROW => below(things, width),
        _ => beside(header, things, width),
    }
}

fn beside(
    [name, takes, help]: [&str; 3],
    things: impl IntoIterator<Item = Described>,
    width: Option<u16>,
) -> String {
    let mut table = blank(width);
    table.set_header([name, takes, "", help]);
    for thing in things {
        let required = if thing.required { "required" } else { "" };
        table.add_row([&thing.name, &thing.takes, required, &thing.help]);
    }
    // A name that is broken cannot be copied.
    for at in [0, 2] {
        if let Some(column) = table.column_mut(at) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    trim(&table.to_string())
}

fn below(things: impl IntoIterator<Item = Described>, width: u16) -> String {
    let mut lines = Vec::new();
    for thing in things {
        let required = if thing.required { ", required" } else { "" };
        lines.push(format!(" {}  {}{required}", thing.name, thing.takes));
        let mut help = blank(Some(width.saturating_sub(INDENT).max(1)));
        help.add_row([thing.help]);
        let indent = " ".repeat(usize::from(INDENT - 1));
        lines.extend(
            trim(&help.to_string())
                .lines()
                .filter(|line| !line.is_empty())
                .map(|line| format!("{indent}{line}")),
        );
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(width: Option<u16>) -> String {
        let thing = |name: &str, required| Described {
            name: name.to_owned(),
            takes: "text".to_owned(),
            required,
            help: "Act in the name of this user, by its object id.".to_owned(),
        };
        let things = [
            thing("--impersonate-object-id", false),
            thing("--table", true),
        ];
        described(["flag", "takes", "what it is"], things, width)
    }

    #[test]
    fn a_name_is_never_broken_and_a_line_never_too_long() {
        for width in [40, 50, 72, 80, 120] {
            let text = print(Some(width));
            assert!(
                text.contains("--impersonate-object-id "),
                "{width}:\n{text}"
            );
            for line in text.lines() {
                assert!(
                    line.chars().count() <= usize::from(width),
                    "{width}:\n{text}"
                );
            }
        }
        assert!(print(Some(40)).contains(" --table  text, required\n    Act in the name"));
        assert!(print(None).lines().count() == 4);
    }
}

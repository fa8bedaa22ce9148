//! Rule: a file that is longer than one reads at once says why.

use crate::known::{Known, without_known};
use crate::{Fault, Tree};

/// Lines. Most files of this house have a third of it.
pub const LONGEST: usize = 400;

/// How a file says so itself, in its header.
pub const REASON: &str = "//! Long because ";

/// Every long file without a reason.
///
/// # Errors
/// Says which file or folder could not be read.
pub fn faults(tree: &Tree, known: &Known) -> Result<Vec<Fault>, Fault> {
    let mut faults = Vec::new();
    for path in tree.sources()? {
        let text = tree.text(&path)?;
        let lines = text.lines().count();
        if lines > LONGEST && !gives_a_reason(&text) {
            let what = format!(
                "has {lines} lines, {LONGEST} are the most: part it, or say why not (`{REASON}…` in its header)"
            );
            faults.push(Fault::new(path, what));
        }
    }
    Ok(without_known(faults, &known.long))
}

fn gives_a_reason(text: &str) -> bool {
    text.lines()
        .take_while(|line| line.starts_with("//!"))
        .filter_map(|line| line.strip_prefix(REASON))
        .any(|reason| reason.trim().len() >= 12)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::known::File;
    use crate::tree::testing::tree_of;

    fn told(header: &str, lines: usize, known: &Known) -> Vec<Fault> {
        let text = header.to_owned() + &"// a line\n".repeat(lines - header.lines().count());
        let package = ("a", "[package]\nname = 'a'\n".to_owned());
        let (_folder, tree) = tree_of(&[package], &[("a/src/deep/long.rs", &text)]);
        faults(&tree, known).unwrap()
    }

    #[test]
    fn a_long_file_is_told_with_its_length() {
        let none = Known::default();
        assert_eq!(told("//! A header.\n", 400, &none), []);
        let faults = told("//! A header.\n", 401, &none);
        assert_eq!(faults[0].place, "a/src/deep/long.rs");
        assert!(faults[0].what.contains("has 401 lines"), "{}", faults[0]);
    }

    #[test]
    fn a_reason_in_its_header_is_enough_and_an_empty_one_is_none() {
        let none = Known::default();
        let why = "//! A table.\n//!\n//! Long because the table is read as one.\n";
        assert_eq!(told(why, 500, &none), []);
        assert_eq!(told("//! Long because \n", 500, &none).len(), 1);
        let late = "//! A table.\nuse std::fmt;\n//! Long because the table is read as one.\n";
        assert_eq!(told(late, 500, &none).len(), 1);
    }

    #[test]
    fn a_known_one_passes_until_it_is_short_again() {
        let known = Known {
            long: vec![File {
                file: "a/src/deep/long.rs".to_owned(),
                why: "one table of cases".to_owned(),
            }],
            ..Known::default()
        };
        assert_eq!(told("", 500, &known), []);
        let stale = told("", 300, &known);
        assert!(stale[0].what.contains("strike it"), "{}", stale[0]);
    }
}

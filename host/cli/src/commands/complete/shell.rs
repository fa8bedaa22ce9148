//! How each shell gives the words of a line, and how it takes an offer. Pure.

use super::offer::Offer;
use crate::args::CompletingShell;
use crate::output::clean;

/// A line as it was typed, its words whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Typed {
    /// The words; the last is the one at the cursor.
    pub(super) words: Vec<String>,
    /// How much of the last word the shell takes for finished, and leaves as it is.
    settled: usize,
    /// Whether the last word stands in quotes.
    quoted: bool,
}

/// Reads the words as the shell gives them.
pub(super) fn read(shell: CompletingShell, words: Vec<String>) -> Typed {
    if shell != CompletingShell::Bash {
        return Typed {
            words: match words.is_empty() {
                true => vec![String::new()],
                false => words,
            },
            settled: 0,
            quoted: false,
        };
    }
    let raw = glued(words);
    let last = raw.last().map_or("", String::as_str);
    let quoted = last.starts_with(['"', '\'']);
    let settled = match last.rfind(['=', ':']) {
        Some(at) if !quoted => unquoted(last.get(..=at).unwrap_or_default()).len(),
        _ => 0,
    };
    Typed {
        words: raw.iter().map(|word| unquoted(word)).collect(),
        settled,
        quoted,
    }
}

/// Bash cuts words at `=` and `:`, and gives the sign as a word of its own.
fn glued(words: Vec<String>) -> Vec<String> {
    let is_sign = |word: &str| !word.is_empty() && word.chars().all(|c| matches!(c, '=' | ':'));
    let mut whole: Vec<String> = Vec::new();
    let mut joins = false;
    for word in words {
        let sign = is_sign(&word);
        match whole.last_mut() {
            Some(last) if sign || joins => last.push_str(&word),
            _ => whole.push(word),
        }
        joins = sign;
    }
    if whole.is_empty() {
        whole.push(String::new());
    }
    whole
}

/// What the shell would make of a word, as far as completing needs it.
fn unquoted(word: &str) -> String {
    let mut text = String::new();
    let mut characters = word.chars();
    let mut quote = None;
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), close) if open == close => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            (None | Some('"'), '\\') => text.extend(characters.next()),
            _ => text.push(character),
        }
    }
    text
}

/// The reply: a line that says how to take the others, then the words.
pub(super) fn reply(shell: CompletingShell, typed: &Typed, offer: &Offer) -> String {
    let mut lines = Vec::new();
    lines.push(
        match (&offer.file, offer.goes_on) {
            (Some(_), _) => "files",
            (None, true) => "nospace",
            (None, false) => "words",
        }
        .to_owned(),
    );
    if let Some(begun) = &offer.file {
        lines.push(begun.trim_start_matches('@').to_owned());
        return lines.join("\n");
    }
    for (word, help) in &offer.words {
        // A name that would drive the terminal, or end the line, is no name to offer.
        if clean(word) != *word {
            continue;
        }
        let help = clean(help.lines().next().unwrap_or_default());
        lines.push(match shell {
            CompletingShell::Bash => {
                let rest = word.get(typed.settled..).unwrap_or(word);
                match typed.quoted {
                    true => rest.to_owned(),
                    false => escaped(rest),
                }
            }
            CompletingShell::Zsh => format!("{}:{help}", word.replace(':', "\\:")),
            CompletingShell::Fish => format!("{word}\t{help}"),
        });
    }
    lines.join("\n")
}

/// For a word outside of quotes.
fn escaped(word: &str) -> String {
    let mut safe = String::with_capacity(word.len());
    for character in word.chars() {
        let plain = character.is_alphanumeric()
            || matches!(
                character,
                '-' | '_' | '.' | ',' | '/' | '=' | ':' | '@' | '+' | '%'
            );
        if !plain {
            safe.push('\\');
        }
        safe.push(character);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(words: &[&str]) -> Typed {
        let words = words.iter().map(|&word| word.to_owned()).collect();
        read(CompletingShell::Bash, words)
    }

    #[test]
    fn bash_words_are_put_together_again() {
        for (words, whole, settled) in [
            (vec!["run", ""], vec!["run", ""], 0),
            (vec!["--output", "=", "js"], vec!["--output=js"], 9),
            (vec!["--output", "="], vec!["--output="], 9),
            (vec!["--set", "a", ":=", "1"], vec!["--set", "a:=1"], 3),
            (
                vec!["--allow-host", "h", ":", "8"],
                vec!["--allow-host", "h:8"],
                2,
            ),
            (vec!["a\\ b"], vec!["a b"], 0),
            (vec!["'a b"], vec!["a b"], 0),
            (vec![], vec![""], 0),
        ] {
            let found = typed(&words);
            assert_eq!(found.words, whole, "{words:?}");
            assert_eq!(found.settled, settled, "{words:?}");
        }
    }

    #[test]
    fn each_shell_is_answered_in_its_own_way() {
        let offer = Offer {
            words: vec![("--output=a:b c".into(), "What it is\nmore".into())],
            ..Offer::default()
        };
        let at = typed(&["--output", "="]);
        for (shell, expected) in [
            (CompletingShell::Bash, "words\na:b\\ c"),
            (CompletingShell::Zsh, "words\n--output=a\\:b c:What it is"),
            (CompletingShell::Fish, "words\n--output=a:b c\tWhat it is"),
        ] {
            assert_eq!(reply(shell, &at, &offer), expected);
        }
    }

    #[test]
    fn a_name_that_would_drive_the_terminal_is_not_offered() {
        let offer = Offer {
            words: vec![
                ("a\u{1b}[2J".into(), String::new()),
                ("b\nc".into(), String::new()),
            ],
            ..Offer::default()
        };
        assert_eq!(reply(CompletingShell::Fish, &typed(&[""]), &offer), "words");
    }
}

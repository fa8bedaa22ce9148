//! A look at words that cannot be parsed yet.
//!
//! Which flags an action has is known only once its connector was asked, and where to ask (tenant,
//! data folder, configuration) may stand behind the action's own flags. This finds those few
//! without understanding the others; the full parse that follows judges every word.

use std::ffi::{OsStr, OsString};

/// The last value given to `--name` among `words`, as `--name value` or `--name=value`.
pub fn last_value(words: &[OsString], name: &str) -> Option<OsString> {
    let flag = format!("--{name}");
    let joined = format!("{flag}=");
    let mut found = None;
    let mut words = before_separator(words).peekable();
    while let Some(word) = words.next() {
        if word == flag.as_str() {
            found = words.peek().map(|value| (*value).to_owned());
        } else if let Some(value) = word.to_str().and_then(|text| text.strip_prefix(&joined)) {
            found = Some(OsString::from(value));
        }
    }
    found
}

/// Whether `--name` is among `words`, with a value or without.
pub fn has_flag(words: &[OsString], name: &str) -> bool {
    let flag = format!("--{name}");
    before_separator(words).any(|word| {
        word.to_str()
            .and_then(|text| text.strip_prefix(&flag))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
    })
}

fn before_separator(words: &[OsString]) -> impl Iterator<Item = &OsStr> {
    words
        .iter()
        .map(OsString::as_os_str)
        .take_while(|word| *word != "--")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn the_last_value_wins_in_either_spelling() {
        for (line, value) in [
            ("--table x --tenant acme", Some("acme")),
            ("--tenant=acme --tenant other", Some("other")),
            ("--tenants acme", None),
            ("-- --tenant acme", None),
            ("--tenant", None),
        ] {
            let found = last_value(&words(line), "tenant");
            assert_eq!(found.as_deref(), value.map(OsStr::new), "{line}");
        }
    }

    #[test]
    fn a_flag_is_found_with_a_value_or_without() {
        assert!(has_flag(&words("--a --input x"), "input"));
        assert!(has_flag(&words("--input=x"), "input"));
        assert!(!has_flag(&words("--input-x y"), "input"));
        assert!(!has_flag(&words("-- --input"), "input"));
    }
}

//! Names that a document does not have: for people, and for relationships.
//!
//! Layer: schema import, pure.

use std::collections::HashSet;

/// A name for people: `new_bank_account` is a `Bank Account`. A publisher's prefix is no part of it.
pub(super) fn shown(name: &str) -> String {
    let own = match name.split_once('_') {
        Some((prefix, rest)) if is_prefix(prefix) && !rest.is_empty() => rest,
        _ => name,
    };
    let words = own.split('_').filter(|word| !word.is_empty()).map(|word| {
        let mut letters = word.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).collect::<String>()
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Whether somebody made what has this name: it begins with a publisher's prefix.
pub(super) fn is_custom(name: &str) -> bool {
    name.split_once('_')
        .is_some_and(|(prefix, rest)| is_prefix(prefix) && !rest.is_empty())
}

/// Two to eight letters and digits, as publishers choose them.
fn is_prefix(text: &str) -> bool {
    (2..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether a name can be that of a table or column.
pub(super) fn is_plain(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.len() <= 128
}

/// Names that are given out once.
#[derive(Default)]
pub(super) struct Unique(HashSet<String>);

impl Unique {
    /// Takes a name that is known to be used.
    pub(super) fn take(&mut self, name: &str) {
        self.0.insert(name.to_owned());
    }

    /// The name, or one like it when it is used.
    pub(super) fn like(&mut self, name: &str) -> String {
        let mut chosen = name.to_owned();
        let mut number = 2;
        while !self.0.insert(chosen.clone()) {
            chosen = format!("{name}_{number}");
            number += 1;
        }
        chosen
    }
}

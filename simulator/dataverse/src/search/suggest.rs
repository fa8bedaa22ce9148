//! What a caller may mean who has typed the beginning of a name: whole rows, or the word alone.
//!
//! Layer: search. Only primary names are looked into, as the service does.

use super::ask::Ask;
use super::expression::Expression;
use super::hit::Hit;
use super::run::{Place, find, places};
use crate::http::SimError;
use crate::organisation::OrgContext;

const MARK: &str = "{crmhit}";
const END: &str = "{/crmhit}";

/// A row and its name, with what was typed marked.
pub(super) struct Suggestion<'a> {
    pub(super) text: String,
    pub(super) hit: Hit<'a>,
    pub(super) select: Vec<&'a crate::schema::Column>,
}

/// The rows whose names have words that begin as typed.
///
/// # Errors
/// As for a search.
pub(super) fn suggestions<'a>(
    context: &'a OrgContext<'_>,
    ask: &Ask,
) -> Result<Vec<Suggestion<'a>>, SimError> {
    let mut places = places(context, ask)?;
    for place in &mut places {
        let name = place.table.primary_name.clone();
        place.scope.search.get_or_insert_with(|| vec![name]);
    }
    let words: Vec<&str> = ask.text.split_whitespace().collect();
    let Some(expression) = beginning(&words, ask.fuzzy) else {
        return Ok(Vec::new());
    };
    let found = find(context, ask, &places, &expression)?;
    let suggested = found.hits.into_iter().map(|hit| {
        let name = name_of(&hit);
        Suggestion {
            text: marked(&name, &words),
            select: select(&places, &hit),
            hit,
        }
    });
    Ok(suggested.collect())
}

/// What was typed with its last word completed and marked; `None` when nothing begins so.
///
/// # Errors
/// As for a search.
pub(super) fn completion(context: &OrgContext<'_>, ask: &Ask) -> Result<Option<String>, SimError> {
    let Some(last) = ask.text.split_whitespace().last() else {
        return Ok(None);
    };
    let fragment = last.to_lowercase();
    for suggestion in suggestions(context, ask)? {
        let name = name_of(&suggestion.hit).to_lowercase();
        let mut words = name.split(|letter: char| !letter.is_alphanumeric());
        let near = |word: &&str| ask.fuzzy && super::near::is_near(&fragment, word, 1);
        if let Some(word) = words.find(|word| word.starts_with(&fragment) || near(word)) {
            let before: Vec<&str> = ask.text.split_whitespace().collect();
            let before = before.get(..before.len() - 1).unwrap_or_default();
            let mut text: Vec<String> = before.iter().map(|word| word.to_lowercase()).collect();
            text.push(format!("{MARK}{word}{END}"));
            return Ok(Some(text.join(" ")));
        }
    }
    Ok(None)
}

/// Every word that was typed, the last one as a beginning.
fn beginning(words: &[&str], is_fuzzy: bool) -> Option<Expression> {
    let last = words.len().checked_sub(1)?;
    let parts = words.iter().enumerate().map(|(index, word)| {
        let exact = match index == last {
            true => Expression::Prefix((*word).to_owned()),
            false => Expression::Word((*word).to_owned()),
        };
        match is_fuzzy {
            true => Expression::Any(vec![exact, Expression::Near(word.to_lowercase(), 1)]),
            false => exact,
        }
    });
    Expression::all(parts.collect())
}

fn name_of(hit: &Hit<'_>) -> String {
    let name = hit.row.get(&hit.table.primary_name);
    name.and_then(serde_json::Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn select<'a>(places: &[Place<'a>], hit: &Hit<'a>) -> Vec<&'a crate::schema::Column> {
    let mut of = places.iter();
    of.find(|place| std::ptr::eq(place.table, hit.table))
        .map_or_else(Vec::new, |place| place.select.clone())
}

/// A name with the beginnings of its words marked where they are as typed.
fn marked(name: &str, typed: &[&str]) -> String {
    let typed: Vec<Vec<char>> = typed
        .iter()
        .map(|word| word.to_lowercase().chars().collect())
        .collect();
    let letters: Vec<char> = name.chars().collect();
    let mut out = String::new();
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        let begins = at
            .checked_sub(1)
            .and_then(|before| letters.get(before))
            .is_none_or(|before| !before.is_alphanumeric());
        let fits = |word: &&Vec<char>| {
            let here = letters.iter().skip(at);
            let mut same = word.iter().zip(here);
            letters.len() - at >= word.len()
                && !word.is_empty()
                && same.all(|(typed, found)| found.to_lowercase().eq(typed.to_lowercase()))
        };
        match typed.iter().filter(|_| begins).find(fits) {
            Some(word) => {
                out.push_str(MARK);
                out.extend(letters.iter().skip(at).take(word.len()));
                out.push_str(END);
                at += word.len();
            }
            None => {
                out.push(*letter);
                at += 1;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_are_marked_as_they_are_written() {
        for (name, typed, expected) in [
            (
                "Maria Sullivan",
                &["mar"][..],
                "{crmhit}Mar{/crmhit}ia Sullivan",
            ),
            ("Summary", &["mar"], "Summary"),
            (
                "Harbor Tools",
                &["harbor", "to"],
                "{crmhit}Harbor{/crmhit} {crmhit}To{/crmhit}ols",
            ),
            ("Öl", &["ö"], "{crmhit}Ö{/crmhit}l"),
            ("", &["a"], ""),
        ] {
            assert_eq!(marked(name, typed), expected);
        }
    }
}

//! Finding text in text, without regard to case. Part of [`super`].

use super::Arguments;
use crate::environment::Datum;
use crate::fault::Raised;

/// Text in lower case, each character with as many UTF-16 units as before, so that places mean the same.
fn folded(text: &str) -> String {
    text.chars()
        .map(|character| {
            let mut lower = character.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(one), None) if one.len_utf16() == character.len_utf16() => one,
                _ => character,
            }
        })
        .collect()
}

/// The place in UTF-16 units of a byte offset.
fn place(text: &str, offset: usize) -> i64 {
    let units = text.get(..offset).unwrap_or(text).encode_utf16().count();
    i64::try_from(units).unwrap_or(i64::MAX)
}

fn both(arguments: &Arguments<'_, '_>) -> Raised<(String, String)> {
    Ok((folded(arguments.text(0)?), folded(arguments.text(1)?)))
}

pub(super) fn index_of<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let (text, search) = both(arguments)?;
    Ok(text
        .find(&search)
        .map_or(-1, |offset| place(&text, offset))
        .into())
}

pub(super) fn last_index_of<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let (text, search) = both(arguments)?;
    if search.is_empty() {
        // As on the service, which counts from the last character.
        return Ok((place(&text, text.len()) - 1).max(0).into());
    }
    Ok(text
        .rfind(&search)
        .map_or(-1, |offset| place(&text, offset))
        .into())
}

pub(super) fn nth_index_of<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let (text, search) = both(arguments)?;
    let occurrence = arguments.int(2)?;
    if occurrence == 0 {
        return Err(arguments.bad(2, "is 0, and counts from 1, or from -1 at the end"));
    }
    if search.is_empty() {
        return Err(arguments.bad(1, "is empty, which stands everywhere"));
    }
    let skipped = usize::try_from(occurrence.unsigned_abs() - 1).unwrap_or(usize::MAX);
    let found = match occurrence > 0 {
        true => text.match_indices(&search).nth(skipped),
        false => text.rmatch_indices(&search).nth(skipped),
    };
    Ok(found.map_or(-1, |(offset, _)| place(&text, offset)).into())
}

pub(super) fn starts_with<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let (text, search) = both(arguments)?;
    Ok(text.starts_with(&search).into())
}

pub(super) fn ends_with<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let (text, search) = both(arguments)?;
    Ok(text.ends_with(&search).into())
}

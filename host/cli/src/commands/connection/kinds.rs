//! The kinds of connection that a connector has, and which of them is meant.

use crate::output::clean;
use crate::problem::{Code, ErrorCode, Problem};
use crate::suggest;
use airlock_runtime::{About, ConnectionKind};

/// The kinds that this host can sign in with.
pub(super) fn served(about: &About) -> Vec<&ConnectionKind> {
    let kinds = about.connections.iter();
    kinds.filter(|kind| kind.grant.is_served()).collect()
}

/// The kind called `asked`; without a name the only one that can be meant, or nothing.
pub(super) fn meant<'a>(
    about: &'a About,
    asked: Option<&str>,
) -> Result<Option<&'a ConnectionKind>, Problem> {
    let served = served(about);
    let Some(asked) = asked else {
        return Ok(match served.as_slice() {
            [only] => Some(only),
            _ => None,
        });
    };
    let kind = about.connection_kind(asked).ok_or_else(|| {
        let names = about.connections.iter().map(|kind| kind.name.as_str());
        Problem::input(format!(
            "connector {} has no kind of connection \"{}\"",
            clean(&about.name),
            clean(asked)
        ))
        .coded(ErrorCode::NoSuchKind)
        .maybe_advise(suggest::hint(asked, names))
        .advise(one_of(&served))
    })?;
    // Said before anybody types a secret for nothing.
    if !kind.grant.is_served() {
        return Err(
            Problem::input(format!("this host cannot sign in by \"{}\" yet", kind.name))
                .coded(ErrorCode::KindNotServed)
                .advise(one_of(&served)),
        );
    }
    Ok(Some(kind))
}

/// The refusal of no kind at all, where nobody can be asked.
pub(super) fn missing(about: &About) -> Problem {
    Problem::input("which kind of connection? --kind is missing")
        .coded(Code::Usage)
        .advise(one_of(&served(about)))
}

fn one_of(kinds: &[&ConnectionKind]) -> String {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name.as_str()).collect();
    match names.is_empty() {
        true => "this connector has no kind of connection that this host can use".to_owned(),
        false => format!("--kind is one of: {}", names.join(", ")),
    }
}

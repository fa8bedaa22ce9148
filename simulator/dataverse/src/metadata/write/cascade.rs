//! `CascadeConfiguration`.

use super::body::Body;
use super::errors::unknown_word;
use crate::http::SimError;
use crate::schema::{Cascade, CascadeAction};

/// What a new relationship does when nothing is said: deleting the target clears the lookup.
pub(super) const USUAL: Cascade = Cascade {
    assign: CascadeAction::NoCascade,
    delete: CascadeAction::RemoveLink,
    merge: CascadeAction::NoCascade,
    reparent: CascadeAction::NoCascade,
    share: CascadeAction::NoCascade,
    unshare: CascadeAction::NoCascade,
    rollup_view: CascadeAction::NoCascade,
};

/// The cascades of a relationship's body over some others.
pub(super) fn over(mut cascade: Cascade, body: Body<'_>) -> Result<Cascade, SimError> {
    let Some(given) = body.object("CascadeConfiguration")? else {
        return Ok(cascade);
    };
    for (name, place) in [
        ("Assign", &mut cascade.assign),
        ("Delete", &mut cascade.delete),
        ("Merge", &mut cascade.merge),
        ("Reparent", &mut cascade.reparent),
        ("Share", &mut cascade.share),
        ("Unshare", &mut cascade.unshare),
        ("RollupView", &mut cascade.rollup_view),
    ] {
        if let Some(word) = given.text(name)? {
            *place = action(word)?;
        }
    }
    Ok(cascade)
}

fn action(word: &str) -> Result<CascadeAction, SimError> {
    Ok(match word {
        "NoCascade" => CascadeAction::NoCascade,
        "Cascade" => CascadeAction::Cascade,
        "Active" => CascadeAction::Active,
        "UserOwned" => CascadeAction::UserOwned,
        "RemoveLink" => CascadeAction::RemoveLink,
        "Restrict" => CascadeAction::Restrict,
        other => return Err(unknown_word("CascadeType", other)),
    })
}

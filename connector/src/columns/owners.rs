//! Who may own a row.

use crate::tables::Lookup;

/// The pseudo table that metadata gives as the target of `ownerid`; rows are users or teams.
const OWNER: &str = "owner";
/// The tables of who may own a row.
pub(super) const OWNERS: [&str; 2] = ["systemuser", "team"];

/// The lookups, with users and teams in place of the pseudo table of owners.
pub(super) fn with_owners<'a>(lookups: impl Iterator<Item = &'a Lookup>) -> Vec<Lookup> {
    let mut targets: Vec<Lookup> = Vec::new();
    for lookup in lookups {
        let names: &[&str] = match lookup.target.as_str() {
            OWNER => &OWNERS,
            other => &[other],
        };
        for name in names {
            let target = Lookup {
                target: (*name).to_owned(),
                ..lookup.clone()
            };
            if !targets.contains(&target) {
                targets.push(target);
            }
        }
    }
    targets
}

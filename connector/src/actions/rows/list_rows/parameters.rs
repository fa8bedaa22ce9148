//! Further parameters of the URL, as an input gives them.

use super::Input;
use crate::actions::options::plain;

/// Each as text, in the order given.
pub(super) fn parameters(input: &Input) -> impl Iterator<Item = (String, String)> {
    let given = input.parameters.iter().flatten();
    given.map(|(name, value)| (name.clone(), plain(value)))
}

/// The parameter that names a partition.
pub(super) fn partition(input: &Input) -> Option<(String, String)> {
    let partition = input.partition.clone()?;
    Some(("partitionId".to_owned(), partition))
}

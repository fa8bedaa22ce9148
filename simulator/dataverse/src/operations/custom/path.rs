//! The way to a value: `row.name`, `each.contact.fullname`.

/// What a hole names: `Lead.subject`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path(pub Vec<String>);

//! Types of a document that tables descend from and that are none themselves.

/// What every table with rows descends from.
pub(super) const ROWS: &str = "crmbaseentity";

/// What definitions descend from.
pub(super) const DEFINITIONS: &str = "crmmodelbaseentity";

/// Types that tables descend from and that are none themselves.
pub(super) const NO_TABLES: &[&str] = &[ROWS, "principal", "expando"];

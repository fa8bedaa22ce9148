//! The audit of a row: what was changed, by whom, and its way back.

mod entries;
mod moment;
mod restore_row;
mod row_history;
#[cfg(test)]
mod tests;

pub use restore_row::RestoreRow;
pub use row_history::RowHistory;

//! Many changes at once.

mod batch;
mod changeset;
mod create_rows;
mod delete_rows;
mod many;
mod operation;
mod plan;
mod references;
mod result;
mod step;
#[cfg(test)]
mod tests;
mod update_rows;
mod upsert_rows;

pub use batch::Batch;
pub use changeset::Changeset;
pub use create_rows::CreateRows;
pub use delete_rows::DeleteRows;
pub use update_rows::UpdateRows;
pub use upsert_rows::UpsertRows;

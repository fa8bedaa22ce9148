//! Many changes at once.

mod batch;
mod changeset;
mod operation;
mod plan;
mod references;
mod result;
mod step;
#[cfg(test)]
mod tests;

pub use batch::Batch;
pub use changeset::Changeset;

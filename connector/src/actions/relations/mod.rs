//! How rows are tied to each other.

mod associate_rows;
mod disassociate_rows;
mod list_related_rows;
mod tied;

pub use associate_rows::AssociateRows;
pub use disassociate_rows::DisassociateRows;
pub use list_related_rows::ListRelatedRows;

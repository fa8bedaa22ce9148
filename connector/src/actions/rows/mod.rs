//! Rows, one by one and as lists.

mod count_rows;
mod create_row;
mod delete_row;
mod get_row;
mod list_rows;
mod update_row;
mod upsert_row;
mod written;

pub use count_rows::CountRows;
pub use create_row::CreateRow;
pub use delete_row::DeleteRow;
pub use get_row::GetRow;
pub use list_rows::ListRows;
pub use update_row::UpdateRow;
pub use upsert_row::UpsertRow;

//! Rows, one by one and as lists.

mod asked_once;
mod clear_property;
mod count_rows;
mod create_row;
mod delete_row;
mod find_row;
mod get_property;
mod get_row;
mod list_changes;
pub(super) mod list_rows;
mod one_column;
mod set_property;
mod update_row;
mod upsert_row;
mod written;

pub use clear_property::ClearProperty;
pub use count_rows::CountRows;
pub use create_row::CreateRow;
pub use delete_row::DeleteRow;
pub use find_row::FindRow;
pub use get_property::GetProperty;
pub use get_row::GetRow;
pub use list_changes::ListChanges;
pub(crate) use list_changes::{deleted_id, of_tracking};
pub use list_rows::{FetchXml, ListRows};
pub use set_property::SetProperty;
pub use update_row::UpdateRow;
pub use upsert_row::UpsertRow;

//! Columns of tables.

mod create_column;
mod delete_column;
mod get_column;
mod list_columns;
mod lookup;
mod new_column;
mod update_column;

pub use create_column::CreateColumn;
pub use delete_column::DeleteColumn;
pub use get_column::GetColumn;
pub use list_columns::ListColumns;
pub use update_column::UpdateColumn;

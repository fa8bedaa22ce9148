//! Tables of the organisation.

mod create_table;
mod delete_table;
mod get_table;
mod list_tables;
mod update_table;

pub use create_table::CreateTable;
pub use delete_table::DeleteTable;
pub use get_table::GetTable;
pub use list_tables::ListTables;
pub use update_table::UpdateTable;

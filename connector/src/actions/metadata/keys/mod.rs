//! Alternate keys of tables.

mod create_key;
mod delete_key;
mod list_keys;
mod reactivate_key;

pub use create_key::CreateKey;
pub use delete_key::DeleteKey;
pub use list_keys::ListKeys;
pub use reactivate_key::ReactivateKey;

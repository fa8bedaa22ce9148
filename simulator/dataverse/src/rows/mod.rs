//! Rows in SQLite, and the data API over them.

pub mod audit;
mod bulk;
mod cell;
mod elastic;
mod error;
pub mod files;
pub mod key;
pub mod listeners;
mod medium;
mod origin;
pub mod path;
pub mod plans;
pub mod read;
pub mod resource;
mod security;
pub mod storage;
mod store;
pub mod write;

pub use cell::Cell;
pub use error::StoreError;
pub use medium::Storage;
pub use origin::Origin;
pub use resource::handle;
pub use storage::copy::Copy;
pub use store::RowStore;

#[cfg(test)]
mod tests;

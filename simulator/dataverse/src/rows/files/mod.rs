//! Files and pictures of rows: uploads, downloads, and where their bytes are kept (reference §8).
//!
//! Layer: rows. A column holds the id of its file, or the thumbnail of its picture as Base64; the bytes themselves are in a
//! table of their own, which no query reaches.

mod chunk;
pub mod column;
pub mod contents;
mod download;
pub mod keep;
mod names;
pub mod picture;
mod upload;

pub use column::FileColumn;
pub use download::{get, get_encoded};
pub use upload::put;

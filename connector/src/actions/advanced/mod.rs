//! For whatever no other action covers.

mod raw_request;

pub use raw_request::RawRequest;

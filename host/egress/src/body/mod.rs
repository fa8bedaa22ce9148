//! Bodies on their way out and in: framed, counted, timed and redacted while they pass.

pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod streamed;

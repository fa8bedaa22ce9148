//! Sockets: dialling, TLS, and the pooled HTTP client over them. I/O edge; nothing here decides.

pub(crate) mod client;
pub(crate) mod dialer;
pub(crate) mod faults;
mod interim;
pub(crate) mod link;
pub(crate) mod sockets;
pub(crate) mod stream;
pub(crate) mod tasks;
pub(crate) mod tls;

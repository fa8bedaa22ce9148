//! Sockets: dialling, TLS, and the pooled HTTP client over them. I/O edge; nothing here decides.

pub(crate) mod client;
pub(crate) mod connection;
pub(crate) mod dialer;
pub(crate) mod faults;
mod interim;
pub(crate) mod pool;
pub(crate) mod stream;
pub(crate) mod tls;

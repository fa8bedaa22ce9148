//! The sockets: accepting, TLS, HTTP/1.1 and HTTP/2, and the stream each connection hands to its handler.

mod body;
mod connection;
mod header_case;
mod listener;
mod tls;

pub use body::SimBody;
pub use connection::ResetSwitch;
pub use listener::{Handler, Listening, serve};
pub use tls::{Certificates, TlsError};

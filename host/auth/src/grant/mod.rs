//! Grants: the ways to ask an authority for a token.
//!
//! Auth layer. A grant knows what to ask; the cache, the single flight and the renewal around it
//! know nothing of the grant, so that the next one is an addition.

mod client_credentials;

pub use client_credentials::ClientCredentials;

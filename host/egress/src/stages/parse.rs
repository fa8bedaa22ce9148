//! Stage 1. A URL is read once, and what does not re-serialise to itself is refused: if two
//! readers could take it for two things, it never leaves. What is sent later is rebuilt from what
//! was read here, not from the guest's text.

mod origin;
mod path;

use std::fmt;

use crate::error::{EgressError, Stage};

pub use origin::Origin;
pub(crate) use path::{PathTraits, path};

fn refuse(rule: &'static str, reason: impl fmt::Display) -> EgressError {
    EgressError::denied(Stage::Parse, rule, format!("URL refused: {reason}"))
}

#[cfg(test)]
mod tests;

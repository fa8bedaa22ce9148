//! Defences that tests take down.

pub(crate) mod defences;
#[cfg(feature = "lowered-defences")]
pub(crate) mod redirects;

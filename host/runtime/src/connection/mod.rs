//! From what a connector declares and an operator entered to a way out with a credential.

mod consent;
mod oauth;
mod settings;
mod template;
mod wiring;

pub(crate) use oauth::SignInPlan;
pub(crate) use settings::check;
pub(crate) use wiring::{Wiring, consented, wire};

//! From what a connector declares and an operator entered to a way out with a credential.

mod addresses;
mod consent;
mod oauth;
mod plan;
mod settings;
mod template;

pub use addresses::{AddressFault, is_address, judge_address};
pub use consent::secrets_go_to;
pub(crate) use oauth::SignInPlan;
pub(crate) use plan::{OpenConnection, Plan, consented};
pub use settings::check_settings;
pub(crate) use settings::validated;
pub use template::TemplateError;

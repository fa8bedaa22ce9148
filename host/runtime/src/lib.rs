//! Runs connectors: loads components, keeps instances, enforces budgets, and hands every request
//! that leaves to the egress.
//!
//! The layer between the command line (or a server, or a platform that embeds Airlock) and the way
//! out. [`Host`] is the whole facade; it knows nothing of any particular service, only the
//! contract in `wit/`.

mod about;
mod answer;
mod call;
mod component;
mod config;
mod connection;
mod contract;
mod engine;
mod error;
mod host;
mod idempotency;
mod input_text;
mod instance;
mod json;
mod names;
mod text;
mod under_way;

pub use about::{
    About, Action, Choice, ConnectionKind, Delivery, Grant, Oauth, Placement, Traits, Trigger,
};
pub use answer::{JsonText, Performed};
pub use call::{ByteStream, Call, NewConnection, Piped, ProgressFn};
pub use component::{Compiler, Compiling, CompilingFn, Inspection, compile_for_host};
pub use config::{Budgets, Config, Isolation, RuntimeConfig, default_data_dir};
pub use connection::{
    AddressFault, TemplateError, check_settings, is_address, judge_address, secrets_go_to,
};
pub use contract::SUPPORTED as CONTRACT_VERSIONS;
pub use error::{
    ActionFault, Category, ConnectionFault, ConnectorError, DeadlineBy, Errand, ErrorCode, Failure,
    FieldError, HostError, Named, SignInWay,
};
pub use host::{BrowserSignIn, DeviceSignIn, Host, HostOptions, SignInDone};
pub use idempotency::IdempotencyError;
pub use input_text::{NotText, decode_text};
pub use names::nearest;

pub use airlock_auth as auth;
pub use airlock_egress as egress;
pub use airlock_store as store;

/// The README's example compiles, or the tests of this documentation fail.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

//! Runs connectors: loads components, keeps instances, enforces budgets, and hands every request
//! that leaves to the egress.
//!
//! The layer between the command line (or a server, or a platform that embeds Airlock) and the way
//! out. [`Host`] is the whole facade; it knows nothing of any particular service, only the
//! contract in `wit/`.
//!
//! # Example
//!
//! A service that answers with what a connector said, says what a failure was in a word that stays,
//! and stops without breaking anything off:
//!
//! ```no_run
//! use airlock_runtime::store::{ConnectionName, TenantId};
//! use airlock_runtime::{Call, Config, Host, HostError, HostOptions};
//! use serde_json::json;
//! use std::time::Duration;
//!
//! async fn newest(host: &Host, tenant: TenantId, connection: ConnectionName) -> String {
//!     let call = Call {
//!         tenant,
//!         connection,
//!         action: "list-rows".to_owned(),
//!         input: json!({ "table": "account", "top": 5 }),
//!         idempotency_key: None,
//!         deadline: Some(Duration::from_secs(10)),
//!         progress: None,
//!     };
//!     match host.invoke(&call).await {
//!         Ok(done) => done.output.into_string(),
//!         Err(error) => json!({ "code": error.code().as_str() }).to_string(),
//!     }
//! }
//!
//! # async fn serve() -> Result<(), HostError> {
//! let host = Host::open(Config::load(None)?, HostOptions::new()).await?;
//! # let (tenant, connection) = ("contoso".parse().unwrap(), "crm".parse().unwrap());
//! println!("{}", newest(&host, tenant, connection).await);
//! host.close().await;
//! # Ok(())
//! # }
//! ```

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
#[cfg(feature = "lowered-defences")]
mod lowered;
mod names;
mod poll;
mod spans;
mod text;
mod under_way;

pub use about::{
    About, Action, Choice, ConnectionKind, Delivery, Dialect, Grant, Oauth, Placement, Traits,
    Trigger,
};
pub use answer::{Invoked, JsonText};
pub use call::{ByteStream, Call, NewConnection, Piped, ProgressFn};
pub use component::{Compiler, Compiling, CompilingFn, Inspection, compile_for_host};
pub use config::{Budgets, Config, ConfigFault, Isolation, RuntimeConfig, default_data_dir};
pub use connection::{
    AddressFault, TemplateError, check_settings, is_address, judge_address, secrets_go_to,
};
pub use contract::SUPPORTED as CONTRACT_VERSIONS;
pub use error::{
    ActionFault, Busy, Category, ConnectionFault, ConnectorError, Counted, DeadlineBy, Errand,
    ErrorCode, Failure, FieldError, HostError, Named, SignInWay,
};
pub use host::{BrowserSignIn, DeviceSignIn, Host, HostOptions, SignInDone};
pub use idempotency::IdempotencyError;
pub use input_text::{NotText, decode_text};
pub use names::nearest;
pub use poll::{Poll, PolledEvent, PolledPage, Start};

pub use airlock_auth as auth;
pub use airlock_egress as egress;
pub use airlock_store as store;

/// The README's example compiles, or the tests of this documentation fail.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

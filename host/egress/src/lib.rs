//! The only way out of a host. A request passes ten stages, in one order: nothing is dialled
//! before it is judged, and no credential is leased before everything else has passed.
//!
//! Between the runtime, which hands over what a component wants to send, and auth, which knows how
//! to come by a credential. There is no wasm in here.
//!
//! - [`Egress`]: shared by a process. [`Lane`]: one connection's way out, with pools, TLS sessions
//!   and quotas of its own.
//! - [`Stage`]: the ten of them. [`EgressError`]: what can go wrong, in words for people;
//!   [`Refusal`]: what the host answers in the service's place then.
//! - [`Origin`], [`judge_scheme`], [`judge_addresses`]: the same judgements for an address that is not used yet, such as
//!   a setting.
//! - [`AuditSink`]: learns what was decided. [`DryRun`]: catches a request instead of sending it.
//!
//! # Example
//!
//! What a connection does not allow is refused before anything is looked up, and the refusal says what would allow it:
//!
//! ```
//! use std::sync::Arc;
//!
//! use airlock_egress::{
//!     Egress, EgressConfig, LaneId, LanePolicy, Purpose, RefusalCode, SendOptions, SystemResolver, TracingAudit,
//! };
//! use airlock_store::ConnectionId;
//! use http::Request;
//! use http_body_util::{BodyExt, Empty};
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let egress = Egress::new(EgressConfig::default(), Arc::new(SystemResolver), Arc::new(TracingAudit))?;
//!     let id = LaneId {
//!         tenant: "contoso".parse()?,
//!         connection: ConnectionId::random(),
//!         purpose: Purpose::Api,
//!     };
//!     let policy = LanePolicy::new("crm", vec!["contoso.crm.dynamics.com".parse()?]);
//!     let lane = egress.lane(id, policy, None);
//!
//!     let nothing = Empty::new().map_err(|never| match never {}).boxed_unsync();
//!     let request = Request::get("https://elsewhere.example/").body(nothing)?;
//!     let Err(error) = lane.send(request, SendOptions::default()).await else {
//!         return Err("it left".into());
//!     };
//!     let refusal = error.refusal().ok_or("it failed on the wire")?;
//!     assert_eq!(refusal.code, RefusalCode::EgressDenied);
//!     assert!(refusal.message.contains("add it under allowed-hosts"));
//!     Ok(())
//! }
//! ```

mod body;
mod config;
mod deadline;
mod dry_run;
mod egress;
mod error;
mod host_pattern;
mod journey;
mod lane;
#[cfg(feature = "lowered-defences")]
mod lowered;
mod message;
mod open_files;
mod policy;
mod redact;
mod refusal;
mod resolve;
mod sinks;
mod stages;
mod token_transport;
mod wire;

#[cfg(feature = "lowered-defences")]
use lowered::Judge;
#[cfg(not(feature = "lowered-defences"))]
use stages::judge::Judge;

pub use config::EgressConfig;
pub use dry_run::{CREDENTIAL_PLACEHOLDER, DryRequest, DryRun};
pub use egress::Egress;
pub use error::{Direction, EgressError, Stage, Waiting};
pub use host_pattern::{HostPattern, HostPatternError};
pub use lane::handle::Lane;
#[cfg(feature = "lowered-defences")]
pub use lowered::Defences;
pub use message::{Body, SendOptions};
pub use open_files::raise_open_files;
pub use policy::{LaneId, LanePolicy, Purpose};
pub use refusal::{Refusal, RefusalCode};
pub use resolve::{Resolve, SystemResolver};
pub use sinks::{AuditSink, NoAudit, TRACING_TARGET, TracingAudit, VecAudit};
pub use stages::addresses::{Permitted, judge as judge_addresses};
pub use stages::audit::{AuditRecord, CredentialUse, Outcome};
pub use stages::headers::{PREPARES, is_forbidden, may_carry_credential};
pub use stages::parse::Origin;
pub use stages::policy::judge_scheme;

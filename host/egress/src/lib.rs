//! The only way out of a host. A request passes ten stages, in one order: nothing is dialled
//! before it is judged, and no credential is leased before everything else has passed.
//!
//! Between the runtime, which hands over what a component wants to send, and auth, which knows how
//! to come by a credential. There is no wasm in here.
//!
//! - [`Egress`]: shared by a process. [`Lane`]: one connection's way out, with pools, TLS sessions
//!   and quotas of its own.
//! - [`stages`]: the ten stages, pure. [`EgressError`]: what can go wrong, in words for people;
//!   [`Refusal`]: what the host answers in the service's place then.
//! - [`AuditSink`]: learns what was decided. [`DryRun`]: catches a request instead of sending it.

mod arrival;
mod confidential;
mod config;
mod deadline;
mod defences;
mod dry_run;
mod egress;
mod entry;
mod error;
mod exchange;
mod fields;
mod gate;
mod host_pattern;
mod lane;
mod lane_core;
#[cfg(feature = "lowered-defences")]
mod lowered;
mod open_files;
mod pipeline;
mod policy;
mod redact;
mod refusal;
mod request_body;
mod resolve;
mod response_body;
mod share;
mod sinks;
mod site;
pub mod stages;
mod streamed;
mod token_transport;
mod wire;

pub use config::EgressConfig;
#[cfg(feature = "lowered-defences")]
pub use defences::Defences;
pub use dry_run::{CREDENTIAL_PLACEHOLDER, DryRequest, DryRun};
pub use egress::Egress;
pub use error::{Direction, EgressError, Stage, Waiting};
pub use host_pattern::{HostPattern, HostPatternError};
pub use lane::{Body, Lane, SendOptions};
pub use open_files::raise_open_files;
pub use policy::{LaneId, LanePolicy, Purpose};
pub use refusal::{Refusal, RefusalCode};
pub use resolve::{Resolve, SystemResolver};
pub use sinks::{AuditSink, NoAudit, TRACING_TARGET, TracingAudit, VecAudit};
pub use stages::audit::{AuditRecord, CredentialUse, Outcome};
pub use stages::headers::{PREPARES, is_forbidden, may_carry_credential};

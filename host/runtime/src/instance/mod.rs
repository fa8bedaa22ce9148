//! Instances: a store with every budget set, the calls that run inside it, and the pool that keeps
//! warm ones apart by tenant, connection and component.

mod cpu;
mod door;
mod evict;
mod held;
mod in_flight;
mod kept;
mod limits;
mod local_wakes;
mod memory;
mod meter;
mod operation;
mod output;
mod pipe;
mod pool;
mod report;
mod room;
mod run;
mod state;
mod stop;
mod warm;

pub(crate) mod once;
pub(crate) mod retry;

pub(crate) use held::Held;
pub(crate) use kept::Key;
pub(crate) use limits::Limits;
pub(crate) use meter::{TenantMeter, Tenants};
pub(crate) use operation::{Ask, Check, Choices, Invoke, Operation, Refine, Text};
pub(crate) use pipe::pipe;
pub(crate) use pool::Pool;
#[cfg(not(feature = "lowered-defences"))]
pub(crate) use retry::Retry;
pub(crate) use state::{Setup, State};

#[cfg(feature = "lowered-defences")]
pub(crate) use crate::lowered::Retry;

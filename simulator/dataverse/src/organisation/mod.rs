//! One simulated organisation: who it is, what tables it has, where its rows are, and who is calling.

mod background;
mod clock;
mod context;
mod deliveries;
mod identity;
mod jobs;
mod shared;
mod transfers;

pub use background::{Background, BackgroundState, Entry};
pub use clock::{Clock, SystemClock};
pub use context::OrgContext;
pub use deliveries::{Deliveries, Delivery, Mischief, Outcome, Outcomes};
pub use identity::{Caller, Identity};
pub use jobs::Jobs;
pub use shared::Organisation;
pub use transfers::{Transfer, TransferPlace, Transferred, Transfers};

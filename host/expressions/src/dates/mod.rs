//! Moments: read from text, computed with, moved between zones, and written in the formats of .NET.

mod format;
mod moment;
mod parse;
mod scan;
mod zone;

pub(crate) use format::{ROUND_TRIP, format};
pub(crate) use moment::{Moment, Unit, difference};
pub(crate) use parse::{exact, read};
pub(crate) use zone::{from_utc, to_utc};

//! Numbers: what they are, arithmetic, and their text in the formats of .NET.

mod arithmetic;
mod custom;
mod digits;
mod format;
mod groups;
mod number;
mod parse;

pub(crate) use arithmetic::Operation;
pub(crate) use format::format;
pub(crate) use number::Number;
pub(crate) use parse::parse;

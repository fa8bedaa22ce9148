//! Operations of other systems, in tables: people bring blocks that were written for those systems, and
//! they are to work as they stand.
//!
//! An [`Operation`] says what each of its keys means to an action of the connector, and how the action's
//! answer is given back. That is all it can say: what the words mean is done here, once, for every table.
//! Actions know nothing of it, and no table computes anything.

mod answer;
mod compound;
mod origins;
mod question;
mod reader;
mod rows;
mod schema;
mod table;
#[cfg(test)]
mod tests;
mod values;

pub(crate) use answer::{answered, kinds};
pub use question::Question;
pub use schema::{input, output};
pub use table::{Answer, Beside, Constant, Key, Means, Operation, Part, Rows, Word};

//! Evaluation: a tree and a context become a value, within limits.

mod access;
mod document;
mod machine;

use serde_json::Value;

pub use document::Document;

use machine::Machine;

use crate::environment::{Context, Limits};
use crate::fault::Fault;
use crate::syntax::Template;

impl Template {
    /// The value of the text: of any type if all of it is one `@expression`, text otherwise.
    ///
    /// # Errors
    ///
    /// What went wrong, with its column. `if`, `and`, `or` and `coalesce` evaluate only what they need: a fault in the
    /// rest is none.
    pub fn evaluate(&self, context: &dyn Context, limits: &Limits) -> Result<Value, Fault> {
        let mut machine = Machine::new(context, limits);
        machine
            .result(self)
            .map_err(|raise| raise.told(&self.source))
    }
}

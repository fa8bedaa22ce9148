//! From a JSON Schema to the fields of a form.
//!
//! Nobody above a connector knows its inputs: what an action takes stands in a schema, and whoever
//! asks a person for it, with flags or on a page, derives its form from that schema at run time. This
//! crate is that derivation, and nothing of a terminal or a page: `facts` reads a node, `shape` says
//! how a value is typed and what it then means, `field` joins the two per property. It stands on the
//! ground, without I/O.

mod choice;
mod facts;
mod field;
mod nearest;
mod shape;

pub use choice::Choice;
pub use field::{Entries, Field, fields};
pub use nearest::nearest;
pub use shape::{Shape, guess};

//! From a JSON Schema to the fields of a form.
//!
//! Nobody above a connector knows its inputs: what an action takes stands in a schema, and whoever
//! asks a person for it, with flags or on a page, derives its form from that schema at run time. This
//! crate is that derivation, and nothing of a terminal or a page: `facts` reads a node, `shape` says
//! how a value is typed and what it then means, `field` joins the two per property. It stands on the
//! ground, without I/O.
//!
//! ```
//! use airlock_forms::{Shape, fields};
//! use serde_json::json;
//!
//! let schema = json!({"properties": {"method": {"enum": ["GET", "POST"]}}});
//! let Shape::Enum(values) = &fields(&schema)[0].shape else {
//!     panic!("a list of values");
//! };
//! assert_eq!(values[1].typed(), "POST");
//! // What is typed in another case is meant all the same; what is no value is refused with those there are.
//! let method = &fields(&schema)[0].shape;
//! assert_eq!(method.parse("post"), Ok(json!("POST")));
//! assert!(method.parse("PUT").is_err_and(|said| said.contains("GET")));
//! ```

mod enum_value;
mod facts;
mod field;
mod nearest;
mod shape;

pub use enum_value::EnumValue;
pub use field::{Entries, Field, fields};
pub use nearest::nearest;
pub use shape::{Shape, guess};

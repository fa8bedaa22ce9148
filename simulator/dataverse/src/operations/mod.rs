//! Functions and actions: what can be called, how a call is read, and what each one does.
//!
//! Layer: above [`rows`](crate::rows), beside [`metadata`](crate::metadata). An operation is one declaration (name, kind,
//! binding, parameters, result) and one function; `$metadata`, the reading of calls and the refusals are all derived from
//! the declaration (reference §6).

mod address;
mod answer;
mod arguments;
mod background;
mod background_row;
mod call;
mod catalogue;
mod custom;
mod declaration;
mod declared;
mod dispatch;
mod due;
mod enumerations;
mod hands;
mod jobs;
mod literal;
mod multiple;
mod operation;
mod reference;
mod repertoire;
mod standard;
mod types;

pub use answer::Answer;
pub use arguments::{Arguments, Members};
pub use background::{ROOT as BACKGROUND, handle as background};
pub use call::{Bound, Call};
pub use catalogue::Catalogue;
pub use custom::{CustomError, CustomOperations};
pub use declaration::{Binding, Declaration, Kind, Parameter, Returns, Tables, ValueType};
pub use declared::{Beside, beside, told_otherwise, without_code};
pub use dispatch::{bound, is_bound, unbound};
pub use due::{run_background, run_due};
pub use enumerations::{EnumType, enum_types};
pub use operation::Operation;
pub use reference::Target;
pub use repertoire::Repertoire;
pub use types::{ComplexType, complex_types};

//! Functions and actions: what can be called, how a call is read, and what each one does.
//!
//! Layer: above [`rows`](crate::rows), beside [`metadata`](crate::metadata). An operation is one declaration (name, kind,
//! binding, parameters, result) and one function; `$metadata`, the reading of calls and the refusals are all derived from
//! the declaration (reference §6).

mod address;
mod answer;
mod arguments;
mod call;
mod catalogue;
mod custom;
mod declaration;
mod hands;
mod jobs;
mod literal;
mod multiple;
mod reference;
mod standard;
mod types;

pub use answer::Answer;
pub use arguments::{Arguments, Members};
pub use call::{Bound, Call, bound, is_bound, unbound, unresolved};
pub use catalogue::Catalogue;
pub use custom::{CustomError, CustomOperations};
pub use declaration::{Binding, Kind, Operation, Parameter, Returns, Tables, ValueType};
pub use jobs::{Jobs, run_due};
pub use reference::Target;
pub use types::{ComplexType, EnumType, complex_types, enum_types};

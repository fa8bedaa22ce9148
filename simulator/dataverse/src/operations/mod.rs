//! Functions and actions: what can be called, how a call is read, and what each one does.
//!
//! Layer: above [`rows`](crate::rows), beside [`metadata`](crate::metadata). An operation is one declaration (name, kind,
//! binding, parameters, result) and one function; `$metadata`, the reading of calls and the refusals are all derived from
//! the declaration (reference §6).

mod address;
mod answer;
mod arguments;
mod background;
mod call;
mod catalogue;
mod custom;
mod declaration;
mod declared;
mod hands;
mod jobs;
mod literal;
mod multiple;
mod reference;
mod standard;
mod types;

use http::Method;

use crate::http::{Response, SimError};
use crate::organisation::OrgContext;

pub use answer::Answer;
pub use arguments::{Arguments, Members};
pub use background::{Background, ROOT as BACKGROUND};
pub use call::{Bound, Call, bound, is_bound, unbound, unresolved};
pub use catalogue::Catalogue;
pub use custom::{CustomError, CustomOperations};
pub use declaration::{Binding, Kind, Operation, Parameter, Returns, Tables, ValueType};
pub use declared::without_code;
pub use jobs::Jobs;
pub use reference::Target;
pub use types::{ComplexType, EnumType, complex_types, enum_types};

/// Does what was put off and is due by now.
pub fn run_due(context: &OrgContext<'_>) {
    jobs::run_due(context);
    context.organisation.background().run_due(context);
}

/// Answers a request about the background operation with this id.
///
/// # Errors
/// 404 for none, 400 for cancelling one that is done, 405 for other methods.
pub fn background(
    context: &OrgContext<'_>,
    method: &Method,
    id: &str,
) -> Result<Response, SimError> {
    let operations = context.organisation.background();
    operations.handle(context, method, id)
}

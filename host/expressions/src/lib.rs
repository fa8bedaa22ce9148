//! The workflow definition language, as flows of Power Automate and Logic Apps use it: the ground on which flows stand.
//!
//! A text of a definition is parsed once ([`Template`], or [`Document`] for JSON with such texts in it), checked
//! against what the flow declares ([`Scope`]) and evaluated against what a run has seen so far ([`Context`]). Nothing
//! here reads a clock, a file or a source of chance: time and chance come from the context, so that a run can be
//! repeated.
//!
//! ```
//! use airlock_expressions::{Document, Facts, Limits, Scope};
//! use serde_json::json;
//!
//! let inputs = json!({"to": "@first(outputs('List_rows')?['body/value'])?['emailaddress1']"});
//! let document = Document::parse(&inputs).map_err(|faults| faults[0].clone())?;
//!
//! // When the flow is added: `List_row` is a slip.
//! let scope = Scope { actions: vec!["List_row".to_owned()], ..Scope::default() };
//! let faults = document.check(&scope);
//! assert_eq!(faults[0].place.to_string(), "/to column 16");
//! assert!(faults[0].message.contains("did you mean `List_row`?"));
//!
//! // When it runs.
//! let facts = Facts::from_json(&json!({
//!     "outputs": {"List_rows": {"body": {"value": [{"emailaddress1": "ann@example.com"}]}}},
//! }))?;
//! assert_eq!(document.evaluate(&facts, &Limits::default())?, json!({"to": "ann@example.com"}));
//! # Ok::<(), airlock_expressions::Fault>(())
//! ```

mod check;
mod dates;
mod environment;
mod evaluate;
mod fault;
mod functions;
mod locale;
mod names;
mod numbers;
mod syntax;
mod values;

pub use check::{Reference, ReferenceKind, Scope};
pub use environment::{Context, Facts, Limits};
pub use evaluate::Document;
pub use fault::{Fault, FaultKind, INVALID_TEMPLATE, Place};
pub use functions::{FunctionInfo, functions};
pub use syntax::{MAX_DEPTH, MAX_LENGTH, Template};

//! Functions and actions of the organisation: those of the platform, and its own.

mod answer;
mod argument;
mod arguments;
mod call_action;
mod call_function;
mod get_background_operation;
mod list_operations;
mod literal;
mod prepare;
mod progress;
mod row_argument;
mod run_in_background;

#[cfg(test)]
mod tests;

pub use call_action::CallAction;
pub use call_function::CallFunction;
pub use get_background_operation::GetBackgroundOperation;
pub use list_operations::ListOperations;
pub use run_in_background::RunInBackground;

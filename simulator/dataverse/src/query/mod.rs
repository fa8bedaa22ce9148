//! OData query options: parsed, checked against the schema, compiled to SQL.

pub mod apply;
pub mod ast;
pub mod calendar;
pub mod compile;
pub mod cookie;
pub mod expand;
pub mod lexer;
pub mod options;
pub mod parse;
pub mod syntax;
pub mod values;

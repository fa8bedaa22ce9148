//! OData query options: parsed, checked against the schema, compiled to SQL.

pub mod ast;
pub mod lexer;
pub mod parse;
pub mod syntax;

//! Rows on disk: how a schema becomes SQLite tables, how cells become SQL values, and who may read and write when.
//!
//! Layer: the bottom of the data side. It knows schemas and SQLite, neither OData nor HTTP.

pub mod copy;
pub mod database;
pub mod ddl;
pub mod decimal;
pub mod definitions;
pub mod draft;
pub mod encoding;
pub mod event;
pub mod layout;
pub mod like;
pub mod migrate;
pub mod moment;
pub mod session;
pub mod sql_functions;
pub mod unions;

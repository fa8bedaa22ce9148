//! A local Dataverse: the Web API, its metadata and an Entra-shaped token endpoint over real sockets.
//!
//! Rooms, from the outside in: [`http`] speaks HTTP and knows no tables, `token` signs callers in, [`schema`]
//! says which tables an organisation has, `metadata` shows them, [`query`] turns OData into SQL and [`rows`]
//! keeps the data. `seed` fills a new organisation. The law for every answer is Microsoft's public
//! documentation of the Web API.

pub mod http;
pub mod organisation;
pub mod query;
pub mod rows;
pub mod schema;

pub use http::SimError;

//! A local Dataverse: the Web API, its metadata and an Entra-shaped token endpoint over real sockets.
//!
//! Rooms, from the outside in: [`sim`] starts and stops one, [`http`] speaks HTTP and knows no tables, [`token`] signs
//! callers in, [`limits`] count what they ask, [`discovery`] lists their organisations, [`webapi`] is the front door
//! behind which [`schema`] says which tables an organisation has,
//! [`batch`] sends the requests of a batch through it, [`metadata`] shows the tables, [`operations`] are what can be
//! called, [`query`] and [`fetchxml`] turn questions into SQL and [`rows`] keeps the data, [`security`] says who may see
//! and change which of it, [`changes`] tells what became of it, [`search`] finds it by words and [`events`] tell others of
//! it. [`seed`] fills a new organisation; [`control`] is what no real service has: faults, a clock that turns, a request
//! log.
//! The law for every answer is Microsoft's public documentation of the Web API.

pub mod batch;
pub mod changes;
pub mod control;
pub mod discovery;
pub mod events;
pub mod fetchxml;
pub mod http;
pub mod limits;
pub mod metadata;
pub mod operations;
pub mod organisation;
pub mod query;
pub mod rows;
pub mod schema;
pub mod search;
pub mod security;
pub mod seed;
pub mod sim;
pub mod sql;
pub mod token;
pub mod webapi;

pub use http::SimError;
pub use sim::{RunningSim, Sim, SimBuilder};

//! The Dataverse Web API on the wire: addresses, keys, headers, pages, errors and retries.
//!
//! Pure policy in small files and one driver, [`client::Client`], that does I/O through a
//! [`Transport`](airlock_connector::Transport). Nothing here knows the contract or WASI, and nothing here reads
//! metadata: callers hand in entity set names and ready values.

pub mod address;
pub mod application_url;
pub mod batch;
pub mod client;
pub mod codes;
pub mod content;
pub mod fetch_pages;
pub mod fetch_xml;
pub mod headers;
pub mod idempotency;
pub mod key;
mod key_text;
pub mod literal;
mod long_read;
mod multipart;
pub mod multiple;
pub mod names;
pub mod page;
pub mod pager;
pub mod property;
pub mod query;
mod refusal;
pub mod relations;
pub mod reply;
pub mod retry;
pub mod row_id;
pub mod rows;
mod surrogates;
#[cfg(test)]
pub(crate) mod testing;

pub use address::BaseUrl;
pub use client::{ApiRequest, Client, Pause, Reply, Safety};
pub use headers::{Annotations, CallOptions, Caller, Precondition};
pub use key::{AlternateKey, KeyValue, RowKey};
pub use names::{EntitySetName, TableName};
pub use page::Page;
pub use pager::Pager;
pub use query::Query;
pub use relations::{Outcome as TieOutcome, Tie};
pub use retry::RetryPolicy;
pub use row_id::RowId;
pub use rows::{Deletion, Effect, KeyedId, NewId, Retrieved, RowBody, RowSet, Written};

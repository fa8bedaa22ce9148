//! What a connector in Rust links.
//!
//! A connector is plain Rust over a small [`Transport`] and compiles natively. It has a [`Service`], which
//! opens a session for each call; [`Action`]s, each a declaration, two types and a function; and a
//! [`Connector`], which lists them. The manifest, the flags of a command line, the check of an input and the
//! dispatch of a call follow from these. [`export!`] makes a component of it, which needs nothing of its
//! surroundings but what the contract and `wasi:http` offer. `examples/smallest-connector` is a whole one.
//!
//! # An action
//!
//! ```
//! use std::time::Duration;
//!
//! use airlock_connector::{
//!     Action, Connection, Error, IdempotencyKey, Service, Transport,
//!     declare::{Declaration, Streams, Traits},
//! };
//! use schemars::JsonSchema;
//! use serde::{Deserialize, Serialize};
//!
//! struct Greeter;
//!
//! impl Service for Greeter {
//!     type Session<T: Transport> = T;
//!     type Writes = ();
//!
//!     fn open<T: Transport>(transport: T, _: &Connection, _: Option<Duration>) -> Result<T, Error> {
//!         Ok(transport)
//!     }
//! }
//!
//! #[derive(Deserialize, JsonSchema)]
//! #[serde(rename_all = "kebab-case", deny_unknown_fields)]
//! struct Input {
//!     /// Whom to greet.
//!     name: String,
//! }
//!
//! #[derive(Serialize, JsonSchema)]
//! struct Output {
//!     /// What to say.
//!     greeting: String,
//! }
//!
//! struct Greet;
//!
//! impl Action<Greeter> for Greet {
//!     const DECLARATION: Declaration = Declaration {
//!         name: "greet",
//!         aliases: &[],
//!         title: "Greet somebody",
//!         description: "Says hello to somebody by name.",
//!         group: "Words",
//!         traits: Traits::READS,
//!         streams: Streams::NONE,
//!         examples: &[r#"{"name": "Ada"}"#],
//!     };
//!     type Input = Input;
//!     type Output = Output;
//!
//!     async fn run<T: Transport>(
//!         _: &T,
//!         input: Input,
//!         _: Option<IdempotencyKey<'_>>,
//!     ) -> Result<Output, Error> {
//!         Ok(Output { greeting: format!("Hello, {}!", input.name) })
//!     }
//! }
//!
//! let schema = airlock_connector::declare::schema::of::<Input>();
//! assert_eq!(schema["properties"]["name"]["description"], "Whom to greet.");
//! ```
//!
//! # Streams
//!
//! An action that names its [`declare::Streams`] also has [`Action::pipe`]; what comes in and goes out
//! passes through its two ends.
//!
//! ```
//! use airlock_connector::{
//!     Error,
//!     stream::{LineReader, LineWriter, Pipe},
//!     testing::{Collected, Pieces, block_on},
//! };
//!
//! async fn numbered(pipe: Pipe<'_>) -> Result<(), Error> {
//!     let mut rows = LineReader::new(pipe.source);
//!     let mut results = LineWriter::new(pipe.sink);
//!     while let Some((number, row)) = rows.next().await? {
//!         results.push(&format!("{{\"line\":{number},\"row\":{row}}}")).await?;
//!     }
//!     results.flush().await
//! }
//!
//! let mut sink = Collected::default();
//! let mut source = Pieces::of([&b"{}\n{}"[..]]);
//! let pipe = Pipe { source: &mut source, sink: &mut sink };
//! block_on(numbered(pipe))?;
//! assert_eq!(sink.text(), "{\"line\":1,\"row\":{}}\n{\"line\":2,\"row\":{}}\n");
//! # Ok::<(), Error>(())
//! ```

mod action;
mod answer;
pub mod by_name;
pub mod component;
mod connector;
pub mod declare;
pub mod dialect;
pub mod dispatch;
mod entry;
mod error;
pub mod http;
pub mod input;
pub mod nearest;
mod service;
pub mod stream;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
mod transport;
mod trigger;

pub use action::{Action, IdempotencyKey};
pub use answer::{Answer, Summary};
pub use connector::{Choice, Connector, Refinement, SessionOf};
pub use entry::{ActionEntry, TriggerEntry};
pub use error::{Error, Failure, FieldError};
pub use service::{Connection, Service};
pub use transport::{Level, Transport, TransportError};
pub use trigger::{Callback, Event, Page, Receipt, Registration, Start, Trigger};

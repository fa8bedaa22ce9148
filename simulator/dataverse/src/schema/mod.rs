//! What tables an organisation has: the one description that rows, queries and metadata are all derived from.
//!
//! Pure data. A [`Schema`] is built once, shared behind an `Arc` and never changed in place: changing metadata
//! at run time means publishing a new one.

pub mod auditing;
mod changes;
mod column;
mod declared;
pub mod definition;
mod deleted;
mod facts;
mod identity;
pub mod import;
mod key;
mod label;
pub mod messages;
mod options;
mod relationship;
pub mod searching;
mod snapshot;
mod standard;
mod table;

pub use column::{
    Column, ColumnKind, DateTimeBehaviour, DateTimeFormat, Derivation, IntegerFormat,
    PrecisionSource, RequiredLevel, TextFormat,
};
pub use declared::{ALIAS, Declared, Markup, Place, element_type, place};
pub use deleted::{DefinitionKind, Deleted};
pub use facts::Facts;
pub use identity::managed_id;
pub use key::{AlternateKey, KeyStatus};
pub use label::{BASE_LANGUAGE, Label};
pub use options::{ChoiceOption, OptionDetail, OptionSet};
pub use relationship::{Cascade, CascadeAction, ManyToMany, ManyToManySide, Navigation, OneToMany};
pub use snapshot::{GLOBAL_VERSION, Schema, SchemaParts};
pub use standard::standard;
pub use table::{Ownership, Table, TableParts};

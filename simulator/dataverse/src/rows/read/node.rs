//! How a record is written: which properties, from which places of an SQL row, with which annotations.
//!
//! Layer: read, pure data. Built by [`projection`](super::projection), followed by [`record`](super::record).

use std::sync::Arc;

use rusqlite::types::Value;

use crate::http::{MetadataLevel, ODataRequest};
use crate::schema::OptionSet;

/// Name of the annotation with the value as people read it.
pub const FORMATTED: &str = "OData.Community.Display.V1.FormattedValue";
/// Name of the annotation with the table a lookup points at.
pub const LOOKUP_TABLE: &str = "Microsoft.Dynamics.CRM.lookuplogicalname";
/// Name of the annotation with the navigation property that goes with a lookup's value.
pub const NAVIGATION: &str = "Microsoft.Dynamics.CRM.associatednavigationproperty";

/// What the caller wants besides the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// [`FORMATTED`]
    pub formatted: bool,
    /// [`LOOKUP_TABLE`]
    pub lookup_table: bool,
    /// [`NAVIGATION`]
    pub navigation: bool,
    /// `@odata.etag`, which expanded rows do not always have.
    pub etag: bool,
    /// `@odata.type`, `@odata.id` and `@odata.editLink`.
    pub full: bool,
}

impl Wanted {
    /// Reads a request's preferences.
    pub fn of(request: &ODataRequest) -> Self {
        let annotations = &request.preferences.annotations;
        Self {
            formatted: annotations.includes(FORMATTED),
            lookup_table: annotations.includes(LOOKUP_TABLE),
            navigation: annotations.includes(NAVIGATION),
            etag: request.metadata_level != MetadataLevel::None,
            full: request.metadata_level == MetadataLevel::Full,
        }
    }
}

/// How the rows of one table are written.
#[derive(Debug)]
pub struct Node {
    /// Logical name.
    pub table: String,
    /// Entity set name.
    pub set: String,
    /// Where the version is, when the ETag is written.
    pub etag: Option<usize>,
    /// Where the primary id is.
    pub id: usize,
    /// Whether links and types are written.
    pub full: bool,
    /// Whether properties without value are left out, as FetchXML and `$apply` do.
    pub sparse: bool,
    /// The properties in order.
    pub fields: Vec<Field>,
    /// The expanded navigation properties in order.
    pub children: Vec<Child>,
    /// Navigation properties whose addresses are written, where full metadata is wanted.
    pub navigations: Vec<String>,
}

/// One property.
#[derive(Debug)]
pub struct Field {
    /// `"name@odata.type":"#Guid",`, where full metadata is wanted and JSON does not tell the type; empty elsewhere.
    pub typed: Vec<u8>,
    /// `"name":`
    pub key: Vec<u8>,
    /// Where the value is; `None` for what is always null.
    pub slot: Option<usize>,
    /// How it is written.
    pub show: Show,
    /// What is written beside it when it is not null.
    pub extras: Vec<Extra>,
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// Sixteen bytes as a GUID.
    Guid,
    /// Text.
    Text,
    /// A number as it is.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A scaled number with a fixed number of digits.
    Fixed {
        /// Digits behind the point in the store.
        stored: u8,
        /// Digits behind the point in the answer.
        shown: u8,
    },
    /// A floating-point number.
    Double,
    /// A date and time.
    Moment,
    /// A day.
    Day,
    /// A `BooleanManagedProperty` with this logical name.
    Managed(&'static str),
}

/// An annotation: its `"name@annotation":` and where its value comes from.
#[derive(Debug)]
pub struct Extra {
    /// `"name@annotation":`
    pub key: Vec<u8>,
    /// Where the value comes from.
    pub value: ExtraValue,
}

/// Where an annotation's value comes from.
#[derive(Debug)]
pub enum ExtraValue {
    /// The label of a choice.
    Label(Arc<OptionSet>),
    /// The labels of several choices.
    Labels(Arc<OptionSet>),
    /// The labels of true and false.
    YesNo(String, String),
    /// A whole number in groups.
    Whole,
    /// A scaled number with this scale and precision.
    Decimal(u8, u8),
    /// A floating-point number with this precision.
    Double(u8),
    /// An amount with this precision; where the symbol is.
    Money(u8, usize),
    /// A date and time.
    Moment,
    /// The day of a date and time.
    MomentDay,
    /// A day.
    Day,
    /// A text from another place in the row; nothing when it is null.
    Slot(usize),
    /// The same text for every row.
    Fixed(String),
    /// One of several texts, by the table name in another place of the row.
    ByTable(usize, Vec<(String, String)>),
}

/// An expanded navigation property.
#[derive(Debug)]
pub enum Child {
    /// The row behind a lookup, joined.
    Single {
        /// `"navigation":`
        key: Vec<u8>,
        /// The row.
        node: Box<Node>,
    },
    /// The address of the row behind a lookup.
    Reference {
        /// `"navigation":`
        key: Vec<u8>,
        /// Where the id is.
        slot: usize,
        /// Where the table's name is, for lookups with several targets.
        table: Option<usize>,
        /// Entity set by table.
        sets: Vec<(String, String)>,
    },
    /// Related rows, read for each parent.
    Collection(Box<Collection>),
}

/// A statement and how its rows are written.
#[derive(Debug)]
pub struct Selection {
    /// Reads one row more than `limit`, which tells whether there are more.
    pub sql: String,
    /// Its parameters; in a collection the parent's id goes before them.
    pub parameters: Vec<Value>,
    /// How a row is written.
    pub node: Node,
    /// Sort keys by name, and where their values are.
    pub marks: Vec<(String, usize)>,
    /// Rows to write at most.
    pub limit: usize,
}

/// An expanded collection.
#[derive(Debug)]
pub struct Collection {
    /// `"navigation":`
    pub key: Vec<u8>,
    /// `"navigation@odata.nextLink":`
    pub next_key: Vec<u8>,
    /// Name of the navigation property.
    pub navigation: String,
    /// Where the parent's id is in its row.
    pub parent: usize,
    /// What to read; its first parameter is the parent's id.
    pub selection: Selection,
    /// Whether a link to more is written only when there is more, and continues where this page ends.
    pub paged: bool,
    /// The options that such a link repeats.
    pub repeated: String,
}

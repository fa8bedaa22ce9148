//! What the four actions ask for.

use airlock_connector::stream::RowFormat;
use serde_json::{Map, Value};

use super::kind::Kind;
use crate::webapi::CallOptions;

/// What the four actions ask for.
pub(in crate::actions::bulk) struct Wanted {
    /// What is done with each row.
    pub(in crate::actions::bulk) kind: Kind,
    /// The table.
    pub(in crate::actions::bulk) table: String,
    /// Rows that stand in the input.
    pub(in crate::actions::bulk) rows: Option<Vec<Map<String, Value>>>,
    /// Columns that name a row in place of its id.
    pub(in crate::actions::bulk) key: Vec<String>,
    /// The form that rows are streamed in.
    pub(in crate::actions::bulk) format: Option<RowFormat>,
    /// What holds for each request.
    pub(in crate::actions::bulk) options: CallOptions,
}

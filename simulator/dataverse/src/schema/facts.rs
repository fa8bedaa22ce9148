//! What every definition has besides what it defines.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Identity and history of a definition, and the settings that are kept for those who ask and change nothing here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// `MetadataId` of what was made at run time; `None` for what is shipped, whose id follows from its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// The schema version in which it last changed; 0 for never.
    #[serde(default)]
    pub changed: u64,
    /// Members of its document that a maker set to something else than usual, by name.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub settings: Map<String, Value>,
}

impl Facts {
    /// The facts of something new with this id.
    pub fn new(id: Uuid) -> Self {
        Self {
            id: Some(id),
            ..Self::default()
        }
    }
}

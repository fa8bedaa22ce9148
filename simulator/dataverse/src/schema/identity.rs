//! `MetadataId`: what was made at run time has its own, what is shipped gets one from its name and keeps it over restarts.

use uuid::Uuid;

use super::{AlternateKey, Column, ManyToMany, OneToMany, OptionSet, TableParts};

/// Namespace of derived ids.
const IDS: Uuid = uuid::uuid!("5a7e1f00-0000-4000-8000-00000000a11d");

fn derived(name: &str) -> Uuid {
    Uuid::new_v5(&IDS, name.as_bytes())
}

/// `MetadataId` of a managed property.
pub fn managed_id(name: &str) -> Uuid {
    derived(&format!("managed property {name}"))
}

impl TableParts {
    /// `MetadataId` of the table.
    pub fn metadata_id(&self) -> Uuid {
        self.facts
            .id
            .unwrap_or_else(|| derived(&format!("table {}", self.logical_name)))
    }

    /// `MetadataId` of one of its columns.
    pub fn column_id(&self, column: &Column) -> Uuid {
        column.facts.id.unwrap_or_else(|| {
            derived(&format!(
                "column {}.{}",
                self.logical_name, column.logical_name
            ))
        })
    }

    /// `MetadataId` of one of its alternate keys.
    pub fn key_id(&self, key: &AlternateKey) -> Uuid {
        key.facts
            .id
            .unwrap_or_else(|| derived(&format!("key {}.{}", self.logical_name, key.logical_name)))
    }

    /// `MetadataId` of the two options of a yes-or-no column, which belong to no set with a life of its own.
    pub fn yes_no_id(&self, column: &Column) -> Uuid {
        derived(&format!(
            "choice {}_{}",
            self.logical_name, column.logical_name
        ))
    }
}

impl OneToMany {
    /// `MetadataId` of the relationship.
    pub fn metadata_id(&self) -> Uuid {
        self.facts
            .id
            .unwrap_or_else(|| derived(&format!("relationship {}", self.schema_name)))
    }
}

impl ManyToMany {
    /// `MetadataId` of the relationship.
    pub fn metadata_id(&self) -> Uuid {
        self.facts
            .id
            .unwrap_or_else(|| derived(&format!("relationship {}", self.schema_name)))
    }
}

impl OptionSet {
    /// `MetadataId` of the choice.
    pub fn metadata_id(&self) -> Uuid {
        self.facts
            .id
            .unwrap_or_else(|| derived(&format!("choice {}", self.name)))
    }
}

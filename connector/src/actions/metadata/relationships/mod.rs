//! Relationships between tables.

mod create_relationship;
mod delete_relationship;
mod get_relationship;
mod list_relationships;
mod update_relationship;

pub use create_relationship::CreateRelationship;
pub use delete_relationship::DeleteRelationship;
pub use get_relationship::GetRelationship;
pub use list_relationships::ListRelationships;
pub use update_relationship::UpdateRelationship;

//! What a body says about a relationship to one row.

use super::body::Body;
use super::settings;
use crate::http::SimError;
use crate::metadata::item::Item;
use crate::schema::OneToMany;

/// Members that relationships have beside those of their document.
pub(super) const ALSO_KNOWN: &[&str] = &["Lookup", "Attribute", "Entity1NavigationPropertyName"];

/// Takes over the settings that a body names.
pub(super) fn keep_settings(one: &mut OneToMany, body: Body<'_>) -> Result<(), SimError> {
    let shown = Item::OneToMany(one).document();
    let kind = "OneToManyRelationshipMetadata";
    settings::keep(&mut one.facts, body, &shown, ALSO_KNOWN, kind)
}

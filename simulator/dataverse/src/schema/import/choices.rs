//! Enumerations of the document as global choices.
//!
//! Layer: schema import, pure.

use std::collections::HashMap;
use std::sync::Arc;

use super::model::Document;
use super::names;
use crate::schema::{ChoiceOption, Facts, Label, OptionDetail, OptionSet, SchemaParts};

/// Every enumeration as a global choice.
pub(super) fn global(document: &Document, base: &SchemaParts) -> HashMap<String, Arc<OptionSet>> {
    let known: HashMap<&str, &Arc<OptionSet>> = base
        .option_sets
        .iter()
        .map(|set| (set.name.as_str(), set))
        .collect();
    let choice = |name: &String, members: &[(String, i32)]| OptionSet {
        name: name.clone(),
        display_name: Label::new(names::shown(name)),
        is_global: true,
        options: members
            .iter()
            .map(|(label, value)| ChoiceOption {
                value: *value,
                label: Label::new(names::shown(label)),
                color: None,
                detail: OptionDetail::Plain,
                description: Label::empty(),
                external_value: None,
                parent_values: Vec::new(),
                is_custom: names::is_custom(name),
            })
            .collect(),
        description: Label::empty(),
        is_custom: names::is_custom(name),
        facts: Facts::default(),
    };
    document
        .enums
        .iter()
        .map(|(name, read)| {
            let set = known.get(name.as_str()).map(|set| (*set).clone());
            let set = set.unwrap_or_else(|| Arc::new(choice(name, &read.members)));
            (name.clone(), set)
        })
        .collect()
}

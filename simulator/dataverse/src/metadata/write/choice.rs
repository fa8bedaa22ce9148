//! Choices: the set behind one column, and global sets with a life of their own.

use std::sync::Arc;

use uuid::Uuid;

use super::body::Body;
use super::names::{self, Named};
use super::place::Place;
use super::{errors, option, settings};
use crate::http::SimError;
use crate::metadata::dependencies::uses;
use crate::metadata::item::Item;
use crate::schema::{ColumnKind, Facts, OptionSet, SchemaParts};

/// Members that choices have beside those of their document.
const ALSO_KNOWN: &[&str] = &["Options", "ParentOptionSetName"];

/// The options a new column chooses from: a global set it is bound to, or one of its own.
pub(super) fn of_column(body: Body<'_>, place: &Place<'_>) -> Result<Arc<OptionSet>, SimError> {
    if let Some(bound) = body.text("GlobalOptionSet@odata.bind")? {
        return bound_set(bound, place.choices);
    }
    let given = match body.object("OptionSet")? {
        Some(set) => Some(set),
        None => body.object("GlobalOptionSet")?,
    };
    let Some(set) = given else {
        return Err(errors::missing("OptionSet"));
    };
    if set.flag("IsGlobal")? == Some(true) {
        let found = match (set.text("Name")?, set.text("MetadataId")?) {
            (Some(name), _) => by_name(name, place.choices),
            (None, Some(id)) => by_id(id, place.choices),
            (None, None) => return Err(errors::missing("Name")),
        };
        return found
            .ok_or_else(|| errors::no_choice(set.text("Name").ok().flatten().unwrap_or_default()));
    }
    Ok(Arc::new(OptionSet {
        name: format!("{}_{}", place.table, place.logical_name),
        display_name: set
            .label("DisplayName")?
            .unwrap_or_else(|| place.display_name.clone()),
        is_global: false,
        options: option::options(set.list("Options")?)?,
        description: set.label("Description")?.unwrap_or_default(),
        is_custom: true,
        facts: Facts::new(Uuid::new_v4()),
    }))
}

/// The set named by `/GlobalOptionSetDefinitions(<id>)` or `…(Name='<name>')`, however much of the address is there.
fn bound_set(address: &str, sets: &[Arc<OptionSet>]) -> Result<Arc<OptionSet>, SimError> {
    let key = address
        .rsplit_once("GlobalOptionSetDefinitions(")
        .and_then(|(_, key)| key.strip_suffix(')'));
    let key = key.ok_or_else(|| SimError::unknown_segment(address))?;
    let found = match key.strip_prefix("Name=") {
        Some(name) => by_name(name.trim_matches('\''), sets),
        None => by_id(key, sets),
    };
    found.ok_or_else(|| errors::no_choice(key))
}

fn by_name(name: &str, sets: &[Arc<OptionSet>]) -> Option<Arc<OptionSet>> {
    sets.iter().find(|set| set.name == name).cloned()
}

fn by_id(id: &str, sets: &[Arc<OptionSet>]) -> Option<Arc<OptionSet>> {
    let id = Uuid::try_parse(id).ok()?;
    sets.iter().find(|set| set.metadata_id() == id).cloned()
}

/// Makes a global choice. Returns its id.
pub(super) fn create(parts: &mut SchemaParts, body: Body<'_>) -> Result<Uuid, SimError> {
    let name = body.needed_text("Name")?;
    names::check(name, Named::Choice)?;
    if parts
        .option_sets
        .iter()
        .any(|set| set.name.eq_ignore_ascii_case(name))
    {
        return Err(errors::choice_exists());
    }
    if body.type_name()? == Some("BooleanOptionSetMetadata") {
        return Err(errors::invalid_option_set(
            "A global option set of the type Boolean cannot be created.",
        ));
    }
    let id = Uuid::new_v4();
    let mut set = OptionSet {
        name: name.to_owned(),
        display_name: body.label("DisplayName")?.unwrap_or_default(),
        is_global: true,
        options: option::options(body.list("Options")?)?,
        description: body.label("Description")?.unwrap_or_default(),
        is_custom: true,
        facts: Facts::new(id),
    };
    keep_settings(&mut set, body)?;
    parts.option_sets.push(Arc::new(set));
    Ok(id)
}

/// Replaces what may change of a global choice: its labels and settings. Options have actions of their own.
pub(super) fn update(
    parts: &mut SchemaParts,
    name: &str,
    body: Body<'_>,
    merge_labels: bool,
) -> Result<(), SimError> {
    if body.text("Name")?.is_some_and(|given| given != name) {
        return Err(errors::not_changeable("Name", name));
    }
    change(parts, name, |set| {
        super::set_label(&mut set.display_name, body, "DisplayName", merge_labels)?;
        super::set_label(&mut set.description, body, "Description", merge_labels)?;
        keep_settings(set, body)
    })
}

/// Changes a global set and lets every column of it see the change.
pub(super) fn change<T>(
    parts: &mut SchemaParts,
    name: &str,
    change: impl FnOnce(&mut OptionSet) -> Result<T, SimError>,
) -> Result<T, SimError> {
    let place = parts
        .option_sets
        .iter_mut()
        .find(|set| set.name == name)
        .ok_or_else(|| errors::no_choice(name))?;
    let result = change(Arc::make_mut(place))?;
    let changed = place.clone();
    for table in &mut parts.tables {
        if !table.columns.iter().any(|column| uses(&column.kind, name)) {
            continue;
        }
        for column in &mut Arc::make_mut(table).columns {
            if let ColumnKind::Choice { options, .. } | ColumnKind::MultiChoice { options } =
                &mut column.kind
                && options.is_global
                && options.name == name
            {
                *options = changed.clone();
            }
        }
    }
    Ok(result)
}

/// Takes a global choice away that no column uses.
pub(super) fn delete(parts: &mut SchemaParts, name: &str) -> Result<(), SimError> {
    let set = by_name(name, &parts.option_sets).ok_or_else(|| errors::no_choice(name))?;
    if !set.is_custom {
        return Err(errors::not_deletable(name, set.metadata_id()));
    }
    let used = parts.tables.iter().filter(|table| {
        let mut columns = table.columns.iter();
        columns.any(|column| uses(&column.kind, name))
    });
    let by: Vec<&str> = used.map(|table| table.logical_name.as_str()).collect();
    if !by.is_empty() {
        return Err(errors::choice_is_used(&by.join(", ")));
    }
    parts.option_sets.retain(|set| set.name != name);
    Ok(())
}

fn keep_settings(set: &mut OptionSet, body: Body<'_>) -> Result<(), SimError> {
    let shown = Item::choice_document(set);
    settings::keep(
        &mut set.facts,
        body,
        &shown,
        ALSO_KNOWN,
        "OptionSetMetadata",
    )
}

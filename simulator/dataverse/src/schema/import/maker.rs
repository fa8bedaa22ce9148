//! Makes one table after another, new or on top of one that the simulator brings.
//!
//! Layer: schema import, pure.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use indexmap::IndexMap;

use super::columns::{self, Shape, SystemColumns};
use super::lookups::{self, Link, PrimaryIds};
use super::merge::{Described, merge};
use super::model::{Document, EntityType};
use super::names;
use super::ties::Ties;
use super::{choices, intersects, keys};
use crate::schema::definition::{Template, companions_of};
use crate::schema::{
    AlternateKey, Column, Facts, Label, OptionSet, Ownership, SchemaParts, TableParts,
};

/// First type code of tables whose own the document does not tell.
const FIRST_TYPE_CODE: i32 = 10_000;
/// Makes one table after another.
pub(super) struct Maker<'a> {
    document: &'a Document,
    tables: IndexMap<String, Arc<TableParts>>,
    base: SchemaParts,
    ids: PrimaryIds,
    ties: Ties,
    choices: HashMap<String, Arc<OptionSet>>,
    user_owned: SystemColumns,
    organisation_owned: SystemColumns,
    activity: SystemColumns,
    next_code: i32,
    unusable: BTreeMap<String, usize>,
}

/// What a [`Maker`] made.
pub(super) struct Made {
    pub(super) schema: SchemaParts,
    pub(super) ids: PrimaryIds,
    next_code: i32,
}

impl Made {
    pub(super) fn next_code(&mut self) -> i32 {
        self.next_code += 1;
        self.next_code
    }

    pub(super) fn known_navigations(&self) -> Vec<String> {
        let sides = self.schema.many_to_many.iter();
        sides
            .flat_map(|many| {
                [
                    many.first.navigation.clone(),
                    many.second.navigation.clone(),
                ]
            })
            .collect()
    }
}

impl<'a> Maker<'a> {
    pub(super) fn new(
        document: &'a Document,
        mut base: SchemaParts,
        found: &[(&EntityType, String)],
    ) -> Result<Self, String> {
        let tables: IndexMap<String, Arc<TableParts>> = std::mem::take(&mut base.tables)
            .into_iter()
            .map(|table| (table.logical_name.clone(), table))
            .collect();
        let mut ids: PrimaryIds = found
            .iter()
            .map(|(one, id)| (one.name.clone(), id.clone()))
            .collect();
        let known = tables.values();
        ids.extend(known.map(|table| (table.logical_name.clone(), table.primary_id.clone())));
        let ties = Ties::of(tables.values(), &base, document, found);
        let columns =
            |template| columns::system_columns(template).map_err(|error| error.to_string());
        let codes = tables.values().map(|table| table.object_type_code);
        Ok(Self {
            next_code: codes.max().unwrap_or_default().max(FIRST_TYPE_CODE - 1),
            choices: choices::global(document, &base),
            document,
            tables,
            base,
            ids,
            ties,
            user_owned: columns(Template::UserOwned)?,
            organisation_owned: columns(Template::OrganisationOwned)?,
            activity: columns(Template::Activity)?,
            unusable: BTreeMap::new(),
        })
    }

    pub(super) fn add(&mut self, one: &'a EntityType, id: &str) {
        let links = lookups::links(self.document, one, &self.ids);
        match self.tables.get(&one.name).cloned() {
            Some(known) => self.extend(one, known, &links),
            None => self.make(one, id, &links),
        }
        let relationships = &mut self.base.relationships;
        for link in links.iter().filter(|link| !link.is_inherited) {
            self.ties
                .relate(self.document, one, link, &self.ids, relationships);
        }
    }

    fn make(&mut self, one: &'a EntityType, id: &str, links: &[Link<'_>]) {
        let set = self.document.sets.get(&one.name);
        let set_name = set.map_or("", |set| set.name.as_str());
        self.next_code += 1;
        let mut table = if intersects::is_intersect(self.document, one) {
            intersects::table(self.document, one, set_name, id)
        } else {
            TableParts {
                columns: with_companions(self.columns(one, id, links, &HashSet::new())),
                ..self.parts(one, id, set_name)
            }
        };
        table.object_type_code = self.next_code;
        table.is_custom = names::is_custom(&one.name);
        table.change_tracking = match set {
            Some(set) if self.document.tells_tracking => set.is_tracked,
            _ => true,
        };
        table.primary_name = keys::primary_name(&table);
        table.keys = keys::alternate(one, &table);
        self.tables.insert(one.name.clone(), Arc::new(table));
    }

    /// Adds what the document has and a table of the simulator has not.
    fn extend(&mut self, one: &'a EntityType, known: Arc<TableParts>, links: &[Link<'_>]) {
        let mut known = known.as_ref().clone();
        let described = Described {
            properties: &self.document.properties(one),
            targets: &lookups::targets(links),
        };
        let properties = |table: &TableParts| -> HashSet<String> {
            table.columns.iter().filter_map(Column::property).collect()
        };
        let before = properties(&known);
        let is_merged = merge(&mut known, &described);
        for gone in before.difference(&properties(&known)) {
            self.ties.release(&one.name, gone);
        }
        let present: HashSet<&str> = known
            .columns
            .iter()
            .map(|column| column.logical_name.as_str())
            .collect();
        let new = self.columns(one, &known.primary_id, links, &present);
        let keys: Vec<AlternateKey> = {
            let is_new = |key: &AlternateKey| {
                let mut keys = known.keys.iter();
                !keys.any(|other| other.columns == key.columns)
            };
            let with_new = TableParts {
                columns: known.columns.iter().chain(&new).cloned().collect(),
                ..known.clone()
            };
            keys::alternate(one, &with_new)
                .into_iter()
                .filter(is_new)
                .collect()
        };
        let set = self.document.sets.get(&one.name);
        let is_renamed = set.is_some_and(|set| set.name != known.entity_set_name);
        if new.is_empty() && keys.is_empty() && !is_renamed && !is_merged {
            return;
        }
        let new = companioned(new, &known.columns);
        let mut table = known;
        let own = std::mem::take(&mut table.columns);
        table.columns = number(own.into_iter().chain(new));
        table.keys.extend(keys);
        if let Some(set) = set {
            table.entity_set_name = set.name.clone();
        }
        self.tables.insert(one.name.clone(), Arc::new(table));
    }

    fn columns(
        &mut self,
        one: &'a EntityType,
        id: &str,
        links: &[Link<'_>],
        present: &HashSet<&str>,
    ) -> Vec<Column> {
        let properties = self.document.properties(one);
        let names: HashSet<&str> = properties
            .iter()
            .map(|property| property.name.as_str())
            .collect();
        let targets = lookups::targets(links);
        let system = self.system(one, &names);
        let shape = Shape {
            of: one,
            primary_id: id,
            properties: names,
            system,
            targets: &targets,
            choices: &self.choices,
        };
        let mut made = Vec::new();
        let mut unusable = Vec::new();
        for property in properties {
            let name = columns::logical_name(&property.name);
            if present.contains(name) || !names::is_plain(name) {
                continue;
            }
            match columns::column(&shape, property) {
                Some(column) => made.push(column),
                None => unusable.push(property.kind.clone()),
            }
        }
        if present.is_empty()
            && !made
                .iter()
                .any(|column| column.logical_name == "versionnumber")
        {
            made.extend(system.get("versionnumber").cloned());
        }
        for kind in unusable {
            *self.unusable.entry(kind).or_default() += 1;
        }
        made
    }

    fn system(&self, one: &EntityType, properties: &HashSet<&str>) -> &SystemColumns {
        if self.document.descends(one, "activitypointer") {
            &self.activity
        } else if properties.contains("_ownerid_value") {
            &self.user_owned
        } else {
            &self.organisation_owned
        }
    }

    fn parts(&self, one: &EntityType, id: &str, set: &str) -> TableParts {
        let properties = self.document.properties(one);
        let has = |name: &str| properties.iter().any(|property| property.name == name);
        let shown = names::shown(&one.name);
        let collections = || one.navigations.values().filter(|way| way.is_collection);
        let is_related = |target: &str| collections().any(|way| way.target == target);
        TableParts {
            logical_name: one.name.clone(),
            schema_name: one.name.clone(),
            entity_set_name: set.to_owned(),
            display_name: Label::new(&shown),
            display_collection_name: Label::new(&shown),
            description: if one.description.is_empty() {
                Label::empty()
            } else {
                Label::new(&one.description)
            },
            primary_id: id.to_owned(),
            primary_name: String::new(),
            ownership: if has("_ownerid_value") {
                Ownership::User
            } else if has("_owningbusinessunit_value") {
                Ownership::Business
            } else {
                Ownership::Organisation
            },
            is_activity: self.document.descends(one, "activitypointer"),
            is_principal: self.document.descends(one, "principal"),
            is_intersect: false,
            object_type_code: 0,
            change_tracking: true,
            optimistic_concurrency: true,
            has_notes: is_related("annotation"),
            has_activities: is_related("activitypointer"),
            is_custom: false,
            is_elastic: has("partitionid") && has("ttlinseconds"),
            columns: Vec::new(),
            keys: Vec::new(),
            facts: Facts::default(),
        }
    }

    pub(super) fn finish(mut self, left_out: &mut Vec<String>) -> Made {
        left_out.extend(self.unusable.into_iter().map(|(kind, count)| {
            format!("{count} properties of the type {kind}: no column has this type")
        }));
        self.base.tables = self.tables.into_values().collect();
        let columns = self.base.tables.iter().flat_map(|table| &table.columns);
        let used: HashSet<&str> = columns
            .filter_map(|column| Some(column.options()?.name.as_str()))
            .collect();
        let mut choices: Vec<Arc<OptionSet>> = self.choices.into_values().collect();
        choices.retain(|set| {
            let mut known = self.base.option_sets.iter();
            used.contains(set.name.as_str()) && !known.any(|known| known.name == set.name)
        });
        choices.sort_by(|one, other| one.name.cmp(&other.name));
        self.base.option_sets.extend(choices);
        Made {
            schema: self.base,
            ids: self.ids,
            next_code: self.next_code,
        }
    }
}

/// Each column with what it brings along, where the document does not have it.
fn with_companions(columns: Vec<Column>) -> Vec<Column> {
    number(companioned(columns, &[]).into_iter())
}

fn companioned(columns: Vec<Column>, present: &[Column]) -> Vec<Column> {
    let mut names: HashSet<String> = columns
        .iter()
        .chain(present)
        .map(|column| column.logical_name.clone())
        .collect();
    let mut all = Vec::with_capacity(columns.len() * 2);
    for column in columns {
        let mut companions = companions_of(&column);
        companions.retain(|companion| names.insert(companion.logical_name.clone()));
        for companion in &mut companions {
            companion.is_custom = column.is_custom;
        }
        all.push(column);
        all.extend(companions);
    }
    all
}

fn number(columns: impl Iterator<Item = Column>) -> Vec<Column> {
    let mut all: Vec<Column> = columns.collect();
    for (number, column) in (1..).zip(all.iter_mut()) {
        column.number = number;
    }
    all
}

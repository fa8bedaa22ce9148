//! From entity types to tables, together with those that the simulator brings.
//!
//! Layer: schema import, pure.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use indexmap::IndexMap;

use super::columns::{self, Shape, SystemColumns};
use super::lookups::{self, Link, PrimaryIds};
use super::model::{Document, EntityType};
use super::names::{self, Unique};
use super::{ImportError, Imported, intersects};
use crate::schema::definition::{Template, companions_of};
use crate::schema::{
    AlternateKey, ChoiceOption, Column, ColumnKind, Derivation, Facts, KeyStatus, Label,
    OptionDetail, OptionSet, Ownership, SchemaParts, TableParts,
};

/// First type code of tables whose own the document does not tell.
const FIRST_TYPE_CODE: i32 = 10_000;
/// What every table with rows descends from.
const ROWS: &str = "crmbaseentity";
/// What definitions descend from.
const DEFINITIONS: &str = "crmmodelbaseentity";
/// Types that tables descend from and that are none themselves.
const NO_TABLES: &[&str] = &[ROWS, DEFINITIONS, "principal", "expando"];
/// Names under which tables call their rows, when they have a column of that name.
const NAMES: &[&str] = &[
    "name",
    "fullname",
    "subject",
    "title",
    "displayname",
    "uniquename",
];

/// Makes the schema.
pub(super) fn build(document: &Document, base: SchemaParts) -> Result<Imported, ImportError> {
    let mut left_out = Vec::new();
    let found = tables(document, &mut left_out);
    if found.is_empty() {
        return Err(ImportError::at(
            1,
            "no type in the document is a table: none has a set and one key of the type Edm.Guid",
            "Give the $metadata of a Dataverse organisation.",
        ));
    }
    let mut maker = Maker::new(document, base, &found).map_err(ImportError::Base)?;
    for (one, id) in &found {
        maker.add(one, id);
    }
    let mut parts = maker.finish(&mut left_out);
    let (relationships, made) = {
        let known: Vec<String> = parts.known_navigations();
        intersects::relationships(document, &parts.ids, &known)
    };
    for mut table in made {
        table.object_type_code = parts.next_code();
        parts.schema.tables.push(Arc::new(table));
    }
    let relationships = relationships.into_iter().map(Arc::new);
    parts.schema.many_to_many.extend(relationships);
    Ok(Imported {
        tables: found.len(),
        parts: parts.schema,
        left_out,
    })
}

/// The types that are tables, each with its primary id.
fn tables<'a>(document: &'a Document, left_out: &mut Vec<String>) -> Vec<(&'a EntityType, String)> {
    let mut found = Vec::new();
    for one in document.types.values() {
        let has_rows = document.descends(one, ROWS) || document.sets.contains_key(&one.name);
        let is_table = has_rows
            && !one.is_abstract
            && !NO_TABLES.contains(&one.name.as_str())
            && !document.descends(one, DEFINITIONS);
        if !is_table {
            continue;
        }
        match primary_id(document, one) {
            Ok(id) => found.push((one, id)),
            Err(reason) => {
                left_out.push(format!(
                    "the table {} (line {}): {reason}",
                    one.name, one.line
                ));
            }
        }
    }
    found
}

fn primary_id(document: &Document, of: &EntityType) -> Result<String, String> {
    if !names::is_plain(&of.name) {
        return Err("its name is no name of a table".to_owned());
    }
    let properties = document.properties(of);
    let is_guid = |name: &str| {
        let mut properties = properties.iter();
        properties.any(|property| property.name == name && property.kind == "Edm.Guid")
    };
    // Users and teams are keyed by what they have in common; their own id is beside it.
    let own = format!("{}id", of.name);
    if document.descends(of, "principal") && is_guid(&own) {
        return Ok(own);
    }
    let line = document.line_of_descent(of).into_iter();
    let key = line
        .map(|one| &one.key)
        .find(|key| !key.is_empty())
        .ok_or("it has no key")?;
    match key.as_slice() {
        [id] if is_guid(id) => Ok(id.clone()),
        _ => Err("its key is not one Edm.Guid".to_owned()),
    }
}

/// Makes one table after another.
struct Maker<'a> {
    document: &'a Document,
    tables: IndexMap<String, Arc<TableParts>>,
    base: SchemaParts,
    ids: PrimaryIds,
    relationship_names: Unique,
    /// Table, column and target of every lookup.
    related: HashSet<(String, String, String)>,
    choices: HashMap<String, Arc<OptionSet>>,
    user_owned: SystemColumns,
    organisation_owned: SystemColumns,
    activity: SystemColumns,
    next_code: i32,
    unusable: BTreeMap<String, usize>,
}

/// What a [`Maker`] made.
struct Made {
    schema: SchemaParts,
    ids: PrimaryIds,
    next_code: i32,
}

impl Made {
    fn next_code(&mut self) -> i32 {
        self.next_code += 1;
        self.next_code
    }

    fn known_navigations(&self) -> Vec<String> {
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
    fn new(
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
        let related = base.relationships.iter().map(|one| {
            let (table, column) = (one.referencing.clone(), one.referencing_attribute.clone());
            (table, column, one.referenced.clone())
        });
        let related = related.collect();
        let mut relationship_names = Unique::default();
        for name in base.relationships.iter().map(|one| &one.schema_name) {
            relationship_names.take(name);
        }
        for name in base.many_to_many.iter().map(|many| &many.schema_name) {
            relationship_names.take(name);
        }
        let columns =
            |template| columns::system_columns(template).map_err(|error| error.to_string());
        let codes = tables.values().map(|table| table.object_type_code);
        Ok(Self {
            next_code: codes.max().unwrap_or_default().max(FIRST_TYPE_CODE - 1),
            choices: choices(document, &base),
            document,
            tables,
            base,
            ids,
            relationship_names,
            related,
            user_owned: columns(Template::UserOwned)?,
            organisation_owned: columns(Template::OrganisationOwned)?,
            activity: columns(Template::Activity)?,
            unusable: BTreeMap::new(),
        })
    }

    fn add(&mut self, one: &'a EntityType, id: &str) {
        let links = lookups::links(self.document, one, &self.ids);
        match self.tables.get(&one.name).cloned() {
            Some(known) => self.extend(one, known, &links),
            None => self.make(one, id, &links),
        }
        self.relate(&one.name, &links);
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
        table.primary_name = primary_name(&table);
        table.keys = keys(one, &table);
        self.tables.insert(one.name.clone(), Arc::new(table));
    }

    /// Adds what the document has and a table of the simulator has not.
    fn extend(&mut self, one: &'a EntityType, known: Arc<TableParts>, links: &[Link<'_>]) {
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
                ..known.as_ref().clone()
            };
            keys(one, &with_new).into_iter().filter(is_new).collect()
        };
        let set = self.document.sets.get(&one.name);
        let is_renamed = set.is_some_and(|set| set.name != known.entity_set_name);
        if new.is_empty() && keys.is_empty() && !is_renamed {
            return;
        }
        let mut table = known.as_ref().clone();
        let own = std::mem::take(&mut table.columns);
        table.columns = number(own.into_iter().chain(companioned(new, &known.columns)));
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
        let collections = || one.navigations.iter().filter(|way| way.is_collection);
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

    /// Adds the relationships of lookups. One that is known stays as it is.
    fn relate(&mut self, table: &str, links: &[Link<'_>]) {
        for link in links {
            let ends = (
                table.to_owned(),
                link.column.clone(),
                link.target.to_owned(),
            );
            if !self.related.insert(ends) {
                continue;
            }
            let names = &mut self.relationship_names;
            let new = lookups::relationship(table, link, &self.ids, names);
            self.base.relationships.extend(new.map(Arc::new));
        }
    }

    fn finish(mut self, left_out: &mut Vec<String>) -> Made {
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

/// Every enumeration as a global choice.
fn choices(document: &Document, base: &SchemaParts) -> HashMap<String, Arc<OptionSet>> {
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

/// The column by which rows are called: under the usual name, with the publisher's prefix or without.
fn primary_name(table: &TableParts) -> String {
    if table.is_intersect {
        return String::new();
    }
    let prefix = table.logical_name.split_once('_').map(|(prefix, _)| prefix);
    let prefixed = prefix.map(|prefix| format!("{prefix}_name"));
    let mut usual = prefixed
        .iter()
        .map(String::as_str)
        .chain(NAMES.iter().copied());
    let is_text = |name: &&str| {
        table.columns.iter().any(|column| {
            column.logical_name == *name && matches!(column.kind, ColumnKind::String { .. })
        })
    };
    usual.find(is_text).unwrap_or_default().to_owned()
}

fn keys(one: &EntityType, table: &TableParts) -> Vec<AlternateKey> {
    let mut keys = Vec::new();
    for properties in &one.alternate_keys {
        let columns: Vec<String> = properties
            .iter()
            .map(|property| columns::logical_name(property).to_owned())
            .collect();
        let is_kept = |name: &String| {
            let mut columns = table.columns.iter();
            columns.any(|column| {
                column.logical_name == *name && column.derivation != Some(Derivation::Version)
            })
        };
        if !columns.iter().all(is_kept) {
            continue;
        }
        let name = format!("{}_key", columns.join("_"));
        keys.push(AlternateKey {
            display_name: Label::new(names::shown(&name)),
            logical_name: name.clone(),
            schema_name: name,
            columns,
            status: KeyStatus::Active,
            facts: Facts::default(),
        });
    }
    keys
}

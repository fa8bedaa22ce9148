//! An organisation's whole schema at one moment, indexed by every name a request can use.

use std::collections::HashMap;
use std::sync::Arc;

use super::{
    AlternateKey, ColumnKind, Declared, Deleted, Facts, KeyStatus, Label, ManyToMany, Navigation,
    OneToMany, OptionSet, Table, TableParts,
};

/// The annotation that tells clients when what they know of definitions is old.
pub const GLOBAL_VERSION: &str = "Microsoft.Dynamics.CRM.globalmetadataversion";

/// Tables, relationships and global choices of an organisation.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    tables: Vec<Table>,
    by_logical_name: HashMap<String, usize>,
    by_entity_set: HashMap<String, usize>,
    relationships: Vec<Arc<OneToMany>>,
    many_to_many: Vec<Arc<ManyToMany>>,
    option_sets: Vec<Arc<OptionSet>>,
    declared: Arc<Declared>,
    version: u64,
    deleted: Vec<Deleted>,
}

/// What a schema is made from; still open to additions.
#[derive(Clone, Debug, Default)]
pub struct SchemaParts {
    /// Tables.
    pub tables: Vec<Arc<TableParts>>,
    /// One-to-many relationships. One whose tables are absent shows on the side that is there.
    pub relationships: Vec<Arc<OneToMany>>,
    /// Many-to-many relationships.
    pub many_to_many: Vec<Arc<ManyToMany>>,
    /// Global choices.
    pub option_sets: Vec<Arc<OptionSet>>,
    /// What the organisation's own document describes besides tables.
    pub declared: Arc<Declared>,
    /// Counts the changes since the organisation was new.
    pub version: u64,
    /// What was deleted, oldest first.
    pub deleted: Vec<Deleted>,
}

impl SchemaParts {
    /// Adds an active alternate key. Returns whether the table and all columns exist.
    pub fn add_key(&mut self, table: &str, schema_name: &str, columns: &[&str]) -> bool {
        let Some(table) = self.table_mut(table) else {
            return false;
        };
        let exists = |name: &&str| {
            table
                .columns
                .iter()
                .any(|column| column.logical_name == **name)
        };
        if !columns.iter().all(exists) {
            return false;
        }
        table.keys.push(AlternateKey {
            schema_name: schema_name.to_owned(),
            logical_name: schema_name.to_ascii_lowercase(),
            display_name: Label::new(schema_name),
            columns: columns.iter().map(|column| (*column).to_owned()).collect(),
            status: KeyStatus::Active,
            facts: Facts::default(),
        });
        true
    }

    /// A table to change.
    pub fn table_mut(&mut self, logical_name: &str) -> Option<&mut TableParts> {
        let found = self
            .tables
            .iter_mut()
            .find(|table| table.logical_name == logical_name);
        found.map(Arc::make_mut)
    }

    /// A table to look at.
    pub fn table(&self, logical_name: &str) -> Option<&TableParts> {
        let mut tables = self.tables.iter();
        tables
            .find(|table| table.logical_name == logical_name)
            .map(AsRef::as_ref)
    }

    /// Indexes everything.
    pub fn build(self) -> Schema {
        Schema::new(self, None)
    }

    /// The same, sparing work where tables are those of an earlier schema.
    pub fn build_after(self, earlier: &Schema) -> Schema {
        Schema::new(self, Some(earlier))
    }
}

impl Schema {
    /// Indexes tables and relationships.
    fn new(parts: SchemaParts, earlier: Option<&Self>) -> Self {
        let mut schema = Self {
            tables: parts
                .tables
                .into_iter()
                .map(|table| {
                    let earlier = earlier.and_then(|earlier| earlier.table(&table.logical_name));
                    Table::new(table, earlier)
                })
                .collect(),
            relationships: parts.relationships,
            many_to_many: parts.many_to_many,
            option_sets: parts.option_sets,
            declared: parts.declared,
            version: parts.version,
            deleted: parts.deleted,
            ..Self::default()
        };
        for (index, table) in schema.tables.iter().enumerate() {
            schema
                .by_logical_name
                .insert(table.logical_name.clone(), index);
            if !table.entity_set_name.is_empty() {
                schema
                    .by_entity_set
                    .insert(table.entity_set_name.clone(), index);
            }
        }
        schema.link_one_to_many();
        schema.link_many_to_many();
        schema.inherit();
        schema
    }

    fn link_one_to_many(&mut self) {
        for relationship in self.relationships.clone() {
            if let Some(table) = self.table_mut(&relationship.referencing) {
                table.many_to_one.push(relationship.clone());
                let navigation = Navigation::ManyToOne(relationship.clone());
                if let Some(inherited) = inherited_name(table, &relationship) {
                    table.add_navigation(inherited, navigation.clone());
                }
                table.add_navigation(&relationship.referencing_navigation, navigation);
            }
            if let Some(table) = self.table_mut(&relationship.referenced) {
                table.one_to_many.push(relationship.clone());
                let navigation = Navigation::OneToMany(relationship.clone());
                table.add_navigation(&relationship.referenced_navigation, navigation);
            }
        }
    }

    fn link_many_to_many(&mut self) {
        for relationship in self.many_to_many.clone() {
            for (side, from_first) in [(&relationship.first, true), (&relationship.second, false)] {
                let is_told = !from_first && relationship.first.table == side.table;
                if let Some(table) = self.table_mut(&side.table) {
                    if !is_told {
                        table.many_to_many.push(relationship.clone());
                    }
                    let navigation = Navigation::ManyToMany {
                        relationship: relationship.clone(),
                        from_first,
                    };
                    table.add_navigation(&side.navigation, navigation);
                }
            }
        }
    }

    /// Gives every activity the ways of `activitypointer` that it has none of its own for.
    fn inherit(&mut self) {
        let Some(ancestor) = self.table(ACTIVITY) else {
            return;
        };
        let ways: Vec<(String, Navigation)> = ancestor
            .navigation_names()
            .into_iter()
            .filter_map(|name| Some((name.clone(), ancestor.navigation(&name)?.clone())))
            .collect();
        for table in &mut self.tables {
            if !table.is_activity || table.logical_name == ACTIVITY {
                continue;
            }
            for (name, way) in &ways {
                if table.navigation(name).is_some() || table.property(name).is_some() {
                    continue;
                }
                let Navigation::ManyToOne(relationship) = way else {
                    table.add_navigation(name, way.clone());
                    continue;
                };
                if !leads_to(
                    table,
                    &relationship.referencing_attribute,
                    &relationship.referenced,
                ) {
                    continue;
                }
                let inherited = Arc::new(OneToMany {
                    referencing: table.logical_name.clone(),
                    ..relationship.as_ref().clone()
                });
                table.inherited.push(inherited.clone());
                table.add_navigation(name, Navigation::ManyToOne(inherited));
            }
        }
    }

    fn table_mut(&mut self, logical_name: &str) -> Option<&mut Table> {
        let index = *self.by_logical_name.get(logical_name)?;
        self.tables.get_mut(index)
    }

    /// The parts, to be changed and published anew. Sharing makes this cheap.
    pub fn parts(&self) -> SchemaParts {
        SchemaParts {
            tables: self
                .tables
                .iter()
                .map(|table| table.parts().clone())
                .collect(),
            relationships: self.relationships.clone(),
            many_to_many: self.many_to_many.clone(),
            option_sets: self.option_sets.clone(),
            declared: self.declared.clone(),
            version: self.version,
            deleted: self.deleted.clone(),
        }
    }

    /// How often the schema changed since the organisation was new.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The version as answers tell it.
    pub fn global_version(&self) -> String {
        (self.version + 1).to_string()
    }

    /// What was deleted, oldest first.
    pub fn deleted(&self) -> &[Deleted] {
        &self.deleted
    }

    /// All tables.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The table with this logical name.
    pub fn table(&self, logical_name: &str) -> Option<&Table> {
        self.tables.get(*self.by_logical_name.get(logical_name)?)
    }

    /// The table behind a resource name in a URL. Case matters.
    pub fn table_by_set(&self, entity_set_name: &str) -> Option<&Table> {
        self.tables.get(*self.by_entity_set.get(entity_set_name)?)
    }

    /// All one-to-many relationships.
    pub fn relationships(&self) -> &[Arc<OneToMany>] {
        &self.relationships
    }

    /// All many-to-many relationships.
    pub fn many_to_many(&self) -> &[Arc<ManyToMany>] {
        &self.many_to_many
    }

    /// What the organisation's own document describes besides tables.
    pub fn declared(&self) -> &Declared {
        &self.declared
    }

    /// All global choices.
    pub fn option_sets(&self) -> &[Arc<OptionSet>] {
        &self.option_sets
    }
}

/// What activities inherit from.
const ACTIVITY: &str = "activitypointer";

/// Whether a column of a table can point at rows of another.
fn leads_to(table: &Table, column: &str, target: &str) -> bool {
    table.column(column).is_some_and(|column| {
        matches!(
            column.kind,
            ColumnKind::Owner { .. } | ColumnKind::Uniqueidentifier
        ) || column.targets().iter().any(|known| known == target)
    })
}

/// The name under which an activity's lookup is also known: `activitypointer`, from which activities inherit, has
/// the same navigation properties without the table's suffix (`ownerid` beside `ownerid_task`).
fn inherited_name<'a>(table: &Table, relationship: &'a OneToMany) -> Option<&'a str> {
    let suffix = format!("_{}", relationship.referencing);
    if table.is_activity {
        relationship.referencing_navigation.strip_suffix(&suffix)
    } else {
        None
    }
}

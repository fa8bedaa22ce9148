//! `<attribute>` to columns of the statement and properties of the answer.
//!
//! Layer: fetchxml, pure. Columns of links are called `alias.column`; lookups keep their logical name there, while those of
//! the queried table are called `_column_value` as everywhere (reference §3.9).

use crate::http::SimError;
use crate::query::compile::{ROOT, Term};
use crate::rows::read::builder::{Builder, Shape};
use crate::rows::read::json;
use crate::rows::read::node::{Extra, ExtraValue, FORMATTED, Field, Node, Show, Wanted};
use crate::rows::read::rules::Rules;
use crate::rows::storage::layout::quoted;
use crate::schema::Table;

use super::super::ast::{Attribute, Content, Fetch};
use super::super::errors;
use super::{Source, Statement};

/// What a query returns.
pub struct Columns {
    /// What stands behind `SELECT`.
    pub select: Vec<String>,
    /// How a row is written.
    pub node: Node,
    /// Sort keys by name, and where their values are; empty where a cookie is of no use.
    pub marks: Vec<(String, usize)>,
    /// What stands behind `GROUP BY`, and its expressions.
    pub groups: Vec<String>,
    /// The names of the properties, unless all columns are returned.
    pub names: Option<Vec<String>>,
}

impl<'a> Statement<'a> {
    /// The columns of a query that returns rows. `terms` are the sort keys that a cookie has to tell.
    ///
    /// # Errors
    /// Unknown columns.
    pub fn columns(
        &mut self,
        fetch: &Fetch,
        wanted: Wanted,
        terms: &[Term],
    ) -> Result<Columns, SimError> {
        let mut linked = Vec::new();
        self.linked_attributes(&fetch.content, &mut linked)?;
        let sources = self.sources.clone();
        let root = self.source(0)?.clone();
        let mut builder = Builder {
            compiler: &mut self.compiler,
            columns: Vec::new(),
            wanted,
            expansion: Rules::of(&[], 1),
        };
        let everything = fetch.content.all || fetch.content.attributes.is_empty();
        let (own, aliased): (Vec<_>, Vec<_>) = fetch
            .content
            .attributes
            .iter()
            .partition(|attribute| attribute.alias.is_none() && !attribute.count_children);
        for attribute in &own {
            exists(root.table, &attribute.name)?;
        }
        let mut node = if fetch.distinct {
            distinct_node(&mut builder, root.table, everything, &own)
        } else {
            let select: Vec<String> = own
                .iter()
                .filter_map(|attribute| root.table.column(&attribute.name)?.property())
                .collect();
            builder.node(Shape {
                table: root.table,
                alias: ROOT,
                select: (!everything).then_some(select.as_slice()),
                expand: &[],
                also: Vec::new(),
            })?
        };
        node.sparse = true;
        for attribute in aliased {
            node.fields
                .extend(named(&mut builder, &root, attribute, None)?);
        }
        for (place, content) in linked {
            let source = sources
                .get(place)
                .ok_or_else(|| errors::invalid("The query has no table."))?;
            for attribute in whole(content, source.table) {
                let prefix = Some(source.name.as_str());
                node.fields
                    .extend(named(&mut builder, source, &attribute, prefix)?);
            }
        }
        let marks = terms
            .iter()
            .map(|term| (term.name.clone(), builder.slot(term.sql.clone())))
            .collect();
        let select = builder.columns;
        let names = (!everything || node.fields.iter().any(|field| name_of(field).contains('.')))
            .then(|| node.fields.iter().map(name_of).collect());
        Ok(Columns {
            select,
            node,
            marks,
            groups: Vec::new(),
            names,
        })
    }

    /// The contents of all joined links with their places, in the order of the query.
    pub(super) fn linked_attributes<'q>(
        &self,
        content: &'q Content,
        found: &mut Vec<(usize, &'q Content)>,
    ) -> Result<(), SimError> {
        for link in content.links.iter().filter(|link| link.kind.has_columns()) {
            found.push((self.place(link)?, &link.content));
            self.linked_attributes(&link.content, found)?;
        }
        Ok(())
    }
}

/// The attributes of a link; `<all-attributes/>` stands for every column.
fn whole(content: &Content, table: &Table) -> Vec<Attribute> {
    let mut attributes = content.attributes.clone();
    if content.all {
        let columns = table
            .columns
            .iter()
            .filter(|column| column.property().is_some());
        attributes.extend(columns.map(|column| Attribute {
            name: column.logical_name.clone(),
            ..Attribute::default()
        }));
    }
    attributes
}

/// A distinct row has no id and no ETag: it stands for several.
fn distinct_node<'a>(
    builder: &mut Builder<'_, 'a>,
    table: &'a Table,
    everything: bool,
    own: &[&Attribute],
) -> Node {
    let mut node = bare_node(table);
    let mut symbol = None;
    for column in &table.columns {
        if everything || own.iter().any(|known| known.name == column.logical_name) {
            let name = column.property().unwrap_or_default();
            let field = (!name.is_empty())
                .then(|| builder.named_field(table, ROOT, column, &name, !everything, &mut symbol));
            node.fields.extend(field.flatten());
        }
    }
    node
}

/// A node of rows that are no rows of the table.
pub(super) fn bare_node(table: &Table) -> Node {
    Node {
        table: table.logical_name.clone(),
        set: table.entity_set_name.clone(),
        etag: None,
        id: 0,
        full: false,
        sparse: true,
        fields: Vec::new(),
        children: Vec::new(),
        navigations: Vec::new(),
    }
}

/// The property of an attribute under its alias, or behind the name of its link. Companions are none.
fn named<'a>(
    builder: &mut Builder<'_, 'a>,
    source: &Source<'a>,
    attribute: &Attribute,
    prefix: Option<&str>,
) -> Result<Option<Field>, SimError> {
    let column = exists(source.table, &attribute.name)?;
    let name = match (&attribute.alias, prefix) {
        (Some(alias), _) => alias.clone(),
        (None, Some(prefix)) => format!("{prefix}.{}", attribute.name),
        (None, None) => attribute.name.clone(),
    };
    if attribute.count_children {
        return children(builder, source, &name).map(Some);
    }
    if column.property().is_none() {
        return Ok(None);
    }
    Ok(builder.named_field(source.table, &source.alias, column, &name, true, &mut None))
}

/// `rowaggregate='CountChildren'`: the rows whose parent this row is.
fn children<'a>(
    builder: &mut Builder<'_, 'a>,
    source: &Source<'a>,
    name: &str,
) -> Result<Field, SimError> {
    let table = source.table;
    let parent = table.many_to_one().iter().find(|relationship| {
        relationship.is_hierarchical && relationship.referenced == table.logical_name
    });
    let parent = parent.ok_or_else(|| {
        errors::invalid(format!(
            "The entity '{}' has no hierarchical relationship whose rows could be counted.",
            table.logical_name
        ))
    })?;
    let slot = builder.slot(format!(
        "(SELECT count(*) FROM {} AS c WHERE c.{} = {}.{})",
        quoted(&table.logical_name),
        quoted(&parent.referencing_attribute),
        source.alias,
        quoted(&table.primary_id)
    ));
    let extras = builder.wanted.formatted.then(|| Extra {
        key: json::key(&format!("{name}@{FORMATTED}")),
        value: ExtraValue::Whole,
    });
    Ok(Field {
        typed: Vec::new(),
        key: json::key(name),
        slot: Some(slot),
        show: Show::Integer,
        extras: extras.into_iter().collect(),
    })
}

fn exists<'a>(table: &'a Table, name: &str) -> Result<&'a crate::schema::Column, SimError> {
    table
        .column(name)
        .ok_or_else(|| errors::no_column(&table.logical_name, name))
}

/// The name of a property, from the key that is ready for the answer.
pub(super) fn name_of(field: &Field) -> String {
    let key = String::from_utf8_lossy(&field.key);
    key.trim_end_matches(':').trim_matches('"').to_owned()
}

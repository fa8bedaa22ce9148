//! Which columns a request wants, where they stand in the SQL row, and how each is written.
//!
//! Layer: read, pure. A [`Node`] is built once per query (or found in the cache) and then only copies bytes.

use crate::http::SimError;
use crate::query::expand::Expand;
use crate::rows::storage::decimal::{DECIMAL_SCALE, MONEY_SCALE};
use crate::rows::storage::layout::{Encoding, VERSION, quoted, sql_column, type_column};
use crate::schema::{Column, ColumnKind, Derivation, Navigation, OneToMany, Schema, Table};

use super::annotations::by_target;
use super::builder::{Builder, Shape};
use super::json;
use super::node::{
    Child, Extra, ExtraValue, FORMATTED, Field, LOOKUP_TABLE, NAVIGATION, Node, Show,
};
use super::rules;

impl<'a> Builder<'_, 'a> {
    /// Builds the node of a shape.
    ///
    /// # Errors
    /// Unknown names in `$select` and `$expand`, in the service's words.
    pub fn node(&mut self, shape: Shape<'_, 'a>) -> Result<Node, SimError> {
        let Shape {
            table,
            alias,
            select,
            expand,
            also,
        } = shape;
        let etag = self
            .wanted
            .etag
            .then(|| self.slot(format!("{alias}.{VERSION}")));
        let id = self.slot(format!("{alias}.{}", quoted(&table.primary_id)));
        let mut node = Node {
            table: table.logical_name.clone(),
            set: table.entity_set_name.clone(),
            etag,
            id,
            full: self.wanted.full,
            sparse: false,
            fields: Vec::new(),
            children: Vec::new(),
            navigations: Vec::new(),
        };
        rules::combined(table, expand, self.expansion)?;
        let mut symbol = None;
        for column in chosen(table, select, also, expand)? {
            let field = self.field(table, alias, column, select.is_some(), &mut symbol);
            node.fields.extend(field);
        }
        if self.wanted.full && select.is_none() {
            node.navigations = table.navigation_names();
        }
        for item in expand {
            node.children.push(self.child(table, alias, item, id)?);
        }
        Ok(node)
    }

    fn child(
        &mut self,
        table: &'a Table,
        alias: &str,
        item: &Expand,
        id: usize,
    ) -> Result<Child, SimError> {
        let navigation = table
            .navigation(&item.navigation)
            .ok_or_else(|| SimError::unknown_property(&item.navigation, &table.logical_name))?;
        let Navigation::ManyToOne(relationship) = navigation else {
            if item.reference {
                return Err(SimError::bad_url(
                    "Expand with $ref is only supported on lookup type navigation property.",
                ));
            }
            let collection = self.collection(navigation, item, id)?;
            return Ok(Child::Collection(Box::new(collection)));
        };
        let key = json::key(&item.navigation);
        if item.reference {
            let column = table.column(&relationship.referencing_attribute);
            let column = column
                .ok_or_else(|| SimError::unknown_property(&item.navigation, &table.logical_name))?;
            let slot = self.slot(format!("{alias}.{}", quoted(&column.logical_name)));
            let named = (column.targets().len() > 1)
                .then(|| self.slot(format!("{alias}.{}", type_column(column))));
            let sets = sets_of(self.compiler.scene().schema, column, relationship);
            return Ok(Child::Reference {
                key,
                slot,
                table: named,
                sets,
            });
        }
        if item.filter.is_some() || !item.order.is_empty() || item.top.is_some() {
            return Err(rules::only_select_and_filter());
        }
        let (alias, target) = self.compiler.follow(alias, table, relationship)?;
        let etag = std::mem::replace(&mut self.wanted.etag, false);
        let node = self.node(Shape {
            table: target,
            alias: &alias,
            select: item.select.as_deref(),
            expand: &item.expand,
            also: Vec::new(),
        });
        self.wanted.etag = etag;
        Ok(Child::Single {
            key,
            node: Box::new(node?),
        })
    }

    fn field(
        &mut self,
        table: &Table,
        alias: &str,
        column: &Column,
        selected: bool,
        symbol: &mut Option<usize>,
    ) -> Option<Field> {
        let name = column.property()?;
        self.named_field(table, alias, column, &name, selected, symbol)
    }

    /// The column under a name of the caller's choice.
    pub fn named_field(
        &mut self,
        table: &Table,
        alias: &str,
        column: &Column,
        name: &str,
        selected: bool,
        symbol: &mut Option<usize>,
    ) -> Option<Field> {
        // Pictures are only written when they are asked for by name.
        if matches!(column.kind, ColumnKind::Image { .. }) && !selected {
            return None;
        }
        let key = json::key(name);
        let Some(encoding) = Encoding::of_kind(&column.kind) else {
            return selected.then_some(Field {
                typed: Vec::new(),
                key,
                slot: None,
                show: Show::Text,
                extras: Vec::new(),
            });
        };
        let slot = self.slot(format!("{alias}.{}", sql_column(table, column)));
        let typed = match odata_type(column).filter(|_| self.wanted.full) {
            Some(of) => format!("\"{name}@odata.type\":\"#{of}\",").into_bytes(),
            None => Vec::new(),
        };
        let mut extras = Vec::new();
        if self.wanted.formatted
            && let Some(value) = self.formatted(table, alias, column, encoding, symbol)
        {
            extras.push(Extra {
                key: json::key(&format!("{name}@{FORMATTED}")),
                value,
            });
        }
        if let Encoding::Reference { polymorphic } = encoding {
            let named = (polymorphic && (self.wanted.navigation || self.wanted.lookup_table))
                .then(|| self.slot(format!("{alias}.{}", type_column(column))));
            if self.wanted.navigation {
                let value = by_target(table, column, named);
                extras.extend(value.map(|value| Extra {
                    key: json::key(&format!("{name}@{NAVIGATION}")),
                    value,
                }));
            }
            if self.wanted.lookup_table {
                let value = match (named, column.targets().first()) {
                    (Some(slot), _) => Some(ExtraValue::Slot(slot)),
                    (None, Some(target)) => Some(ExtraValue::Fixed(target.clone())),
                    (None, None) => None,
                };
                extras.extend(value.map(|value| Extra {
                    key: json::key(&format!("{name}@{LOOKUP_TABLE}")),
                    value,
                }));
            }
        }
        Some(Field {
            typed,
            key,
            slot: Some(slot),
            show: show(column, encoding),
            extras,
        })
    }

    /// Adds a column to the statement and tells its place.
    pub fn slot(&mut self, sql: String) -> usize {
        self.columns.push(sql);
        self.columns.len() - 1
    }
}

/// The columns of a selection, with what the service adds to it (reference §1.6).
fn chosen<'a>(
    table: &'a Table,
    select: Option<&[String]>,
    also: Vec<&'a Column>,
    expand: &[Expand],
) -> Result<Vec<&'a Column>, SimError> {
    let Some(select) = select else {
        return Ok(table.columns.iter().collect());
    };
    let mut chosen: Vec<&Column> = Vec::with_capacity(select.len() + 3);
    let add = |chosen: &mut Vec<&'a Column>, column: Option<&'a Column>| {
        if let Some(column) = column
            && !chosen.iter().any(|known| std::ptr::eq(*known, column))
        {
            chosen.push(column);
        }
    };
    for name in select {
        let column = table
            .property(name)
            .ok_or_else(|| SimError::unknown_property(name, &table.logical_name))?;
        add(&mut chosen, Some(column));
    }
    for column in chosen.clone() {
        match &column.kind {
            ColumnKind::Money { .. } => add(&mut chosen, table.column("transactioncurrencyid")),
            ColumnKind::String { .. } => {
                add(&mut chosen, composite_of(table, &column.logical_name))
            }
            _ => {}
        }
    }
    for column in also {
        add(&mut chosen, Some(column));
    }
    for item in expand.iter().filter(|item| item.reference) {
        if let Some(Navigation::ManyToOne(relationship)) = table.navigation(&item.navigation) {
            add(
                &mut chosen,
                table.column(&relationship.referencing_attribute),
            );
        }
    }
    add(&mut chosen, table.column(&table.primary_id));
    if table.is_principal {
        add(
            &mut chosen,
            table
                .columns
                .iter()
                .find(|column| column.derivation == Some(Derivation::PrincipalId)),
        );
    }
    Ok(chosen)
}

/// The composite address that a line of an address is part of.
fn composite_of<'a>(table: &'a Table, line: &str) -> Option<&'a Column> {
    const PARTS: &[&str] = &[
        "line1",
        "line2",
        "line3",
        "city",
        "stateorprovince",
        "postalcode",
        "country",
    ];
    let (prefix, part) = line.split_once('_')?;
    if !PARTS.contains(&part) {
        return None;
    }
    table.columns.iter().find(|column| {
        matches!(&column.derivation, Some(Derivation::Address { prefix: of }) if of.trim_end_matches('_') == prefix)
    })
}

/// How values of a column are written.
pub fn show(column: &Column, encoding: Encoding) -> Show {
    match encoding {
        Encoding::Guid | Encoding::Reference { .. } => Show::Guid,
        Encoding::Text => Show::Text,
        Encoding::Integer => Show::Integer,
        Encoding::Boolean if matches!(column.kind, ColumnKind::ManagedProperty) => {
            Show::Managed(column.managed_property())
        }
        Encoding::Boolean => Show::Boolean,
        Encoding::Scaled(stored) | Encoding::Wide(stored) => {
            let shown = if matches!(column.kind, ColumnKind::Money { .. }) {
                MONEY_SCALE
            } else {
                DECIMAL_SCALE
            };
            Show::Fixed {
                stored,
                shown: shown.max(stored),
            }
        }
        Encoding::Double => Show::Double,
        Encoding::Moment => Show::Moment,
        Encoding::Day => Show::Day,
    }
}

/// The type that full metadata names: JSON itself tells texts, booleans, 32-bit numbers and doubles.
fn odata_type(column: &Column) -> Option<&'static str> {
    match column.edm_type() {
        "Edm.String" | "Edm.Boolean" | "Edm.Int32" | "Edm.Double" => None,
        other => other.strip_prefix("Edm."),
    }
}

fn sets_of(schema: &Schema, column: &Column, relationship: &OneToMany) -> Vec<(String, String)> {
    // A plain id is navigated to one table and has no targets of its own.
    let targets = match column.targets() {
        [] => std::slice::from_ref(&relationship.referenced),
        targets => targets,
    };
    let targets = targets.iter().filter_map(|target| schema.table(target));
    targets
        .map(|table| (table.logical_name.clone(), table.entity_set_name.clone()))
        .collect()
}

//! Which columns a request wants, where they stand in the SQL row, and how each is written.
//!
//! Layer: read, pure. A [`Node`] is built once per query (or found in the cache) and then only copies bytes.

use std::sync::Arc;

use crate::http::{MetadataLevel, ODataRequest, SimError};
use crate::query::compile::{Compiler, lookup_name};
use crate::query::expand::Expand;
use crate::rows::storage::decimal::{DECIMAL_SCALE, MONEY_SCALE};
use crate::rows::storage::layout::{Encoding, VERSION, quoted, sql_column, type_column};
use crate::schema::{
    Column, ColumnKind, DateTimeFormat, Derivation, IntegerFormat, Navigation, OptionSet, PrecisionSource, Schema, Table,
};

use super::expansion::{self, Collection};
use super::json;

/// Name of the annotation with the value as people read it.
pub const FORMATTED: &str = "OData.Community.Display.V1.FormattedValue";
/// Name of the annotation with the table a lookup points at.
pub const LOOKUP_TABLE: &str = "Microsoft.Dynamics.CRM.lookuplogicalname";
/// Name of the annotation with the navigation property that goes with a lookup's value.
pub const NAVIGATION: &str = "Microsoft.Dynamics.CRM.associatednavigationproperty";

/// What the caller wants besides the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// [`FORMATTED`]
    pub formatted: bool,
    /// [`LOOKUP_TABLE`]
    pub lookup_table: bool,
    /// [`NAVIGATION`]
    pub navigation: bool,
    /// `@odata.etag`, which expanded rows do not always have.
    pub etag: bool,
    /// `@odata.type`, `@odata.id` and `@odata.editLink`.
    pub full: bool,
}

impl Wanted {
    /// Reads a request's preferences.
    pub fn of(request: &ODataRequest) -> Self {
        let annotations = &request.preferences.annotations;
        Self {
            formatted: annotations.includes(FORMATTED),
            lookup_table: annotations.includes(LOOKUP_TABLE),
            navigation: annotations.includes(NAVIGATION),
            etag: request.metadata_level != MetadataLevel::None,
            full: request.metadata_level == MetadataLevel::Full,
        }
    }
}

/// How the rows of one table are written.
#[derive(Debug)]
pub struct Node {
    /// Logical name.
    pub table: String,
    /// Entity set name.
    pub set: String,
    /// Where the version is, when the ETag is written.
    pub etag: Option<usize>,
    /// Where the primary id is.
    pub id: usize,
    /// Whether links and types are written.
    pub full: bool,
    /// The properties in order.
    pub fields: Vec<Field>,
    /// The expanded navigation properties in order.
    pub children: Vec<Child>,
}

/// One property.
#[derive(Debug)]
pub struct Field {
    /// `"name":`
    pub key: Vec<u8>,
    /// Where the value is; `None` for what is always null.
    pub slot: Option<usize>,
    /// How it is written.
    pub show: Show,
    /// What is written beside it when it is not null.
    pub extras: Vec<Extra>,
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// Sixteen bytes as a GUID.
    Guid,
    /// Text.
    Text,
    /// A number as it is.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A scaled number with a fixed number of digits.
    Fixed {
        /// Digits behind the point in the store.
        stored: u8,
        /// Digits behind the point in the answer.
        shown: u8,
    },
    /// A floating-point number.
    Double,
    /// A date and time.
    Moment,
    /// A day.
    Day,
}

/// An annotation: its `"name@annotation":` and where its value comes from.
#[derive(Debug)]
pub struct Extra {
    /// `"name@annotation":`
    pub key: Vec<u8>,
    /// Where the value comes from.
    pub value: ExtraValue,
}

/// Where an annotation's value comes from.
#[derive(Debug)]
pub enum ExtraValue {
    /// The label of a choice.
    Label(Arc<OptionSet>),
    /// The labels of several choices.
    Labels(Arc<OptionSet>),
    /// The labels of true and false.
    YesNo(String, String),
    /// A whole number in groups.
    Whole,
    /// A scaled number with this scale and precision.
    Decimal(u8, u8),
    /// A floating-point number with this precision.
    Double(u8),
    /// An amount with this precision; where the symbol is.
    Money(u8, usize),
    /// A date and time.
    Moment,
    /// The day of a date and time.
    MomentDay,
    /// A day.
    Day,
    /// A text from another place in the row; nothing when it is null.
    Slot(usize),
    /// The same text for every row.
    Fixed(String),
    /// One of several texts, by the table name in another place of the row.
    ByTable(usize, Vec<(String, String)>),
}

/// An expanded navigation property.
#[derive(Debug)]
pub enum Child {
    /// The row behind a lookup, joined.
    Single {
        /// `"navigation":`
        key: Vec<u8>,
        /// The row.
        node: Box<Node>,
    },
    /// The address of the row behind a lookup.
    Reference {
        /// `"navigation":`
        key: Vec<u8>,
        /// Where the id is.
        slot: usize,
        /// Where the table's name is, for lookups with several targets.
        table: Option<usize>,
        /// Entity set by table.
        sets: Vec<(String, String)>,
    },
    /// Related rows, read for each parent.
    Collection(Box<Collection>),
}

/// Collects the columns of one SQL statement while nodes are built.
pub struct Builder<'c, 'a> {
    /// The statement.
    pub compiler: &'c mut Compiler<'a>,
    /// What stands behind `SELECT`.
    pub columns: Vec<String>,
    /// What the caller wants.
    pub wanted: Wanted,
    /// Rules that depend on the whole query.
    pub expansion: expansion::Rules,
}

/// The rows to read of one table and what to read of them.
pub struct Shape<'s, 'a> {
    /// The table.
    pub table: &'a Table,
    /// The name that its rows go by in the statement.
    pub alias: &'s str,
    /// `$select`.
    pub select: Option<&'s [String]>,
    /// `$expand`.
    pub expand: &'s [Expand],
    /// Columns to add to a selection.
    pub also: Vec<&'a Column>,
}

impl<'a> Builder<'_, 'a> {
    /// Builds the node of a shape.
    ///
    /// # Errors
    /// Unknown names in `$select` and `$expand`, in the service's words.
    pub fn node(&mut self, shape: Shape<'_, 'a>) -> Result<Node, SimError> {
        let Shape { table, alias, select, expand, also } = shape;
        let etag = self.wanted.etag.then(|| self.slot(format!("{alias}.{VERSION}")));
        let id = self.slot(format!("{alias}.{}", quoted(&table.primary_id)));
        let mut node = Node {
            table: table.logical_name.clone(),
            set: table.entity_set_name.clone(),
            etag,
            id,
            full: self.wanted.full,
            fields: Vec::new(),
            children: Vec::new(),
        };
        let mut symbol = None;
        for column in chosen(table, select, also, expand)? {
            let field = self.field(table, alias, column, select.is_some(), &mut symbol);
            node.fields.extend(field);
        }
        for item in expand {
            node.children.push(self.child(table, alias, item, id)?);
        }
        Ok(node)
    }

    fn child(&mut self, table: &'a Table, alias: &str, item: &Expand, id: usize) -> Result<Child, SimError> {
        let navigation = table
            .navigation(&item.navigation)
            .ok_or_else(|| SimError::unknown_property(&item.navigation, &table.logical_name))?;
        let Navigation::ManyToOne(relationship) = navigation else {
            if item.reference {
                return Err(SimError::bad_url("Expand with $ref is only supported on lookup type navigation property."));
            }
            let collection = expansion::collection(self, navigation, item, id)?;
            return Ok(Child::Collection(Box::new(collection)));
        };
        let key = json::key(&item.navigation);
        if item.reference {
            let column = table.column(&relationship.referencing_attribute);
            let column = column.ok_or_else(|| SimError::unknown_property(&item.navigation, &table.logical_name))?;
            let slot = self.slot(format!("{alias}.{}", quoted(&column.logical_name)));
            let named = (column.targets().len() > 1).then(|| self.slot(format!("{alias}.{}", type_column(column))));
            let sets = sets_of(self.compiler.scene().schema, column);
            return Ok(Child::Reference { key, slot, table: named, sets });
        }
        if item.filter.is_some() || !item.order.is_empty() || item.top.is_some() {
            return Err(expansion::only_select_and_filter());
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
        Ok(Child::Single { key, node: Box::new(node?) })
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
        let key = json::key(&name);
        let Some(encoding) = Encoding::of_kind(&column.kind) else {
            // Pictures and files are only written when they are asked for by name.
            return selected.then_some(Field { key, slot: None, show: Show::Text, extras: Vec::new() });
        };
        let slot = self.slot(format!("{alias}.{}", sql_column(table, column)));
        let mut extras = Vec::new();
        if self.wanted.formatted
            && let Some(value) = self.formatted(table, alias, column, encoding, symbol)
        {
            extras.push(Extra { key: json::key(&format!("{name}@{FORMATTED}")), value });
        }
        if let Encoding::Reference { polymorphic } = encoding {
            let named = (polymorphic && (self.wanted.navigation || self.wanted.lookup_table))
                .then(|| self.slot(format!("{alias}.{}", type_column(column))));
            if self.wanted.navigation {
                let value = by_target(table, column, named);
                extras.extend(value.map(|value| Extra { key: json::key(&format!("{name}@{NAVIGATION}")), value }));
            }
            if self.wanted.lookup_table {
                let value = match (named, column.targets().first()) {
                    (Some(slot), _) => Some(ExtraValue::Slot(slot)),
                    (None, Some(target)) => Some(ExtraValue::Fixed(target.clone())),
                    (None, None) => None,
                };
                extras.extend(value.map(|value| Extra { key: json::key(&format!("{name}@{LOOKUP_TABLE}")), value }));
            }
        }
        Some(Field { key, slot: Some(slot), show: show(&column.kind, encoding), extras })
    }

    fn formatted(
        &mut self,
        table: &Table,
        alias: &str,
        column: &Column,
        encoding: Encoding,
        symbol: &mut Option<usize>,
    ) -> Option<ExtraValue> {
        Some(match &column.kind {
            ColumnKind::Choice { options, .. } | ColumnKind::State { options, .. } | ColumnKind::Status { options } => {
                ExtraValue::Label(options.clone())
            }
            ColumnKind::MultiChoice { options } => ExtraValue::Labels(options.clone()),
            ColumnKind::Boolean { true_label, false_label, .. } => {
                ExtraValue::YesNo(true_label.text().to_owned(), false_label.text().to_owned())
            }
            ColumnKind::Integer { format: IntegerFormat::None | IntegerFormat::Duration, .. } | ColumnKind::BigInt => {
                ExtraValue::Whole
            }
            ColumnKind::Decimal { precision, .. } => match encoding {
                Encoding::Scaled(scale) => ExtraValue::Decimal(scale, *precision),
                _ => return None,
            },
            ColumnKind::Double { precision, .. } => ExtraValue::Double(*precision),
            ColumnKind::Money { precision, precision_source, base_of, .. } => {
                let precision = match precision_source {
                    PrecisionSource::Column => *precision,
                    // Two digits: the pricing precision of a new organisation and of nearly every currency.
                    PrecisionSource::Pricing | PrecisionSource::Currency => 2,
                };
                let slot = if base_of.is_some() {
                    self.slot(base_symbol(self.compiler.scene().schema))
                } else {
                    match *symbol {
                        Some(slot) => slot,
                        None => self.slot(row_symbol(self.compiler.scene().schema, table, alias)),
                    }
                };
                if base_of.is_none() {
                    *symbol = Some(slot);
                }
                ExtraValue::Money(precision, slot)
            }
            ColumnKind::DateTime { format, .. } => match (encoding, format) {
                (Encoding::Day, _) => ExtraValue::Day,
                (_, DateTimeFormat::DateOnly) => ExtraValue::MomentDay,
                (_, DateTimeFormat::DateAndTime) => ExtraValue::Moment,
            },
            ColumnKind::Lookup { .. } | ColumnKind::Customer { .. } | ColumnKind::Owner { .. } => {
                let sql = lookup_name(self.compiler.scene().schema, alias, column);
                ExtraValue::Slot(self.slot(sql))
            }
            _ => return None,
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
        let column =
            table.property(name).ok_or_else(|| SimError::unknown_property(name, &table.logical_name))?;
        add(&mut chosen, Some(column));
    }
    for column in chosen.clone() {
        match &column.kind {
            ColumnKind::Money { .. } => add(&mut chosen, table.column("transactioncurrencyid")),
            ColumnKind::String { .. } => add(&mut chosen, composite_of(table, &column.logical_name)),
            _ => {}
        }
    }
    for column in also {
        add(&mut chosen, Some(column));
    }
    for item in expand.iter().filter(|item| item.reference) {
        if let Some(Navigation::ManyToOne(relationship)) = table.navigation(&item.navigation) {
            add(&mut chosen, table.column(&relationship.referencing_attribute));
        }
    }
    add(&mut chosen, table.column(&table.primary_id));
    if table.is_principal {
        add(&mut chosen, table.columns.iter().find(|column| column.derivation == Some(Derivation::PrincipalId)));
    }
    Ok(chosen)
}

/// The composite address that a line of an address is part of.
fn composite_of<'a>(table: &'a Table, line: &str) -> Option<&'a Column> {
    const PARTS: &[&str] = &["line1", "line2", "line3", "city", "stateorprovince", "postalcode", "country"];
    let (prefix, part) = line.split_once('_')?;
    if !PARTS.contains(&part) {
        return None;
    }
    table.columns.iter().find(|column| {
        matches!(&column.derivation, Some(Derivation::Address { prefix: of }) if of.trim_end_matches('_') == prefix)
    })
}

fn show(kind: &ColumnKind, encoding: Encoding) -> Show {
    match encoding {
        Encoding::Guid | Encoding::Reference { .. } => Show::Guid,
        Encoding::Text => Show::Text,
        Encoding::Integer => Show::Integer,
        Encoding::Boolean => Show::Boolean,
        Encoding::Scaled(stored) => {
            let shown = if matches!(kind, ColumnKind::Money { .. }) { MONEY_SCALE } else { DECIMAL_SCALE };
            Show::Fixed { stored, shown: shown.max(stored) }
        }
        Encoding::Double => Show::Double,
        Encoding::Moment => Show::Moment,
        Encoding::Day => Show::Day,
    }
}

/// The navigation property of a lookup towards each of its targets.
fn by_target(table: &Table, column: &Column, named: Option<usize>) -> Option<ExtraValue> {
    // On activities an owner is navigated by a name of the table's own and by `ownerid`; the annotation names the latter.
    if matches!(column.kind, ColumnKind::Owner { .. }) {
        return Some(ExtraValue::Fixed(column.logical_name.clone()));
    }
    let navigation = |target: &String| {
        table.lookup(&column.logical_name, target).map(|relationship| relationship.referencing_navigation.clone())
    };
    match named {
        Some(slot) => {
            let names = column.targets().iter().filter_map(|target| Some((target.clone(), navigation(target)?)));
            Some(ExtraValue::ByTable(slot, names.collect()))
        }
        None => column.targets().first().and_then(navigation).map(ExtraValue::Fixed),
    }
}

fn sets_of(schema: &Schema, column: &Column) -> Vec<(String, String)> {
    let targets = column.targets().iter().filter_map(|target| schema.table(target));
    targets.map(|table| (table.logical_name.clone(), table.entity_set_name.clone())).collect()
}

/// The symbol of a row's own currency.
fn row_symbol(schema: &Schema, table: &Table, alias: &str) -> String {
    if schema.table("transactioncurrency").is_none() || table.column("transactioncurrencyid").is_none() {
        return "'$'".to_owned();
    }
    format!(
        "(SELECT c.\"currencysymbol\" FROM \"transactioncurrency\" AS c WHERE c.\"transactioncurrencyid\" = \
         {alias}.\"transactioncurrencyid\")"
    )
}

/// The symbol of the organisation's currency.
fn base_symbol(schema: &Schema) -> String {
    if schema.table("transactioncurrency").is_none() || schema.table("organization").is_none() {
        return "'$'".to_owned();
    }
    "(SELECT c.\"currencysymbol\" FROM \"organization\" AS o JOIN \"transactioncurrency\" AS c ON \
     c.\"transactioncurrencyid\" = o.\"basecurrencyid\" LIMIT 1)"
        .to_owned()
}

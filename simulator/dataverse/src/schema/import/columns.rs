//! From a property to a column: its type, and what it takes over from the columns that every table has.
//!
//! Layer: schema import, pure. The document tells types of values, not of columns: amounts are known by their base amounts,
//! pictures by their addresses, states and owners by their names.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::model::{Document, EntityType, Property};
use super::names;
use crate::schema::definition::{DefinitionError, MONEY_LIMIT, Template};
use crate::schema::{
    Column, ColumnKind, DateTimeBehaviour, DateTimeFormat, Derivation, Facts, IntegerFormat, Label,
    OptionSet, PrecisionSource, RequiredLevel, TextFormat,
};

/// Longest text of a column whose length is not told: the most that a line of text can have.
const TEXT_LENGTH: u32 = 4_000;
/// Longest text of a memo.
const MEMO_LENGTH: u32 = 1_048_576;
/// Digits after the point where the document does not say: the most that a decimal column has.
const DECIMAL_DIGITS: u8 = 10;
/// Limits of decimals and floating-point numbers, as for a new column.
const DECIMAL_LIMIT: f64 = 100_000_000_000.0;
/// Largest picture and file by default, in kilobytes.
const IMAGE_KILOBYTES: u32 = 10_240;
const FILE_KILOBYTES: u32 = 32_768;

/// The complex type of what may be forbidden where a solution is installed.
const MANAGED: &str = "BooleanManagedProperty";
/// Types of `Edm` whose values columns hold.
const HELD: &[&str] = &[
    "Guid",
    "String",
    "Byte",
    "SByte",
    "Int16",
    "Int32",
    "Int64",
    "Decimal",
    "Double",
    "Single",
    "Boolean",
    "Date",
    "DateTimeOffset",
    "Binary",
    "Stream",
];

/// The columns that tables of a kind have without being asked, by logical name.
pub(super) type SystemColumns = HashMap<String, Column>;

/// The columns that a template brings, without its id; those of a currency belong to any table.
pub(super) fn system_columns(template: Template) -> Result<SystemColumns, DefinitionError> {
    let of = |template: Template| -> Result<_, DefinitionError> {
        let parts = template.table("any_Table", "any_tables")?.parts;
        let primary_id = parts.primary_id.clone();
        let columns = parts.columns.into_iter();
        Ok(columns.filter(move |column| {
            column.logical_name != primary_id && column.attribute_of.is_none()
        }))
    };
    let is_currency = |column: &Column| {
        matches!(
            column.logical_name.as_str(),
            "transactioncurrencyid" | "exchangerate"
        )
    };
    let currency = of(Template::Activity)?.filter(is_currency);
    Ok(currency
        .chain(of(template)?)
        .map(|column| (column.logical_name.clone(), column))
        .collect())
}

/// Where a property stands.
pub(super) struct Shape<'a> {
    /// The table's type.
    pub(super) of: &'a EntityType,
    /// Logical name of the primary id.
    pub(super) primary_id: &'a str,
    /// Names of all properties.
    pub(super) properties: HashSet<&'a str>,
    /// What tables of this kind have.
    pub(super) system: &'a SystemColumns,
    /// Tables that each lookup column leads to.
    pub(super) targets: &'a HashMap<String, Vec<String>>,
    /// Choices by the name of their enumeration.
    pub(super) choices: &'a HashMap<String, Arc<OptionSet>>,
}

/// Logical name of the column behind a property.
pub(super) fn logical_name(property: &str) -> &str {
    let lookup = property
        .strip_prefix('_')
        .and_then(|rest| rest.strip_suffix("_value"));
    lookup.unwrap_or(property)
}

/// Whether some column holds values of a type.
pub(super) fn is_held(document: &Document, kind: &str) -> bool {
    let of_edm = kind.strip_prefix("Edm.");
    of_edm.map_or_else(
        || kind == MANAGED || document.enums.contains_key(kind),
        |of| HELD.contains(&of),
    )
}

/// The column of a property, `None` for what no column can be.
pub(super) fn column(shape: &Shape<'_>, property: &Property) -> Option<Column> {
    let name = logical_name(&property.name);
    if let Some(system) = shape.system.get(name)
        && system.edm_type() == property.kind
        && system.property().as_ref() == Some(&property.name)
    {
        return Some(Column {
            number: 0,
            ..system.clone()
        });
    }
    let is_id = name == shape.primary_id;
    let kind = kind(shape, property)?;
    let is_part = part_of(shape, name);
    let base_of = match &kind {
        ColumnKind::Money { base_of, .. } => base_of.clone(),
        _ => None,
    };
    let is_written = !property.is_read_only && !is_part && base_of.is_none();
    // A lookup is computed as a value; it is written through its navigation property.
    let is_written = is_written || is_lookup(property);
    let description = &property.description;
    Some(Column {
        schema_name: schema_name(shape, name),
        logical_name: name.to_owned(),
        display_name: Label::new(names::shown(name)),
        description: if description.is_empty() {
            Label::empty()
        } else {
            Label::new(description)
        },
        kind,
        required: if is_id {
            RequiredLevel::System
        } else {
            RequiredLevel::None
        },
        valid_for_create: is_written || is_id,
        valid_for_update: is_written && !is_id,
        valid_for_read: true,
        attribute_of: None,
        derivation: base_of.map(|of| Derivation::MoneyBase { of }),
        number: 0,
        is_custom: names::is_custom(name),
        facts: Facts::default(),
    })
}

fn is_lookup(property: &Property) -> bool {
    property.kind == "Edm.Guid" && logical_name(&property.name) != property.name
}

/// Custom lookups are navigated by their schema name; that of other columns is not told.
fn schema_name(shape: &Shape<'_>, name: &str) -> String {
    let mut ways = shape
        .of
        .navigations
        .values()
        .filter(|way| !way.is_collection);
    let found = ways.find(|way| way.name.eq_ignore_ascii_case(name));
    found.map_or(name, |way| way.name.as_str()).to_owned()
}

/// Whether a property is a part of a picture or file beside it.
fn part_of(shape: &Shape<'_>, name: &str) -> bool {
    let whole = ["_url", "_timestamp", "_name", "id"]
        .iter()
        .filter_map(|ending| name.strip_suffix(ending));
    let mut binary = shape
        .of
        .properties
        .iter()
        .filter(|property| property.kind == "Edm.Binary");
    let wholes: Vec<&str> = whole.collect();
    !wholes.is_empty() && binary.any(|property| wholes.contains(&property.name.as_str()))
}

fn kind(shape: &Shape<'_>, property: &Property) -> Option<ColumnKind> {
    let name = property.name.as_str();
    Some(match property.kind.as_str() {
        "Edm.Guid" if is_lookup(property) => lookup(shape, logical_name(name)),
        "Edm.Guid" => ColumnKind::Uniqueidentifier,
        "Edm.String" => text(name, property.max_length),
        "Edm.Byte" | "Edm.SByte" | "Edm.Int16" | "Edm.Int32" => ColumnKind::Integer {
            min: i32::MIN,
            max: i32::MAX,
            format: IntegerFormat::None,
        },
        "Edm.Int64" => ColumnKind::BigInt,
        "Edm.Decimal" => decimal(shape, property),
        "Edm.Double" | "Edm.Single" => ColumnKind::Double {
            min: -DECIMAL_LIMIT,
            max: DECIMAL_LIMIT,
            precision: 5,
        },
        "Edm.Boolean" => ColumnKind::Boolean {
            true_label: Label::new("Yes"),
            false_label: Label::new("No"),
            default: false,
        },
        "Edm.Date" => ColumnKind::DateTime {
            behaviour: DateTimeBehaviour::DateOnly,
            format: DateTimeFormat::DateOnly,
        },
        "Edm.DateTimeOffset" => ColumnKind::DateTime {
            behaviour: DateTimeBehaviour::UserLocal,
            format: DateTimeFormat::DateAndTime,
        },
        "Edm.Binary" | "Edm.Stream" => binary(shape, name),
        MANAGED => ColumnKind::ManagedProperty,
        other => ColumnKind::Choice {
            options: shape.choices.get(other)?.clone(),
            default: None,
        },
    })
}

fn lookup(shape: &Shape<'_>, name: &str) -> ColumnKind {
    let mut targets = shape.targets.get(name).cloned().unwrap_or_default();
    if name == "ownerid" {
        return ColumnKind::Owner {
            targets: vec!["systemuser".to_owned(), "team".to_owned()],
        };
    }
    targets.sort();
    if targets == ["account", "contact"] {
        ColumnKind::Customer { targets }
    } else {
        ColumnKind::Lookup { targets }
    }
}

fn text(name: &str, max_length: Option<u32>) -> ColumnKind {
    match max_length {
        Some(max_length) if max_length <= TEXT_LENGTH => ColumnKind::String {
            max_length,
            format: TextFormat::Text,
        },
        Some(max_length) => ColumnKind::Memo {
            max_length: max_length.min(MEMO_LENGTH),
            format: TextFormat::TextArea,
        },
        None if name.ends_with("description") => ColumnKind::Memo {
            max_length: MEMO_LENGTH,
            format: TextFormat::TextArea,
        },
        None => ColumnKind::String {
            max_length: TEXT_LENGTH,
            format: TextFormat::Text,
        },
    }
}

fn decimal(shape: &Shape<'_>, property: &Property) -> ColumnKind {
    let name = property.name.as_str();
    let has = |name: &str| shape.properties.contains(name);
    let money = |precision, base_of| ColumnKind::Money {
        min: -MONEY_LIMIT,
        max: MONEY_LIMIT,
        precision,
        precision_source: PrecisionSource::Currency,
        base_of,
    };
    if has("exchangerate") && has(&format!("{name}_base")) {
        return money(2, None);
    }
    if let Some(of) = name.strip_suffix("_base")
        && has("exchangerate")
        && has(of)
    {
        return money(4, Some(of.to_owned()));
    }
    ColumnKind::Decimal {
        min: -DECIMAL_LIMIT,
        max: DECIMAL_LIMIT,
        precision: property.scale.unwrap_or(DECIMAL_DIGITS).min(DECIMAL_DIGITS),
    }
}

fn binary(shape: &Shape<'_>, name: &str) -> ColumnKind {
    let has = |ending: &str| {
        shape
            .properties
            .contains(format!("{name}{ending}").as_str())
    };
    if has("_url") && has("_timestamp") {
        ColumnKind::Image {
            max_kilobytes: IMAGE_KILOBYTES,
            is_primary: name == "entityimage",
            can_store_full: true,
        }
    } else {
        ColumnKind::File {
            max_kilobytes: FILE_KILOBYTES,
        }
    }
}

//! Columns that others bring along: the name beside a lookup or choice, the base amount beside money, the parts of
//! a picture or file.

use super::columns::{MONEY_LIMIT, plain, read_only};
use crate::schema::{Column, ColumnKind, Derivation, PrecisionSource, TextFormat};

/// Tables whose rows have a phonetic name beside their name.
const PHONETIC: [&str; 6] = ["account", "contact", "lead", "owner", "systemuser", "team"];

/// The companions of a column, in metadata order.
pub(in crate::schema) fn of(column: &Column) -> Vec<Column> {
    match &column.kind {
        ColumnKind::Lookup { targets }
        | ColumnKind::Customer { targets }
        | ColumnKind::Owner { targets } => {
            let is_owner = matches!(column.kind, ColumnKind::Owner { .. });
            lookup(column, targets, is_owner)
        }
        ColumnKind::Boolean { .. }
        | ColumnKind::Choice { .. }
        | ColumnKind::MultiChoice { .. }
        | ColumnKind::State { .. }
        | ColumnKind::Status { .. } => vec![part(column, "Name", ColumnKind::Virtual)],
        ColumnKind::Money {
            precision_source,
            base_of: None,
            ..
        } => vec![base(column, *precision_source)],
        ColumnKind::Image { .. } => image(column),
        ColumnKind::File { .. } => vec![shown_part(column, "_Name", text(200, TextFormat::Text))],
        _ => Vec::new(),
    }
}

fn lookup(column: &Column, targets: &[String], is_owner: bool) -> Vec<Column> {
    let mut companions = vec![part(column, "Name", text(100, TextFormat::Text))];
    if is_owner
        || targets
            .iter()
            .any(|target| PHONETIC.contains(&target.as_str()))
    {
        companions.push(part(column, "YomiName", text(100, TextFormat::Text)));
    }
    if is_owner || targets.len() > 1 {
        let mut table = part(column, "Type", ColumnKind::EntityName);
        table.valid_for_create = true;
        table.valid_for_update = true;
        companions.push(table);
    }
    companions
}

fn base(column: &Column, precision_source: PrecisionSource) -> Column {
    let label = format!("{} (Base)", column.display_name.text());
    let kind = ColumnKind::Money {
        min: -MONEY_LIMIT,
        max: MONEY_LIMIT,
        precision: 4,
        precision_source,
        base_of: Some(column.logical_name.clone()),
    };
    Column {
        derivation: Some(Derivation::MoneyBase {
            of: column.logical_name.clone(),
        }),
        ..read_only(&format!("{}_Base", column.schema_name), &label, kind)
    }
}

fn image(column: &Column) -> Vec<Column> {
    vec![
        shown_part(column, "_Timestamp", ColumnKind::BigInt),
        shown_part(column, "_URL", text(200, TextFormat::Url)),
        read_only(
            &format!("{}Id", column.schema_name),
            "Entity Image Id",
            ColumnKind::Uniqueidentifier,
        ),
    ]
}

fn text(max_length: u32, format: TextFormat) -> ColumnKind {
    ColumnKind::String { max_length, format }
}

/// A companion that metadata lists and the data API does not show.
fn part(column: &Column, suffix: &str, kind: ColumnKind) -> Column {
    let mut part = read_only(&format!("{}{suffix}", column.schema_name), "", kind);
    part.attribute_of = Some(column.logical_name.clone());
    part
}

/// A companion that the data API shows.
fn shown_part(column: &Column, suffix: &str, kind: ColumnKind) -> Column {
    let shown = plain(&format!("{}{suffix}", column.schema_name), "", kind);
    Column {
        valid_for_create: false,
        valid_for_update: false,
        ..shown
    }
}

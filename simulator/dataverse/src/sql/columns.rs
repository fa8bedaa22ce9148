//! What is selected, grouped and sorted by.

use sqlparser::ast::{
    DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments,
    GroupByExpr, SelectItem,
};

use super::parse::Selection;
use super::tables::Tables;
use super::{unsupported, wrong};
use crate::fetchxml::ast::{Attribute, Order, OrderBy};
use crate::fetchxml::errors;
use crate::http::SimError;
use crate::query::ast::Aggregate;
use crate::schema::Schema;

/// What the columns say of the whole.
pub(super) struct Columns {
    /// Whether rows are added up.
    pub(super) aggregate: bool,
}

/// Puts columns, groups and orders into the tables they belong to.
pub(super) fn read(
    schema: &Schema,
    tables: &mut Tables,
    query: &Selection,
) -> Result<Columns, SimError> {
    let groups = match &query.select.group_by {
        GroupByExpr::Expressions(groups, modifiers) if modifiers.is_empty() => groups,
        _ => return Err(unsupported("GROUP BY with modifiers")),
    };
    let groups = groups
        .iter()
        .map(|group| tables.column(group))
        .collect::<Result<Vec<_>, _>>()?;
    let calls = query
        .select
        .projection
        .iter()
        .any(|item| matches!(expression(item), Some((Expr::Function(_), _))));
    let aggregate = calls || !groups.is_empty();
    let mut names: Vec<String> = Vec::new();
    for item in &query.select.projection {
        let Some((expression, alias)) = expression(item) else {
            return Err(unsupported("SELECT *"));
        };
        let (place, mut attribute) = match expression {
            Expr::Function(function) => called(schema, tables, function)?,
            column => {
                let (place, name) = tables.column(column)?;
                refuse_companion(schema, tables, place, &name)?;
                if aggregate && !groups.contains(&(place, name.clone())) {
                    return Err(wrong(format_args!(
                        "The column '{name}' is neither in an aggregate function nor in GROUP BY."
                    )));
                }
                (
                    place,
                    Attribute {
                        name,
                        group: aggregate,
                        ..Attribute::default()
                    },
                )
            }
        };
        let own = attribute
            .alias
            .take()
            .unwrap_or_else(|| attribute.name.clone());
        let name = alias.unwrap_or(own);
        // The second column of a name is called after its table.
        let name = match tables.link(place) {
            Some(link) if names.contains(&name) => format!("{link}.{name}"),
            _ => name,
        };
        names.push(name.clone());
        // The id of a row comes by itself, under its own name.
        let is_id = !aggregate && place == 0 && is_primary_id(schema, tables, &attribute.name);
        attribute.alias = (!is_id || name != attribute.name).then_some(name);
        if let Some(source) = tables.source_mut(place) {
            source.content.attributes.push(attribute);
        }
    }
    for term in &query.order {
        let by = order(tables, &term.expr, &names)?;
        let (place, by) = by;
        let link = tables.link(place);
        let order = Order {
            by,
            link,
            descending: term.options.asc == Some(false),
        };
        if let Some(root) = tables.source_mut(0) {
            root.content.orders.push(order);
        }
    }
    Ok(Columns { aggregate })
}

fn expression(item: &SelectItem) -> Option<(&Expr, Option<String>)> {
    match item {
        SelectItem::UnnamedExpr(expression) => Some((expression, None)),
        SelectItem::ExprWithAlias { expr, alias } => Some((expr, Some(alias.value.clone()))),
        SelectItem::QualifiedWildcard(..) | SelectItem::Wildcard(_) => None,
    }
}

fn is_primary_id(schema: &Schema, tables: &Tables, name: &str) -> bool {
    let table = tables
        .source(0)
        .and_then(|source| schema.table(&source.table));
    table.is_some_and(|table| table.primary_id == name)
}

/// Names beside lookups and choices are made when rows are shown and cannot be queried.
fn refuse_companion(
    schema: &Schema,
    tables: &Tables,
    place: usize,
    name: &str,
) -> Result<(), SimError> {
    let table = tables
        .source(place)
        .and_then(|source| schema.table(&source.table));
    match table.and_then(|table| Some((table, table.column(name)?))) {
        Some((table, column)) if column.attribute_of.is_some() => {
            Err(errors::no_column(&table.logical_name, name))
        }
        _ => Ok(()),
    }
}

/// A name of the result, or a column.
fn order(
    tables: &Tables,
    expression: &Expr,
    names: &[String],
) -> Result<(usize, OrderBy), SimError> {
    let is_alias = |known: &&String| {
        let is_of = |place| {
            let attributes = tables
                .source(place)
                .map(|source| &source.content.attributes);
            let mut attributes = attributes.into_iter().flatten();
            attributes.any(|attribute| attribute.alias.as_ref() == Some(*known))
        };
        (0..tables.len()).any(is_of)
    };
    if let Expr::Identifier(name) = expression
        && let Some(known) = names
            .iter()
            .find(|known| known.eq_ignore_ascii_case(&name.value))
            .filter(is_alias)
    {
        return Ok((0, OrderBy::Alias(known.clone())));
    }
    let (place, name) = tables.column(expression)?;
    let aliased = tables.source(place).and_then(|source| {
        let found = source
            .content
            .attributes
            .iter()
            .find(|attribute| attribute.name == name)?;
        found.alias.clone()
    });
    Ok(match aliased {
        Some(alias) => (0, OrderBy::Alias(alias)),
        None => (place, OrderBy::Column(name)),
    })
}

/// An aggregate function.
fn called(
    schema: &Schema,
    tables: &Tables,
    function: &Function,
) -> Result<(usize, Attribute), SimError> {
    let name = function.name.to_string().to_lowercase();
    let is_plain =
        function.over.is_none() && function.filter.is_none() && function.null_treatment.is_none();
    let FunctionArguments::List(list) = &function.args else {
        return Err(unsupported(format_args!("'{function}'")));
    };
    let ([FunctionArg::Unnamed(input)], true) = (list.args.as_slice(), is_plain) else {
        return Err(unsupported(format_args!("'{function}'")));
    };
    let aggregate = match name.as_str() {
        "count" => Aggregate::CountColumn,
        "sum" => Aggregate::Sum,
        "avg" => Aggregate::Average,
        "min" => Aggregate::Minimum,
        "max" => Aggregate::Maximum,
        _ => return Err(unsupported(format_args!("The function '{name}'"))),
    };
    let distinct = list.duplicate_treatment == Some(DuplicateTreatment::Distinct);
    let (place, column, aggregate) = match input {
        FunctionArgExpr::Wildcard if name == "count" && !distinct => {
            let table = tables
                .source(0)
                .and_then(|source| schema.table(&source.table));
            let key = table.map(|table| table.primary_id.clone());
            (
                0,
                key.ok_or_else(|| wrong("The table of FROM is unknown."))?,
                Aggregate::Count,
            )
        }
        FunctionArgExpr::Expr(column) => {
            let (place, column) = tables.column(column)?;
            (place, column, aggregate)
        }
        _ => return Err(unsupported(format_args!("'{function}'"))),
    };
    let attribute = Attribute {
        name: column,
        alias: Some(name),
        aggregate: Some(aggregate),
        distinct,
        ..Attribute::default()
    };
    Ok((place, attribute))
}

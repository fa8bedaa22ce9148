//! `$expand` of collections: one statement, run once for each parent.
//!
//! Layer: read, pure. The service treats a query with nested expands differently from one without (reference §3.5):
//! without, every related row comes at once and a link to more stands there all the same; with, collections are paged,
//! rows lose their ETag, and `$orderby` and `$top` are refused.

use crate::http::SimError;
use crate::query::compile::{Compiler, ROOT, order_by, related, terms};
use crate::query::expand::Expand;
use crate::schema::{Navigation, Table};

use super::json;
use super::projection::{Builder, Shape};
use super::record::Selection;

/// Most rows in one page, and in one unpaged collection (reference §3.6).
pub const MAX_PAGE: usize = 5_000;

/// How collections are written in this query.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Whether any expand of the query has an expand of its own.
    pub nested: bool,
    /// Rows of a page where collections are paged.
    pub page_size: usize,
}

impl Rules {
    /// The rules for a query with these expands.
    pub fn of(expand: &[Expand], page_size: usize) -> Self {
        Self {
            nested: expand.iter().any(|item| !item.expand.is_empty()),
            page_size,
        }
    }
}

/// An expanded collection.
#[derive(Debug)]
pub struct Collection {
    /// `"navigation":`
    pub key: Vec<u8>,
    /// `"navigation@odata.nextLink":`
    pub next_key: Vec<u8>,
    /// Name of the navigation property.
    pub navigation: String,
    /// Where the parent's id is in its row.
    pub parent: usize,
    /// What to read; its first parameter is the parent's id.
    pub selection: Selection,
    /// Whether a link to more is written only when there is more, and continues where this page ends.
    pub paged: bool,
    /// The options that such a link repeats.
    pub repeated: String,
}

/// The refusal of options that an expand does not take.
pub fn only_select_and_filter() -> SimError {
    SimError::bad_url(
        "Only $select and $filter clause can be provided while doing $expand on many-to-one relationship or nested \
         one-to-many relationship.",
    )
}

/// Refuses what the service does not combine: a many-to-many collection stands beside others of its kind only, holds no
/// expands and stands in none (reference §3.5; text unverified).
///
/// # Errors
/// 400 for such a combination.
pub fn combined(table: &Table, expand: &[Expand], rules: Rules) -> Result<(), SimError> {
    let is_many = |item: &&Expand| {
        matches!(
            table.navigation(&item.navigation),
            Some(Navigation::ManyToMany { .. })
        )
    };
    let many = expand.iter().filter(is_many).count();
    if many > 0 && (rules.nested || many < expand.len()) {
        return Err(SimError::bad_url(
            "A $expand of a many-to-many relationship can't be nested or combined with a $expand of another kind.",
        ));
    }
    Ok(())
}

/// Compiles an expanded collection.
pub fn collection(
    builder: &Builder<'_, '_>,
    navigation: &Navigation,
    item: &Expand,
    parent: usize,
) -> Result<Collection, SimError> {
    let rules = builder.expansion;
    if rules.nested && (!item.order.is_empty() || item.top.is_some()) {
        return Err(only_select_and_filter());
    }
    let scene = builder.compiler.scene();
    let related = related(scene.schema, navigation, "?", ROOT)?;
    let mut compiler = Compiler::over_related(scene, &related);
    let mut condition = related.condition.clone();
    if let Some(filter) = &item.filter {
        condition = format!("{condition} AND {}", compiler.condition(filter)?);
    }
    let terms = terms(&mut compiler, &item.order)?;
    let mut wanted = builder.wanted;
    wanted.etag &= !rules.nested;
    let back = related
        .back_reference
        .filter(|_| !rules.nested)
        .and_then(|name| related.table.column(name));
    let mut inner = Builder {
        compiler: &mut compiler,
        columns: Vec::new(),
        wanted,
        expansion: rules,
    };
    let node = inner.node(Shape {
        table: related.table,
        alias: ROOT,
        select: item.select.as_deref(),
        expand: &item.expand,
        also: back.into_iter().collect(),
    })?;
    let marks = terms
        .iter()
        .map(|term| (term.name.clone(), inner.slot(term.sql.clone())))
        .collect();
    let limit = if rules.nested {
        rules.page_size
    } else {
        item.top
            .and_then(|top| usize::try_from(top).ok())
            .map_or(MAX_PAGE, |top| top.min(MAX_PAGE))
    };
    let sql = format!(
        "SELECT {} FROM {} WHERE {condition} ORDER BY {} LIMIT {}",
        inner.columns.join(","),
        inner.compiler.source(),
        order_by(&terms),
        limit + 1
    );
    Ok(Collection {
        key: json::key(&item.navigation),
        next_key: json::key(&format!("{}@odata.nextLink", item.navigation)),
        navigation: item.navigation.clone(),
        parent,
        selection: Selection {
            sql,
            parameters: compiler.parameters,
            node,
            marks,
            limit,
        },
        paged: rules.nested,
        repeated: item.repeated.clone(),
    })
}

//! `$expand` of collections: one statement, run once for each parent.
//!
//! Layer: read, pure. The service treats a query with nested expands differently from one without (reference §3.5):
//! without, every related row comes at once and a link to more stands there all the same; with, collections are paged,
//! rows lose their ETag, and `$orderby` and `$top` are refused.

use crate::http::SimError;
use crate::query::compile::{Compiler, ROOT, order_by, related, terms};
use crate::query::expand::Expand;
use crate::schema::Navigation;

use super::builder::{Builder, Shape};
use super::json;
use super::node::Collection;
use super::node::Selection;
use super::rules::MAX_PAGE;
use super::rules::only_select_and_filter;

impl Builder<'_, '_> {
    /// Compiles an expanded collection.
    pub(super) fn collection(
        &self,
        navigation: &Navigation,
        item: &Expand,
        parent: usize,
    ) -> Result<Collection, SimError> {
        let rules = self.expansion;
        if rules.nested && (!item.order.is_empty() || item.top.is_some()) {
            return Err(only_select_and_filter());
        }
        let scene = self.compiler.scene();
        let related = related(scene.schema, navigation, "?", ROOT)?;
        let mut compiler = Compiler::over_related(scene, &related);
        let mut condition = related.condition.clone();
        if let Some(filter) = &item.filter {
            condition = format!("{condition} AND {}", compiler.condition(filter)?);
        }
        let terms = terms(&mut compiler, &item.order)?;
        let mut wanted = self.wanted;
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
}

//! `<link-entity>` to joins and subqueries.
//!
//! Layer: fetchxml, pure. `inner` and `outer` are joins with the link's filter in their `ON`; `exists`, `in` and the links in
//! filters are subqueries; `matchfirstrowusingcrossapply` joins the one row with the least id. What is linked from an outer
//! link is joined to it first, so that an inner link below an outer one takes no row of the queried table away
//! (unverified).

use crate::http::SimError;
use crate::rows::storage::layout::quoted;
use crate::schema::Table;

use super::super::ast::{Link, LinkKind};
use super::super::errors;
use super::Statement;
use super::planned::Planned;

impl<'a> Statement<'a> {
    /// Gives every joined link its place. Links of subqueries get theirs when the subquery is made.
    pub(super) fn plan<'q>(
        &mut self,
        links: &'q [Link],
        parent: usize,
    ) -> Result<Vec<Planned<'q>>, SimError> {
        links
            .iter()
            .map(|link| {
                let source = self.add_source(&link.table, link.alias.as_deref())?;
                self.places.push((std::ptr::from_ref(link), source));
                let many = link.kind != LinkKind::FirstRow
                    && link.from.as_deref() != Some(&self.source(source)?.table.primary_id);
                let children = match link.kind.has_columns() {
                    true => self.plan(&link.content.links, source)?,
                    false => Vec::new(),
                };
                Ok(Planned {
                    link,
                    source,
                    parent,
                    many,
                    children,
                })
            })
            .collect()
    }

    /// Appends the joins of links to what stands behind `FROM`.
    pub(super) fn joins(
        &mut self,
        planned: &[Planned<'_>],
        from: &mut String,
    ) -> Result<(), SimError> {
        for join in planned.iter().filter(|join| join.link.kind.has_columns()) {
            let table = quoted(&self.source(join.source)?.table.logical_name);
            let alias = self.source(join.source)?.alias.clone();
            if join.link.kind == LinkKind::Outer && join.children.iter().any(Planned::narrows) {
                let mut inner = format!("{table} AS {alias}");
                self.joins(&join.children, &mut inner)?;
                let on = self.on(join)?;
                from.push_str(&format!(" LEFT JOIN ({inner}) ON {on}"));
                continue;
            }
            let on = self.on(join)?;
            let word = match join.link.kind {
                LinkKind::Outer => "LEFT JOIN",
                _ => "JOIN",
            };
            let on = match join.link.kind {
                LinkKind::FirstRow => {
                    let id = quoted(&self.source(join.source)?.table.primary_id);
                    // Within the subquery the alias is the subquery's own.
                    format!(
                        "{alias}.{id} = (SELECT {alias}.{id} FROM {table} AS {alias} WHERE {on} ORDER BY {alias}.{id} \
                         LIMIT 1)"
                    )
                }
                _ => on,
            };
            from.push_str(&format!(" {word} {table} AS {alias} ON {on}"));
            self.joins(&join.children, from)?;
        }
        Ok(())
    }

    /// The conditions of links that are subqueries of the queried table.
    pub(super) fn semi_joins(&mut self, planned: &[Planned<'_>]) -> Result<Vec<String>, SimError> {
        let mut conditions = Vec::new();
        for link in planned.iter().filter(|link| !link.link.kind.has_columns()) {
            conditions.push(self.subquery(link)?);
        }
        Ok(conditions)
    }

    /// The condition of a link in a filter.
    pub(super) fn linked(&mut self, link: &Link, parent: usize) -> Result<String, SimError> {
        let planned = self.plan(std::slice::from_ref(link), parent)?;
        match planned.as_slice() {
            [planned] => self.subquery(planned),
            _ => Err(errors::invalid("The query has no link.")),
        }
    }

    fn on(&mut self, join: &Planned<'_>) -> Result<String, SimError> {
        let mut conditions = vec![self.tie(join)?];
        conditions.extend(self.filters(&join.link.content.filters, join.source)?);
        conditions.extend(self.semi_joins(&join.children)?);
        Ok(conditions.join(" AND "))
    }

    fn subquery(&mut self, link: &Planned<'_>) -> Result<String, SimError> {
        Ok(match link.link.kind {
            LinkKind::In => {
                let (from, to) = self.ends(link)?;
                let rows = self.matching(link, &from, None, true)?;
                format!("{to} IN ({rows})")
            }
            LinkKind::NotAny => format!("NOT EXISTS ({})", self.tied(link, true)?),
            LinkKind::All => format!(
                "(EXISTS ({}) AND NOT EXISTS ({}))",
                self.tied(link, false)?,
                self.tied(link, true)?
            ),
            _ => format!("EXISTS ({})", self.tied(link, true)?),
        })
    }

    fn tied(&mut self, link: &Planned<'_>, filtered: bool) -> Result<String, SimError> {
        let tie = self.tie(link)?;
        self.matching(link, "1", Some(tie), filtered)
    }

    /// `SELECT … FROM` the link and what is linked from it.
    fn matching(
        &mut self,
        link: &Planned<'_>,
        select: &str,
        tie: Option<String>,
        filtered: bool,
    ) -> Result<String, SimError> {
        let visible = self.sources.len();
        let children = self.plan(&link.link.content.links, link.source)?;
        let source = self.source(link.source)?;
        let mut from = format!("{} AS {}", quoted(&source.table.logical_name), source.alias);
        self.joins(&children, &mut from)?;
        let mut conditions: Vec<String> = tie.into_iter().collect();
        if filtered {
            conditions.extend(self.filters(&link.link.content.filters, link.source)?);
        }
        conditions.extend(self.semi_joins(&children)?);
        // What is linked within a subquery is unknown outside it.
        self.sources.truncate(visible);
        let condition = match conditions.as_slice() {
            [] => "1".to_owned(),
            conditions => conditions.join(" AND "),
        };
        Ok(format!("SELECT {select} FROM {from} WHERE {condition}"))
    }

    fn tie(&self, link: &Planned<'_>) -> Result<String, SimError> {
        let (from, to) = self.ends(link)?;
        Ok(format!("{from} = {to}"))
    }

    /// The linked column and the column it is linked to, in SQL.
    fn ends(&self, link: &Planned<'_>) -> Result<(String, String), SimError> {
        let (from, to) = match (&link.link.from, &link.link.to) {
            (Some(from), Some(to)) => (from.clone(), to.clone()),
            (None, None) => related(
                self.source(link.parent)?.table,
                self.source(link.source)?.table,
            )?,
            _ => return Err(errors::half_a_link(&link.link.table)),
        };
        Ok((
            self.property(link.source, &from)?.sql,
            self.property(link.parent, &to)?.sql,
        ))
    }
}

/// The columns of the one relationship between two tables.
fn related(parent: &Table, linked: &Table) -> Result<(String, String), SimError> {
    let upwards = parent
        .many_to_one()
        .iter()
        .filter(|relationship| relationship.referenced == linked.logical_name)
        .map(|relationship| {
            (
                relationship.referenced_attribute.clone(),
                relationship.referencing_attribute.clone(),
            )
        });
    let downwards = parent
        .one_to_many()
        .iter()
        .filter(|relationship| relationship.referencing == linked.logical_name)
        .map(|relationship| {
            (
                relationship.referencing_attribute.clone(),
                relationship.referenced_attribute.clone(),
            )
        });
    let mut found: Vec<_> = upwards.chain(downwards).collect();
    match (found.pop(), found.is_empty()) {
        (Some(only), true) => Ok(only),
        _ => Err(errors::invalid(format!(
            "The attributes 'from' and 'to' of the link-entity '{}' are required: '{}' and '{}' have no relationship, or \
             several.",
            linked.logical_name, parent.logical_name, linked.logical_name
        ))),
    }
}

//! SQL rows to JSON records, driven by a [`Node`].
//!
//! Layer: read. This is the innermost loop of every query: it copies prepared keys and converts cells, nothing else.

use rusqlite::{Connection, Row, params_from_iter, types::Value, types::ValueRef};

use crate::organisation::OrgContext;
use crate::query::cookie::{self, Mark};
use crate::rows::StoreError;
use crate::rows::storage::encoding::{as_guid, guid};
use crate::security::scoped;

use super::json;
use super::node::{Child, Collection, Field, Node, Selection};
use super::value::{write_extra, write_value};

/// What a page ended with.
#[derive(Debug, Default)]
pub struct Page {
    /// Rows written.
    pub rows: usize,
    /// The sort values of its first and last row, when there is more.
    pub more: Option<Vec<Mark>>,
}

/// Writes records into a buffer.
pub struct Writer<'a> {
    /// Whose rows are read.
    pub context: &'a OrgContext<'a>,
    /// Where expanded collections are read.
    pub connection: &'a Connection,
    /// What links begin with.
    pub service_root: &'a str,
}

impl Writer<'_> {
    /// Runs a selection and writes its rows as the elements of an array, without the brackets. `parent` is the first
    /// parameter of a collection's statement.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn rows(
        &self,
        selection: &Selection,
        parent: Option<Value>,
        out: &mut Vec<u8>,
    ) -> Result<Page, StoreError> {
        let sql = scoped(self.context, &selection.sql)?;
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows =
            statement.query(params_from_iter(parent.iter().chain(&selection.parameters)))?;
        let mut page = Page::default();
        let mut first: Vec<Value> = Vec::new();
        let mut last: Vec<Value> = Vec::new();
        while let Some(row) = rows.next()? {
            if page.rows == selection.limit {
                let marks = selection.marks.iter().zip(last.into_iter().zip(first));
                page.more = Some(
                    marks
                        .map(|((name, _), (last, first))| Mark {
                            name: name.clone(),
                            last,
                            first,
                        })
                        .collect(),
                );
                break;
            }
            if page.rows > 0 {
                out.push(b',');
            }
            self.record(&selection.node, row, out)?;
            page.rows += 1;
            if page.rows == 1 {
                first = sort_values(selection, row)?;
            }
            if page.rows == selection.limit {
                last = sort_values(selection, row)?;
            }
        }
        Ok(page)
    }

    /// Writes one record.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn record(&self, node: &Node, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), StoreError> {
        out.push(b'{');
        self.members(node, row, out)?;
        out.push(b'}');
        Ok(())
    }

    /// Writes the members of a record into an object that has begun.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn members(&self, node: &Node, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), StoreError> {
        if node.full {
            self.links(node, row, out)?;
        }
        if let Some(etag) = node.etag {
            json::separate(out);
            out.extend_from_slice(b"\"@odata.etag\":\"W/\\\"");
            json::value(out, &row.get_ref(etag)?.as_i64().unwrap_or_default());
            out.extend_from_slice(b"\\\"\"");
        }
        for field in &node.fields {
            if node.sparse && is_null(field, row)? {
                continue;
            }
            json::separate(out);
            write_field(field, row, out)?;
        }
        if !node.navigations.is_empty() {
            self.navigations(node, row, out)?;
        }
        for child in &node.children {
            json::separate(out);
            match child {
                Child::Single { key, node } => {
                    out.extend_from_slice(key);
                    match row.get_ref(node.id)? {
                        ValueRef::Null => out.extend_from_slice(b"null"),
                        _ => self.record(node, row, out)?,
                    }
                }
                Child::Reference {
                    key,
                    slot,
                    table,
                    sets,
                } => {
                    out.extend_from_slice(key);
                    self.reference(row, *slot, *table, sets, out)?;
                }
                Child::Collection(collection) => self.collection(node, collection, row, out)?,
            }
        }
        Ok(())
    }

    fn links(&self, node: &Node, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), StoreError> {
        json::text_member(
            out,
            "@odata.type",
            &format!("#Microsoft.Dynamics.CRM.{}", node.table),
        );
        if let Some(id) = as_guid(row.get_ref(node.id)?) {
            json::text_member(
                out,
                "@odata.id",
                &format!("{}/{}({id})", self.service_root, node.set),
            );
            json::text_member(out, "@odata.editLink", &format!("{}({id})", node.set));
        }
        Ok(())
    }

    fn navigations(&self, node: &Node, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), StoreError> {
        let Some(id) = as_guid(row.get_ref(node.id)?) else {
            return Ok(());
        };
        for name in &node.navigations {
            let address = format!("{}/{}({id})/{name}", self.service_root, node.set);
            json::text_member(
                out,
                &format!("{name}@odata.associationLink"),
                &format!("{address}/$ref"),
            );
            json::text_member(out, &format!("{name}@odata.navigationLink"), &address);
        }
        Ok(())
    }

    fn reference(
        &self,
        row: &Row<'_>,
        slot: usize,
        table: Option<usize>,
        sets: &[(String, String)],
        out: &mut Vec<u8>,
    ) -> Result<(), StoreError> {
        let Some(id) = as_guid(row.get_ref(slot)?) else {
            out.extend_from_slice(b"null");
            return Ok(());
        };
        let named = match table {
            Some(slot) => row
                .get_ref(slot)?
                .as_str_or_null()
                .ok()
                .flatten()
                .map(str::to_owned),
            None => None,
        };
        let set = sets
            .iter()
            .find(|(table, _)| named.as_ref().is_none_or(|named| named == table));
        let set = set.map_or("", |(_, set)| set.as_str());
        out.push(b'{');
        json::text_member(
            out,
            "@odata.id",
            &format!("{}/{set}({id})", self.service_root),
        );
        out.push(b'}');
        Ok(())
    }

    fn collection(
        &self,
        parent: &Node,
        collection: &Collection,
        row: &Row<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), StoreError> {
        let id = as_guid(row.get_ref(collection.parent)?).unwrap_or_default();
        out.extend_from_slice(&collection.key);
        out.push(b'[');
        let page = self.rows(&collection.selection, Some(guid(id)), out)?;
        out.push(b']');
        if collection.paged && page.more.is_none() {
            return Ok(());
        }
        let mut link = format!(
            "{}/{}({id})/{}",
            self.service_root, parent.set, collection.navigation
        );
        let mut options = Vec::new();
        if !collection.repeated.is_empty() {
            options.push(collection.repeated.clone());
        }
        if let Some(marks) = page.more.filter(|_| collection.paged) {
            options.push(format!("$skiptoken={}", cookie::encode(2, &marks)));
        }
        if !options.is_empty() {
            link = format!("{link}?{}", options.join("&"));
        }
        out.push(b',');
        out.extend_from_slice(&collection.next_key);
        json::value(out, &link);
        Ok(())
    }
}

fn sort_values(selection: &Selection, row: &Row<'_>) -> rusqlite::Result<Vec<Value>> {
    selection
        .marks
        .iter()
        .map(|(_, slot)| row.get(*slot))
        .collect()
}

fn is_null(field: &Field, row: &Row<'_>) -> rusqlite::Result<bool> {
    Ok(match field.slot {
        Some(slot) => row.get_ref(slot)? == ValueRef::Null,
        None => true,
    })
}

fn write_field(field: &Field, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), StoreError> {
    let value = match field.slot {
        Some(slot) => row.get_ref(slot)?,
        None => ValueRef::Null,
    };
    if value == ValueRef::Null {
        out.extend_from_slice(&field.key);
        out.extend_from_slice(b"null");
        return Ok(());
    }
    out.extend_from_slice(&field.typed);
    out.extend_from_slice(&field.key);
    write_value(field.show, value, out);
    for extra in &field.extras {
        write_extra(extra, value, row, out)?;
    }
    Ok(())
}

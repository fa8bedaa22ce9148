//! `…/$ref` of a collection: the addresses of its rows, page by page.
//!
//! Layer: read.

use http::StatusCode;
use rusqlite::{Connection, Row, params_from_iter};

use crate::http::{ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::query::compile::{ROOT, Term, order_by, terms};
use crate::query::cookie::{self, Mark};
use crate::query::options::{Address, Options};
use crate::rows::StoreError;
use crate::rows::storage::encoding::as_guid;
use crate::rows::storage::layout::quoted;
use crate::security::scoped;

use super::json;
use super::page::{begin, next_page};
use super::retrieve::page_size;
use super::scan::Rows;

/// Answers `GET` for the addresses of rows.
///
/// # Errors
/// What the query names and the table lacks, and a token that is none.
pub fn get(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    rows: Rows<'_>,
) -> Result<Response, SimError> {
    let options = Options::parse(request.query.as_deref(), Address::Collection)?;
    let mut scan = rows.scan(context)?;
    scan.filter(&options)?;
    let terms = terms(&mut scan.compiler, &options.order)?;
    let page = scan.begin_after(&options, &terms)?;
    let size = page_size(request);
    let top = options.top.and_then(|top| usize::try_from(top).ok());
    let limit = top.map_or(size, |top| top.min(size));
    let keys: Vec<&str> = terms.iter().map(|term| term.sql.as_str()).collect();
    let sql = format!(
        "SELECT {ROOT}.{},{} FROM {}{} ORDER BY {} LIMIT {}",
        quoted(&scan.table.primary_id),
        keys.join(","),
        scan.compiler.source(),
        scan.where_clause(),
        order_by(&terms),
        limit + 1
    );
    let write = |connection: &Connection| {
        let mut body = Vec::new();
        begin(&mut body, context, request, "Collection($ref)", None);
        let mut statement = connection.prepare_cached(&scoped(context, &sql)?)?;
        let mut found = statement.query(params_from_iter(&scan.compiler.parameters))?;
        let (mut written, mut last, mut more) = (0, Vec::new(), false);
        while let Some(row) = found.next()? {
            if written == limit {
                more = top.is_none();
                break;
            }
            let id = as_guid(row.get_ref(0)?).unwrap_or_default();
            json::separate(&mut body);
            body.push(b'{');
            let set = &scan.table.entity_set_name;
            let address = format!("{}/{set}({id})", context.service_root);
            json::text_member(&mut body, "@odata.id", &address);
            body.push(b'}');
            written += 1;
            if written == limit {
                last = marks(&terms, row)?;
            }
        }
        body.push(b']');
        if more {
            let token = cookie::encode(page.saturating_add(1), &last);
            let link = next_page(context, request, &options, &token);
            json::text_member(&mut body, "@odata.nextLink", &link);
        }
        body.push(b'}');
        Ok::<_, StoreError>(body)
    };
    let body = context.organisation.rows.database().read(write)?;
    Ok(Response::json(StatusCode::OK, body, request.metadata_level))
}

/// The sort values of a row, which follow its id.
fn marks(terms: &[Term], row: &Row<'_>) -> rusqlite::Result<Vec<Mark>> {
    terms
        .iter()
        .enumerate()
        .map(|(index, term)| {
            let value: rusqlite::types::Value = row.get(index + 1)?;
            Ok(Mark {
                name: term.name.clone(),
                first: value.clone(),
                last: value,
            })
        })
        .collect()
}

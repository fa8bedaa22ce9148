//! `?sql=`: a SELECT in T-SQL, which Microsoft's own SDK sends.
//!
//! A SELECT says nothing that FetchXML cannot, so it becomes a FetchXML query and everything behind that answers it
//! ([`crate::fetchxml`]). What it may contain is what the SDK documents: TOP, DISTINCT, inner and left joins, WHERE,
//! GROUP BY with aggregates, ORDER BY, OFFSET … FETCH. Texts of refusals are chosen here; no public source gives them.

mod columns;
mod condition;
mod joins;
mod parse;
mod refusals;
mod tables;

use crate::fetchxml::ast::Fetch;
use crate::http::SimError;
use crate::schema::Schema;
use refusals::{unsupported, wrong};

/// Turns a SELECT into the query that it is.
///
/// # Errors
/// 400 for what is no SELECT, or asks for more than the service offers.
pub fn fetch(schema: &Schema, text: &str) -> Result<Fetch, SimError> {
    let query = parse::select(text)?;
    let mut tables = tables::Tables::read(&query.select)?;
    let columns = columns::read(schema, &mut tables, &query)?;
    if let Some(condition) = &query.select.selection {
        let filter = condition::filter(&tables, condition)?;
        if let Some(root) = tables.source_mut(0) {
            root.content.filters.push(filter);
        }
    }
    let root = tables.into_root()?;
    Ok(Fetch {
        top: query.top,
        count: None,
        page: None,
        skip: query.skip,
        cookie: None,
        total: false,
        distinct: query.select.distinct.is_some() && !columns.aggregate,
        aggregate: columns.aggregate,
        aggregate_limit: None,
        raw_order: true,
        retained: false,
        table: root.table,
        content: root.content,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetchxml::ast::LinkKind;
    use crate::schema::standard;

    fn read(text: &str) -> Result<Fetch, SimError> {
        fetch(&standard().unwrap().build(), text)
    }

    #[test]
    fn joined_tables_nest_where_they_are_joined() {
        let query = read(
            "SELECT a.name FROM account a JOIN contact c ON c.contactid = a.primarycontactid \
             LEFT JOIN systemuser u ON u.systemuserid = c.ownerid AND u.isdisabled = 0",
        )
        .unwrap();
        let contact = &query.content.links[0];
        assert_eq!(
            (contact.table.as_str(), contact.kind),
            ("contact", LinkKind::Inner)
        );
        let user = &contact.content.links[0];
        assert_eq!(
            (user.alias.as_deref(), user.kind),
            (Some("u"), LinkKind::Outer)
        );
        assert_eq!(user.content.filters[0].items.len(), 1);
    }

    #[test]
    fn chains_of_conditions_stay_flat() {
        let query =
            read("SELECT name FROM account WHERE name = 'a' OR name = 'b' OR name = 'c'").unwrap();
        let filter = &query.content.filters[0];
        assert!(filter.any);
        assert_eq!(filter.items.len(), 3);
    }

    #[test]
    fn what_nests_or_grows_without_end_is_refused() {
        let deep = format!(
            "SELECT name FROM account WHERE {}1=1{}",
            "(".repeat(5_000),
            ")".repeat(5_000)
        );
        let long = format!(
            "SELECT name FROM account WHERE {}",
            vec!["name='a'"; 5_000].join(" OR ")
        );
        for text in [&deep, &long] {
            assert_eq!(read(text).unwrap_err().status, 400);
        }
    }

    #[test]
    fn foreign_clauses_are_named() {
        for (text, what) in [
            ("SELECT * FROM account", "SELECT *"),
            (
                "SELECT name FROM account a RIGHT JOIN contact c ON a.accountid = c.contactid",
                "Any join but",
            ),
            (
                "SELECT name FROM account GROUP BY name HAVING COUNT(*) > 1",
                "HAVING",
            ),
            ("SELECT UPPER(name) FROM account", "The function 'upper'"),
            (
                "SELECT name FROM account WHERE name = (SELECT name FROM account)",
                "The expression",
            ),
            (
                "SELECT TOP 10 PERCENT name FROM account",
                "TOP with PERCENT",
            ),
            ("SELECT name FROM account, contact", "More than one table"),
        ] {
            let message = read(text).unwrap_err().message;
            assert!(message.contains(what), "{text}: {message}");
        }
    }
}

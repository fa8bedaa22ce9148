//! Duplicate detection: the published rules of the organisation, asked about a row that is about to be stored.
//!
//! Layer: write. Off unless the caller turns it on with `MSCRM.SuppressDuplicateDetection: false` (reference §2.7). A rule
//! finds a duplicate when one other row fulfils all of its conditions.

use http::StatusCode;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use uuid::Uuid;

use crate::http::{ODataRequest, SimError};
use crate::rows::Cell;
use crate::rows::storage::draft::{Draft, position};
use crate::rows::storage::encoding::{as_guid, guid, single};
use crate::rows::storage::layout::{Encoding, quoted};
use crate::schema::{Schema, Table};

/// The rules' own tables.
const RULES: &str = "duplicaterule";
const CONDITIONS: &str = "duplicaterulecondition";

/// Seconds of a day, for conditions that compare dates without times.
const DAY: i64 = 86_400;

/// Whether the caller turned duplicate detection on.
pub fn wanted(request: &ODataRequest) -> bool {
    request
        .header("mscrm.suppressduplicatedetection")
        .is_some_and(|value| value.trim().eq_ignore_ascii_case("false"))
}

/// Checks a row that is about to be stored. For an update, `existing` is its id and the columns that change: a rule whose
/// columns do not change is not asked.
///
/// # Errors
/// 412 `0x80040333` for a duplicate.
pub fn check(
    schema: &Schema,
    connection: &Connection,
    table: &Table,
    draft: &Draft,
    existing: Option<(Uuid, &[usize])>,
) -> Result<(), SimError> {
    for rule in published(schema, connection, table)? {
        if let Some((_, changed)) = existing
            && !rule.looks_at(table, changed)
        {
            continue;
        }
        let own = existing.map(|(id, _)| id);
        if !rule.matches(connection, table, draft, own, 1)?.is_empty() {
            return Err(SimError::new(
                StatusCode::PRECONDITION_FAILED,
                "0x80040333",
                "A record was not created or updated because a duplicate of the current record already exists.",
            ));
        }
    }
    Ok(())
}

/// The rows of another table, or of the same one, that the published rules call duplicates of a row. `own` is the row's
/// id when it is stored already.
///
/// # Errors
/// When the store fails.
pub fn find(
    schema: &Schema,
    connection: &Connection,
    table: &Table,
    draft: &Draft,
    own: Option<Uuid>,
    matching: &Table,
) -> Result<Vec<Uuid>, SimError> {
    /// As many as one page of an answer can have.
    const MOST: u32 = 5_000;
    let mut found = Vec::new();
    for rule in published(schema, connection, table)? {
        if rule.matching.logical_name == matching.logical_name {
            for id in rule.matches(connection, table, draft, own, MOST)? {
                if !found.contains(&id) {
                    found.push(id);
                }
            }
        }
    }
    Ok(found)
}

/// A published rule for rows of one table.
struct Rule<'a> {
    matching: &'a Table,
    active_only: bool,
    case_sensitive: bool,
    conditions: Vec<Condition>,
}

/// One comparison.
struct Condition {
    base: String,
    matching: String,
    operator: i64,
    parameter: i64,
    ignores_blanks: bool,
}

fn published<'a>(
    schema: &'a Schema,
    connection: &Connection,
    table: &Table,
) -> Result<Vec<Rule<'a>>, SimError> {
    if schema.table(RULES).is_none() || schema.table(CONDITIONS).is_none() {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare_cached(
        "SELECT duplicateruleid, matchingentityname, coalesce(excludeinactiverecords, 0), coalesce(iscasesensitive, 0) \
         FROM duplicaterule WHERE baseentityname = ? AND statecode = 1 AND statuscode = 2",
    )?;
    let rules = statement
        .query_map([&table.logical_name], |row| {
            let id = as_guid(row.get_ref(0)?).unwrap_or_default();
            Ok((id, row.get::<_, String>(1)?, row.get(2)?, row.get(3)?))
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let mut all = Vec::with_capacity(rules.len());
    for (id, matching, active_only, case_sensitive) in rules {
        let Some(matching) = schema.table(&matching) else {
            continue;
        };
        let conditions = conditions(connection, id)?;
        if !conditions.is_empty() {
            all.push(Rule {
                matching,
                active_only,
                case_sensitive,
                conditions,
            });
        }
    }
    Ok(all)
}

fn conditions(connection: &Connection, rule: Uuid) -> rusqlite::Result<Vec<Condition>> {
    let mut statement = connection.prepare_cached(
        "SELECT baseattributename, matchingattributename, operatorcode, coalesce(operatorparam, 0), \
         coalesce(ignoreblankvalues, 0) FROM duplicaterulecondition WHERE regardingobjectid = ?",
    )?;
    statement
        .query_map([guid(rule)], |row| {
            Ok(Condition {
                base: row.get(0)?,
                matching: row.get(1)?,
                operator: row.get(2)?,
                parameter: row.get(3)?,
                ignores_blanks: row.get(4)?,
            })
        })?
        .collect()
}

impl Rule<'_> {
    fn looks_at(&self, table: &Table, changed: &[usize]) -> bool {
        self.conditions.iter().any(|condition| {
            position(table, &condition.base).is_some_and(|index| changed.contains(&index))
        })
    }

    fn matches(
        &self,
        connection: &Connection,
        table: &Table,
        draft: &Draft,
        own: Option<Uuid>,
        most: u32,
    ) -> Result<Vec<Uuid>, SimError> {
        let mut tests = Vec::with_capacity(self.conditions.len() + 2);
        let mut values = Vec::new();
        for condition in &self.conditions {
            let Some((test, value)) =
                condition.test(table, self.matching, draft, self.case_sensitive)
            else {
                return Ok(Vec::new());
            };
            tests.push(test);
            values.extend(value);
        }
        let id = quoted(&self.matching.primary_id);
        if let Some(own) = own.filter(|_| self.matching.logical_name == table.logical_name) {
            tests.push(format!("{id} IS NOT ?"));
            values.push(guid(own));
        }
        if self.active_only && self.matching.column("statecode").is_some() {
            tests.push("statecode = 0".to_owned());
        }
        let sql = format!(
            "SELECT {id} FROM {} WHERE {} LIMIT {most}",
            quoted(&self.matching.logical_name),
            tests.join(" AND ")
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let found = statement.query_map(params_from_iter(values), |row| {
            Ok(as_guid(row.get_ref(0)?).unwrap_or_default())
        })?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }
}

impl Condition {
    /// The comparison in SQL; `None` when it cannot hold whatever the other row has.
    fn test(
        &self,
        table: &Table,
        matching: &Table,
        draft: &Draft,
        case_sensitive: bool,
    ) -> Option<(String, Option<Value>)> {
        let encoding = matching.column(&self.matching).and_then(Encoding::of)?;
        let column = quoted(&self.matching);
        let cell = draft.named(table, &self.base);
        if *cell == Cell::Null {
            return (!self.ignores_blanks).then(|| (format!("{column} IS NULL"), None));
        }
        if table.column(&self.base).and_then(Encoding::of)? != encoding {
            return None;
        }
        let collation = match (encoding, case_sensitive) {
            (Encoding::Text, true) => " COLLATE BINARY",
            (Encoding::Text, false) => " COLLATE NOCASE",
            _ => "",
        };
        Some(match (self.operator, cell) {
            (1 | 2, Cell::Text(text)) => {
                let length = usize::try_from(self.parameter).ok().filter(|n| *n > 0)?;
                let (part, from) = match self.operator {
                    1 => (text.chars().take(length).collect::<String>(), 1),
                    _ => {
                        let skipped = text.chars().count().saturating_sub(length);
                        (text.chars().skip(skipped).collect(), -self.parameter)
                    }
                };
                (
                    format!("substr({column}, {from}, {length}) = ?{collation}"),
                    Some(Value::Text(part)),
                )
            }
            (3, Cell::Moment(moment)) => (
                format!("{column} / {DAY} = ?"),
                Some(Value::Integer(moment.unix_timestamp().div_euclid(DAY))),
            ),
            _ => (
                format!("{column} = ?{collation}"),
                Some(single(encoding, cell.clone())),
            ),
        })
    }
}

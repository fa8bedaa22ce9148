//! Hits in groups: by value, between given values, or by intervals.
//!
//! Layer: search, pure. A facet is written as `ownerid,count:100,sort:count`, with a table before its column where it is
//! about that table alone.

use std::collections::HashMap;

use serde_json::Value;
use time::OffsetDateTime;

use super::hit::{Group, Hit, formatted, value};
use super::order::compare;
use super::refusal;
use crate::http::SimError;
use crate::rows::storage::moment::{parse_moment, write_moment};

/// Groups of a facet that does not say how many.
const GROUPS: usize = 10;
/// Names of the facet of tables, as the two versions write it.
const TABLES: [&str; 2] = ["entityname", "@search.entityname"];

/// A facet.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Facet {
    /// What it was asked for as.
    pub(super) name: String,
    table: Option<String>,
    column: Option<String>,
    by: By,
}

#[derive(Clone, Debug, PartialEq)]
enum By {
    Value { most: usize, sort: Sort },
    Values(Vec<String>),
    Interval(String),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Sort {
    MostFirst,
    FewestFirst,
    Rising,
    Falling,
}

impl Facet {
    /// Reads a facet.
    ///
    /// # Errors
    /// 400 for what is none.
    pub(super) fn parse(text: &str) -> Result<Self, SimError> {
        let mut parts = text.split(',').map(str::trim);
        let name = parts.next().unwrap_or_default();
        if name.is_empty() {
            return Err(refusal::parameter("facets", "begin with a column each"));
        }
        let (table, column) = match TABLES.contains(&name) {
            true => (None, None),
            false => match name.split_once([':', '.']) {
                Some((table, column)) => (Some(table.to_owned()), Some(column.to_owned())),
                None => (None, Some(name.to_owned())),
            },
        };
        let (mut most, mut sort) = (GROUPS, Sort::MostFirst);
        let mut other = None;
        for part in parts {
            let (key, value) = part.split_once(':').unwrap_or((part, ""));
            match (key, value) {
                ("count", value) => {
                    most = value
                        .parse()
                        .map_err(|_| refusal::parameter("facets", "have a number behind count"))?;
                }
                ("sort", "count") => sort = Sort::MostFirst,
                ("sort", "-count") => sort = Sort::FewestFirst,
                ("sort", "value") => sort = Sort::Rising,
                ("sort", "-value") => sort = Sort::Falling,
                ("values", values) => {
                    other = Some(By::Values(values.split('|').map(str::to_owned).collect()));
                }
                ("interval", interval) => other = Some(By::Interval(interval.to_owned())),
                ("timeoffset", _) => {}
                _ => {
                    return Err(refusal::parameter(
                        "facets",
                        "know count, sort, values, interval and timeoffset",
                    ));
                }
            }
        }
        Ok(Self {
            name: name.to_owned(),
            table,
            column,
            by: other.unwrap_or(By::Value { most, sort }),
        })
    }

    /// The column that it needs of a table's rows.
    pub(super) fn column_of(&self, table: &str) -> Option<&str> {
        let is_meant = self.table.as_ref().is_none_or(|named| named == table);
        self.column.as_deref().filter(|_| is_meant)
    }

    /// The groups of some hits.
    pub(super) fn groups(&self, hits: &[Hit<'_>]) -> Vec<Group> {
        let values: Vec<(Value, Option<String>)> = hits
            .iter()
            .filter_map(|hit| self.of(hit))
            .filter(|(value, _)| !value.is_null())
            .collect();
        match &self.by {
            By::Value { most, sort } => by_value(values, *most, *sort),
            By::Values(limits) => by_limits(&values, limits),
            By::Interval(interval) => {
                let starts = values
                    .iter()
                    .filter_map(|(value, _)| Some((start(value, interval)?, None)));
                by_value(starts.collect(), usize::MAX, Sort::Rising)
            }
        }
    }

    /// The value of a hit, and what people see.
    fn of(&self, hit: &Hit<'_>) -> Option<(Value, Option<String>)> {
        let Some(name) = &self.column else {
            return Some((Value::from(hit.table.logical_name.as_str()), None));
        };
        let column = hit.table.column(self.column_of(&hit.table.logical_name)?)?;
        debug_assert_eq!(column.logical_name, *name);
        let label = match column.is_lookup() || column.options().is_some() {
            true => formatted(&hit.row, column).map(str::to_owned),
            false => None,
        };
        Some((value(&hit.row, column).clone(), label))
    }
}

fn by_value(values: Vec<(Value, Option<String>)>, most: usize, sort: Sort) -> Vec<Group> {
    let mut counted: HashMap<String, (Value, Option<String>, usize)> = HashMap::new();
    for (value, label) in values {
        let known = counted.entry(value.to_string());
        known.or_insert((value, label, 0)).2 += 1;
    }
    let mut groups: Vec<(Value, Option<String>, usize)> = counted.into_values().collect();
    groups.sort_by(|one, other| compare(&one.0, &other.0));
    match sort {
        Sort::MostFirst => groups.sort_by_key(|group| std::cmp::Reverse(group.2)),
        Sort::FewestFirst => groups.sort_by_key(|group| group.2),
        Sort::Rising => {}
        Sort::Falling => groups.reverse(),
    }
    let groups = groups.into_iter().take(most);
    groups
        .map(|(value, label, count)| Group::Value {
            value,
            label,
            count,
        })
        .collect()
}

/// The groups before, between and behind some values.
fn by_limits(values: &[(Value, Option<String>)], limits: &[String]) -> Vec<Group> {
    let edges: Vec<Option<f64>> = limits.iter().map(|limit| measure_text(limit)).collect();
    let mut groups = Vec::new();
    for index in 0..=limits.len() {
        let below = index.checked_sub(1);
        let edge =
            |index: Option<usize>| index.and_then(|index| edges.get(index).copied().flatten());
        let (low, high) = (edge(below), edge(Some(index)));
        let count = values
            .iter()
            .filter_map(|(value, _)| measure(value))
            .filter(|number| low.is_none_or(|low| *number >= low))
            .filter(|number| high.is_none_or(|high| *number < high))
            .count();
        groups.push(Group::Range {
            from: below.and_then(|index| limits.get(index).cloned()),
            to: limits.get(index).cloned(),
            count,
        });
    }
    groups
}

/// A number or a moment as a number.
fn measure(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| measure_text(value.as_str()?))
}

// Seconds of this century are exact in a double.
#[allow(clippy::cast_precision_loss)]
fn measure_text(text: &str) -> Option<f64> {
    let moment = || parse_moment(text).map(|moment| moment.unix_timestamp() as f64);
    text.parse().ok().or_else(moment)
}

/// The beginning of the interval that a value is in.
fn start(value: &Value, interval: &str) -> Option<Value> {
    if let Some(number) = value.as_f64() {
        let width: f64 = interval.parse().ok().filter(|width| *width > 0.0)?;
        return Some(Value::from((number / width).floor() * width));
    }
    let moment = parse_moment(value.as_str()?)?;
    let day = moment.replace_time(time::Time::MIDNIGHT);
    let month = |number: u8| time::Month::try_from(number).unwrap_or(time::Month::January);
    let begun: Option<OffsetDateTime> = match interval {
        "minute" => moment.replace_second(0).ok(),
        "hour" => moment
            .replace_second(0)
            .and_then(|moment| moment.replace_minute(0))
            .ok(),
        "day" => Some(day),
        "week" => {
            let since = i64::from(moment.weekday().number_days_from_sunday());
            day.checked_sub(time::Duration::days(since))
        }
        "month" => day.replace_day(1).ok(),
        "quarter" => {
            let first = (u8::from(moment.month()) - 1) / 3 * 3 + 1;
            let begun = day.replace_day(1);
            begun.and_then(|day| day.replace_month(month(first))).ok()
        }
        "year" => {
            let begun = day.replace_day(1);
            begun.and_then(|day| day.replace_month(month(1))).ok()
        }
        _ => None,
    };
    let mut out = Vec::new();
    write_moment(&mut out, begun?.unix_timestamp());
    Some(Value::from(String::from_utf8(out).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn value(of: Value, count: usize) -> Group {
        Group::Value {
            value: of,
            label: None,
            count,
        }
    }

    #[test]
    fn facets_are_read_and_refused() {
        let facet = Facet::parse("account.primarycontactid,count:100").unwrap();
        assert_eq!(facet.column_of("account"), Some("primarycontactid"));
        assert_eq!(facet.column_of("contact"), None);
        assert_eq!(Facet::parse("entityname").unwrap().column, None);
        for wrong in ["", "a,count:x", "a,sort:up", "a,what:1"] {
            assert!(Facet::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn values_are_counted_and_sorted() {
        let values = |of: &[Value]| of.iter().map(|value| (value.clone(), None)).collect();
        let found = by_value(
            values(&[json!("b"), json!("a"), json!("b")]),
            10,
            Sort::MostFirst,
        );
        assert_eq!(found, [value(json!("b"), 2), value(json!("a"), 1)]);
        let found = by_value(values(&[json!(10), json!(9)]), 10, Sort::Rising);
        assert_eq!(found, [value(json!(9), 1), value(json!(10), 1)]);
        let found = by_value(values(&[json!(1), json!(2)]), 1, Sort::Falling);
        assert_eq!(found, [value(json!(2), 1)]);
    }

    #[test]
    fn limits_part_values_and_intervals_begin_them() {
        let values = [
            (json!("2026-03-25T10:00:00Z"), None),
            (json!("2026-05-01T00:00:00Z"), None),
        ];
        let limits = [
            "2026-04-01T00:00:00".to_owned(),
            "2026-05-01T00:00:00".to_owned(),
        ];
        let counts: Vec<usize> = by_limits(&values, &limits)
            .into_iter()
            .map(|group| match group {
                Group::Range { count, .. } | Group::Value { count, .. } => count,
            })
            .collect();
        assert_eq!(counts, [1, 0, 1]);
        let moment = json!("2026-05-14T10:20:30Z");
        for (interval, expected) in [
            ("minute", "2026-05-14T10:20:00Z"),
            ("hour", "2026-05-14T10:00:00Z"),
            ("day", "2026-05-14T00:00:00Z"),
            ("week", "2026-05-10T00:00:00Z"),
            ("month", "2026-05-01T00:00:00Z"),
            ("quarter", "2026-04-01T00:00:00Z"),
            ("year", "2026-01-01T00:00:00Z"),
        ] {
            assert_eq!(
                start(&moment, interval),
                Some(json!(expected)),
                "{interval}"
            );
        }
        assert_eq!(start(&json!(17), "5"), Some(json!(15.0)));
        assert_eq!(start(&json!(17), "0"), None);
    }
}

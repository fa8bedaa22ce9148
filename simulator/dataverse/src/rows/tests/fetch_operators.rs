//! Every operator of FetchXML against every type of column: it answers, or it says that it is not for this type.

use super::*;
use crate::fetchxml::operators;

/// A column of each type, with its table, and a value that fits it.
const COLUMNS: &[(&str, &str, Kind, &str)] = &[
    ("accounts", "name", Kind::Text, "x"),
    ("accounts", "description", Kind::Text, "x"),
    ("emails", "activitytypecode", Kind::Text, "email"),
    ("accounts", "accountid", Kind::Id, ID),
    ("accounts", "primarycontactid", Kind::Id, ID),
    ("accounts", "ownerid", Kind::Id, ID),
    ("contacts", "parentcustomerid", Kind::Id, ID),
    ("accounts", "parentaccountid", Kind::Tree, ID),
    ("accounts", "numberofemployees", Kind::Whole, "5"),
    ("accounts", "versionnumber", Kind::Whole, "5"),
    ("accounts", "industrycode", Kind::Whole, "7"),
    ("accounts", "statecode", Kind::Whole, "0"),
    ("accounts", "statuscode", Kind::Whole, "1"),
    ("accounts", "revenue", Kind::Number, "1.5"),
    ("accounts", "exchangerate", Kind::Number, "1.5"),
    ("accounts", "address1_latitude", Kind::Number, "1.5"),
    ("accounts", "creditonhold", Kind::Other, "1"),
    ("accounts", "createdon", Kind::Date, "2026-03-25"),
    (
        "opportunities",
        "estimatedclosedate",
        Kind::Date,
        "2026-03-25",
    ),
];

const ID: &str = "10000000-0000-4000-8000-000000000001";

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Text,
    Id,
    /// A lookup along which rows form a hierarchy.
    Tree,
    Whole,
    Number,
    Date,
    Other,
}

/// What an operator is asked of, and with what.
#[derive(Clone, Copy)]
enum Group {
    /// Every type, with a value of the column's.
    Any(usize),
    /// Texts.
    Text,
    /// Dates, with these values.
    Date(&'static [&'static str]),
    /// Ids and lookups.
    Caller,
    /// Numbers.
    Language,
    /// Lookups with a hierarchy.
    Tree,
    /// Choices columns, of which no standard table has one.
    Choices,
}

fn group(operator: &str) -> Group {
    match operator {
        "null" | "not-null" => Group::Any(0),
        "eq" | "ne" | "neq" | "gt" | "ge" | "lt" | "le" | "in" | "not-in" => Group::Any(1),
        "between" | "not-between" => Group::Any(2),
        "like" | "not-like" | "begins-with" | "not-begin-with" | "ends-with" | "not-end-with" => {
            Group::Text
        }
        "contain-values" | "not-contain-values" => Group::Choices,
        "eq-userlanguage" => Group::Language,
        "under" | "eq-or-under" | "not-under" | "above" | "eq-or-above" => Group::Tree,
        "on" | "not-on" | "on-or-before" | "on-or-after" => Group::Date(&["2026-03-25"]),
        "in-fiscal-year" => Group::Date(&["2026"]),
        "in-fiscal-period" => Group::Date(&["1"]),
        name if name.ends_with("-period-and-year") => Group::Date(&["1", "2026"]),
        name if name.contains("-x-") => Group::Date(&["3"]),
        name if name.starts_with("eq-") || name.starts_with("ne-") => Group::Caller,
        _ => Group::Date(&[]),
    }
}

#[test]
fn every_operator_answers_for_its_types_and_refuses_the_others() {
    let sim = Sim::new();
    let people = business(&sim);
    let mut asked = 0;
    for operator in operators::names() {
        for (set, column, kind, value) in COLUMNS {
            let (fits, values) = match group(operator) {
                Group::Any(count) => (true, vec![*value; count]),
                Group::Text => (*kind == Kind::Text, vec!["x"]),
                Group::Date(values) => (*kind == Kind::Date, values.to_vec()),
                Group::Caller => (matches!(kind, Kind::Id | Kind::Tree), vec![]),
                Group::Language => (*kind == Kind::Whole, vec![]),
                Group::Tree => (*kind == Kind::Tree || *column == "accountid", vec![ID]),
                Group::Choices => (false, vec!["1"]),
            };
            let harbor = people.harbor.to_string();
            let values: Vec<&str> = match group(operator) {
                Group::Tree => vec![harbor.as_str()],
                _ => values,
            };
            let values: String = values
                .iter()
                .map(|value| format!("<value>{value}</value>"))
                .collect();
            let table = sim
                .organisation
                .schema()
                .table_by_set(set)
                .unwrap()
                .logical_name
                .clone();
            let xml = format!(
                "<fetch><entity name='{table}'><filter><condition attribute='{column}' operator='{operator}'>{values}\
                 </condition></filter></entity></fetch>"
            );
            let answer = sim.get(&format!("{set}?{}", fetch(&xml)));
            let what = format!("{operator} of {column}: {}", answer.text());
            asked += 1;
            if fits {
                assert_eq!(answer.status(), StatusCode::OK, "{what}");
                continue;
            }
            let (status, code, message) = answer.refusal();
            assert_eq!((status, code.as_str()), (400, "0x80041120"), "{what}");
            assert!(message.contains(operator) || operator == "neq", "{what}");
        }
    }
    assert!(asked > 1_500, "{asked}");
}

#[test]
fn operators_refuse_values_that_do_not_fit_and_numbers_of_them() {
    let sim = Sim::new();
    for operator in operators::names() {
        let (column, value) = match group(operator) {
            Group::Any(0) | Group::Caller | Group::Language => continue,
            Group::Any(_) => ("revenue", "x"),
            Group::Date([]) | Group::Text | Group::Choices => continue,
            Group::Date(_) => ("createdon", "x"),
            Group::Tree => ("accountid", "x"),
        };
        for values in ["", "<value>x</value>", "<value>x</value><value>x</value>"] {
            let values = values.replace('x', value);
            let xml = format!(
                "<fetch><entity name='account'><filter><condition attribute='{column}' operator='{operator}'>{values}\
                 </condition></filter></entity></fetch>"
            );
            let answer = sim.get(&format!("accounts?{}", fetch(&xml)));
            assert_eq!(
                answer.refusal().0,
                400,
                "{operator} {values}: {}",
                answer.text()
            );
            assert_eq!(
                answer.refusal().1,
                "0x80040203",
                "{operator} {values}: {}",
                answer.text()
            );
        }
    }
}

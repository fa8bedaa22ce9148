//! `--query`: the part of an answer that was asked for, in the language of jq.

use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars, compile, data, load, unwrap_valr};
use jaq_json::{Val, read};
use serde_json::Value;
use std::fmt;

type Filter = jaq_core::Filter<data::JustLut<Val>>;

/// A query that was understood.
pub struct Query {
    filter: Filter,
}

/// Why a query is no query, or has no answer here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError(String);

impl fmt::Display for QueryError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// Where it is wrong, and what was expected there.
    pub fn compile(text: &str) -> Result<Self, QueryError> {
        let definitions = jaq_core::defs()
            .chain(jaq_std::defs())
            .chain(jaq_json::defs());
        let functions = jaq_core::funs()
            .chain(jaq_std::funs())
            .chain(jaq_json::funs());
        let arena = Arena::default();
        let file = File {
            code: text,
            path: (),
        };
        let modules = Loader::new(definitions)
            .load(&arena, file)
            .map_err(|errors| misread(&errors))?;
        let filter = Compiler::default()
            .with_funs(functions)
            .compile(modules)
            .map_err(|errors| undefined(&errors))?;
        Ok(Self { filter })
    }

    /// What it makes of one JSON document.
    ///
    /// # Errors
    /// The query's own failures, such as an index into a text.
    pub fn run(&self, document: &Value) -> Result<Vec<Value>, QueryError> {
        let text = document.to_string();
        let input =
            read::parse_single(text.as_bytes()).map_err(|error| QueryError(error.to_string()))?;
        let context = Ctx::<data::JustLut<Val>>::new(&self.filter.lut, Vars::new([]));
        self.filter
            .id
            .run((context, input))
            .map(unwrap_valr)
            .map(|made| {
                let made = made
                    .map_err(|error| QueryError(error.to_string()))?
                    .to_string();
                serde_json::from_str(&made)
                    .map_err(|_| QueryError(format!("makes {made}, which JSON has no word for")))
            })
            .collect()
    }
}

fn misread(errors: &load::Errors<&str, ()>) -> QueryError {
    let found = |text: &str| match text {
        "" => "the end".to_owned(),
        text => format!("'{text}'"),
    };
    let first = errors.iter().find_map(|(_, error)| match error {
        load::Error::Io(list) => list.first().map(|(_, error)| error.clone()),
        load::Error::Lex(list) => list
            .first()
            .map(|(expected, at)| format!("expects {} at {}", expected.as_str(), found(at))),
        load::Error::Parse(list) => list
            .first()
            .map(|(expected, at)| format!("expects {} at {}", expected.as_str(), found(at))),
    });
    QueryError(first.unwrap_or_else(|| "is no query".to_owned()))
}

fn undefined(errors: &compile::Errors<&str, ()>) -> QueryError {
    let first = errors.iter().flat_map(|(_, list)| list).next();
    QueryError(match first {
        Some((name, what)) => format!("knows no {} '{name}'", what.as_str()),
        None => "is no query".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answer() -> Value {
        let text = r#"{"rows":[{"name":"A","revenue":922337203685477.5807},{"name":"B","revenue":5000.00}],"truncated":true}"#;
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_query_takes_out_what_was_asked_for_and_keeps_digits() {
        for (query, expected) in [
            (".truncated", "[true]"),
            (".rows[].name", r#"["A","B"]"#),
            (".rows | length", "[2]"),
            (".rows | map(.revenue)", "[[922337203685477.5807,5000.00]]"),
            (
                "{names: [.rows[].name] | join(\", \")}",
                r#"[{"names":"A, B"}]"#,
            ),
            (
                ".rows[] | select(.name | test(\"^b$\"; \"i\")) | .name",
                r#"["B"]"#,
            ),
            ("empty", "[]"),
        ] {
            let made = Query::compile(query).unwrap().run(&answer()).unwrap();
            assert_eq!(Value::Array(made).to_string(), expected, "{query}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_query_is_said() {
        for (query, part) in [
            (".rows[", "closing bracket"),
            (".rows | map(", "expects"),
            ("nosuch", "knows no filter 'nosuch'"),
            ("$nosuch", "knows no variable"),
            ("", "expects"),
        ] {
            let error = Query::compile(query).err().unwrap().to_string();
            assert!(error.contains(part), "{query}: {error}");
        }
        let query = Query::compile(".rows.name").unwrap();
        assert!(
            query
                .run(&answer())
                .unwrap_err()
                .to_string()
                .contains("index")
        );
        let infinite = Query::compile("infinite").unwrap().run(&Value::Null);
        assert!(infinite.is_err() || infinite == Ok(vec![json!(f64::MAX)]));
    }
}

//! What a search is told, in the words of both versions: JSON in version 1.0, JSON written into texts in
//! version 2.0.

use airlock_connector::{Error, FieldError};
use serde_json::{Map, Value, json};

use super::version::{Question, Version};

/// Characters of the longest text that the service searches for.
const LONGEST: usize = 100;

/// Most rows that it gives at once.
const MOST: u32 = 100;

/// What a search is told.
#[derive(Clone, Debug, Default)]
pub(super) struct Parameters {
    pub(super) search: String,
    /// Logical names.
    pub(super) tables: Vec<String>,
    pub(super) select: Vec<String>,
    pub(super) search_columns: Vec<String>,
    pub(super) filter: Option<String>,
    pub(super) facets: Vec<String>,
    pub(super) order_by: Vec<String>,
    pub(super) top: Option<u32>,
    pub(super) skip: Option<u32>,
    pub(super) count: bool,
    pub(super) all_words: bool,
    pub(super) lucene: bool,
    pub(super) fuzzy: bool,
}

impl Parameters {
    /// What can be told wrong before anything is asked.
    pub(super) fn check(&self, question: Question, version: Version) -> Result<(), Error> {
        let mut faults = Vec::new();
        let mut fault = |pointer: &str, message: String| {
            faults.push(FieldError::new(pointer, message));
        };
        let length = self.search.chars().count();
        if length < question.least() {
            fault(
                "/search",
                match question.least() {
                    1 => "what to search for? `*` finds every row".to_owned(),
                    least => format!("a suggestion needs at least {least} characters"),
                },
            );
        }
        if length > LONGEST {
            fault(
                "/search",
                format!(
                    "the service searches for at most {LONGEST} characters; these are {length}"
                ),
            );
        }
        if let Some(top) = self.top
            && !(1..=MOST).contains(&top)
        {
            fault(
                "/top",
                format!("{top} is out of range; it may be from 1 to {MOST}"),
            );
        }
        for (pointer, columns) in [
            ("/select", &self.select),
            ("/search-columns", &self.search_columns),
        ] {
            if columns.is_empty() {
                continue;
            }
            if version == Version::First {
                fault(
                    pointer,
                    "version 1.0 shows and searches the columns of each table's view: leave it out, or take version 2.0".to_owned(),
                );
            } else if self.tables.is_empty() {
                fault(
                    pointer,
                    "columns are those of tables: name the tables too".to_owned(),
                );
            }
        }
        match faults.is_empty() {
            true => Ok(()),
            false => Err(Error::InvalidInput(faults)),
        }
    }

    /// As the version wants it.
    pub(super) fn body(&self, question: Question, version: Version) -> Value {
        Value::Object(match version {
            Version::First => self.first(question),
            Version::Second => self.second(question),
        })
    }

    fn first(&self, question: Question) -> Map<String, Value> {
        let mut body = self.common();
        let mut say = |name: &str, said: bool, value: Value| {
            if said {
                body.insert(name.to_owned(), value);
            }
        };
        say("entities", !self.tables.is_empty(), json!(self.tables));
        say("usefuzzy", self.fuzzy, json!(true));
        if question != Question::Autocomplete {
            say("orderby", !self.order_by.is_empty(), json!(self.order_by));
        }
        if question == Question::Query {
            say("facets", !self.facets.is_empty(), json!(self.facets));
            say("returntotalrecordcount", self.count, json!(true));
            say("searchmode", self.all_words, json!("all"));
            say("searchtype", self.lucene, json!("full"));
        }
        body
    }

    fn second(&self, question: Question) -> Map<String, Value> {
        let mut body = self.common();
        let mut say = |name: &str, said: bool, value: Value| {
            if said {
                body.insert(name.to_owned(), value);
            }
        };
        say(
            "entities",
            !self.tables.is_empty(),
            written(&self.entities()),
        );
        say("fuzzy", self.fuzzy, json!(true));
        if question != Question::Autocomplete {
            let order = written(&json!(self.order_by));
            say("orderby", !self.order_by.is_empty(), order);
        }
        if question == Question::Query {
            let facets = written(&json!(self.facets));
            say("facets", !self.facets.is_empty(), facets);
            say("count", self.count, json!(true));
            let mut options = Map::new();
            if self.lucene {
                options.insert("querytype".to_owned(), json!("lucene"));
            }
            if self.all_words {
                options.insert("searchmode".to_owned(), json!("all"));
            }
            let given = !options.is_empty();
            say("options", given, written(&Value::Object(options)));
        }
        body
    }

    fn common(&self) -> Map<String, Value> {
        let mut body = Map::new();
        body.insert("search".to_owned(), json!(self.search));
        if let Some(filter) = &self.filter {
            body.insert("filter".to_owned(), json!(filter));
        }
        if let Some(top) = self.top {
            body.insert("top".to_owned(), json!(top));
        }
        if let Some(skip) = self.skip {
            body.insert("skip".to_owned(), json!(skip));
        }
        body
    }

    fn entities(&self) -> Value {
        let entity = |table: &String| {
            let mut entity = Map::from_iter([("name".to_owned(), json!(table))]);
            if !self.select.is_empty() {
                entity.insert("selectColumns".to_owned(), json!(self.select));
            }
            if !self.search_columns.is_empty() {
                entity.insert("searchColumns".to_owned(), json!(self.search_columns));
            }
            Value::Object(entity)
        };
        self.tables.iter().map(entity).collect()
    }
}

/// JSON in a text.
fn written(value: &Value) -> Value {
    Value::String(value.to_string())
}

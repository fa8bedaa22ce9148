//! Types in words for people.

use super::model::{Operations, TypeName, ValueType};

/// Members of an enumeration that a text lists at most.
const LISTED: usize = 12;

impl Operations {
    /// What a value of that type is, such as `a list of texts`.
    #[must_use]
    pub fn type_in_words(&self, of: &TypeName) -> String {
        let (one, many) = match self.value_type(of) {
            ValueType::Text => ("a text".to_owned(), "texts".to_owned()),
            ValueType::Guid => ("a GUID".to_owned(), "GUIDs".to_owned()),
            ValueType::YesNo => ("true or false".to_owned(), "true or false".to_owned()),
            ValueType::Whole(_) => ("a whole number".to_owned(), "whole numbers".to_owned()),
            ValueType::Number => ("a number".to_owned(), "numbers".to_owned()),
            ValueType::Date => ("a date".to_owned(), "dates".to_owned()),
            ValueType::Moment => ("a date and time".to_owned(), "dates and times".to_owned()),
            ValueType::Enumeration(name, found) => {
                let listed: Vec<&str> = found
                    .members
                    .iter()
                    .take(LISTED)
                    .map(|(member, _)| member.as_str())
                    .collect();
                let more = if found.members.len() > LISTED {
                    ", …"
                } else {
                    ""
                };
                let several = if found.flags { "any of" } else { "one of" };
                let text = format!("{name}: {several} {}{more}", listed.join(", "));
                (text.clone(), text)
            }
            ValueType::Row("principal") => {
                ("a user or a team".to_owned(), "users and teams".to_owned())
            }
            ValueType::Row("crmbaseentity") => (
                "a row of any table".to_owned(),
                "rows of any table".to_owned(),
            ),
            ValueType::Row(table) => (format!("a row of {table}"), format!("rows of {table}")),
            ValueType::Complex(name) => (
                format!("an object of type {name}"),
                format!("objects of type {name}"),
            ),
            ValueType::Other(name) => (
                format!("a value of type {name}"),
                format!("values of type {name}"),
            ),
        };
        if of.many {
            format!("a list of {many}")
        } else {
            one
        }
    }
}

//! Which table a person means. Pure: the caller brings the tables.

use std::rc::Rc;

use airlock_connector::{
    Error,
    nearest::{did_you_mean_or, nearest},
};

use super::table::Table;

/// Finds the table called `name`: by logical name, entity set name, schema name or plural in any
/// case, or else by a name for people if only one table has it. `None` when no table has it.
///
/// # Errors
/// [`Error::InvalidInput`] at `pointer` when several tables share the name for people.
pub fn find(tables: &[Rc<Table>], name: &str, pointer: &str) -> Result<Option<Rc<Table>>, Error> {
    let name = name.trim();
    let technical: [fn(&Table) -> Option<&str>; 4] = [
        |table| Some(table.name.as_str()),
        |table| Some(table.set.as_str()),
        |table| Some(&table.schema_name),
        |table| table.collection_name.as_deref(),
    ];
    for name_of in technical {
        let found = tables
            .iter()
            .find(|table| name_of(table).is_some_and(|have| have.eq_ignore_ascii_case(name)));
        if let Some(table) = found {
            return Ok(Some(Rc::clone(table)));
        }
    }
    let lower = name.to_lowercase();
    let shown: Vec<&Rc<Table>> = tables
        .iter()
        .filter(|table| {
            [&table.label, &table.collection_label]
                .into_iter()
                .flatten()
                .any(|label| label.to_lowercase() == lower)
        })
        .collect();
    match shown.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(Rc::clone(only))),
        several => {
            let names: Vec<&str> = several.iter().map(|table| table.name.as_str()).collect();
            Err(Error::invalid(
                pointer,
                format!(
                    "several tables are called `{name}`: write one of {}",
                    names.join(", ")
                ),
            ))
        }
    }
}

/// The error for a name that no table has.
#[must_use]
pub fn unknown(tables: &[Rc<Table>], name: &str, pointer: &str) -> Error {
    let names = tables.iter().flat_map(|table| {
        [Some(table.name.as_str()), Some(table.set.as_str())]
            .into_iter()
            .flatten()
    });
    let near = nearest(name, names);
    Error::invalid(
        pointer,
        format!(
            "there is no table `{}`{}",
            name.trim(),
            did_you_mean_or(&near, "tables")
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webapi::{EntitySetName, TableName};

    fn table(name: &str, set: &str, schema: &str, label: &str) -> Rc<Table> {
        Rc::new(Table {
            name: TableName::new(name).unwrap(),
            set: EntitySetName::new(set).unwrap(),
            schema_name: schema.to_owned(),
            collection_name: Some(set.to_owned()),
            label: Some(label.to_owned()),
            collection_label: Some(format!("{label}s")),
            primary_id: format!("{name}id"),
            primary_name: None,
            activity: false,
            intersect: false,
            private: false,
        })
    }

    fn tables() -> Vec<Rc<Table>> {
        vec![
            table("account", "accounts", "Account", "Account"),
            table("opportunity", "opportunities", "Opportunity", "Opportunity"),
            table("new_box", "new_boxes", "new_Box", "Box"),
            table("other_box", "other_boxes", "other_Box", "Box"),
            table("incident", "incidents", "Incident", "Case"),
        ]
    }

    #[test]
    fn every_name_of_a_table_finds_it() {
        let names = [
            ("account", "account"),
            ("Accounts", "account"),
            (" OPPORTUNITIES ", "opportunity"),
            ("new_Box", "new_box"),
            ("case", "incident"),
            ("Cases", "incident"),
        ];
        for (name, expected) in names {
            let found = find(&tables(), name, "/table").unwrap().unwrap();
            assert_eq!(found.name.as_str(), expected, "{name}");
        }
    }

    #[test]
    fn a_shared_label_is_refused_with_the_names_to_choose_from() {
        let error = find(&tables(), "Box", "/table").unwrap_err();
        assert_eq!(
            error.to_string(),
            "/table: several tables are called `Box`: write one of new_box, other_box"
        );
    }

    #[test]
    fn a_slip_is_answered_with_the_nearest_names() {
        assert!(find(&tables(), "acount", "/table").unwrap().is_none());
        assert_eq!(
            unknown(&tables(), "acount", "/table").to_string(),
            "/table: there is no table `acount`; did you mean account or accounts?"
        );
        let nothing_near = unknown(&tables(), "zzz", "/table").to_string();
        assert!(nothing_near.contains("choices `tables`"), "{nothing_near}");
    }
}

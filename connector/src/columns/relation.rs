//! What leads from a row to others: a relationship or a navigation property, as people name it.
//!
//! Two ways may bear one name: a table that is related to itself has both ends of the relationship. Which
//! was meant is asked and never guessed.

use std::rc::Rc;

use airlock_connector::{
    Error, Transport,
    nearest::{did_you_mean_or, nearest},
};
use serde_json::Value;

use super::{
    Organisation, address::address, owners::with_owners, reference::reference, words::any_of,
};
use crate::{
    tables::{Collections, Freshness, Lookups, Table},
    webapi::key::lookup_column,
};

/// A way from the rows of one table to those of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// Navigation property, in its own case.
    pub navigation: String,
    /// Logical name of the table that it leads to.
    pub target: String,
    /// Whether it leads to many rows.
    pub many: bool,
    /// Schema name of the relationship.
    relationship: Option<String>,
    /// The lookup column behind it, where it leads to one row.
    column: Option<String>,
}

/// A row at the other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The way to it.
    pub relation: Relation,
    /// Its address below the API root, beginning with a slash.
    pub address: String,
}

/// The ways that `name` means: one, or those of a lookup with several tables.
///
/// # Errors
/// [`Error::InvalidInput`] at `pointer` with the nearest names, or with those that it could mean.
pub async fn relations<T: Transport>(
    organisation: Organisation<'_, T>,
    table: &Table,
    name: &str,
    pointer: &str,
) -> Result<Vec<Relation>, Error> {
    let Organisation { client, catalog } = organisation;
    let started = client.transport().now();
    let mut freshness = Freshness::Cached;
    loop {
        let lookups = catalog.lookups(client, table, freshness).await?;
        let collections = catalog.collections(client, table, freshness).await?;
        let all = all(&lookups, &collections);
        let found = named(&all, name.trim());
        if !found.is_empty() {
            return unambiguous(found, name, pointer);
        }
        if freshness != Freshness::Cached {
            return Err(unknown(table, &all, name, pointer));
        }
        // A relationship may be younger than what is remembered.
        freshness = Freshness::Since(started);
    }
}

fn all(lookups: &Lookups, collections: &Collections) -> Vec<Relation> {
    let ones = with_owners(lookups.iter()).into_iter().map(|one| Relation {
        navigation: one.navigation,
        target: one.target,
        many: false,
        relationship: one.relationship,
        column: Some(one.column),
    });
    let many = collections.iter().map(|one| Relation {
        navigation: one.navigation.clone(),
        target: one.target.clone(),
        many: true,
        relationship: one.relationship.clone(),
        column: None,
    });
    many.chain(ones).collect()
}

/// What bears the name. The exact case wins over any other, and a navigation property over what else is
/// called so.
fn named(all: &[Relation], name: &str) -> Vec<Relation> {
    let column = lookup_column(name).unwrap_or(name);
    let other = |one: &Option<String>, is: &dyn Fn(&str) -> bool| one.as_deref().is_some_and(is);
    let loosely = |text: &str| text.eq_ignore_ascii_case(name);
    let levels: [&dyn Fn(&Relation) -> bool; 5] = [
        &|one| one.navigation == name,
        &|one| other(&one.relationship, &|text| text == name),
        &|one| loosely(&one.navigation),
        &|one| other(&one.relationship, &loosely),
        &|one| other(&one.column, &|text| text.eq_ignore_ascii_case(column)),
    ];
    levels
        .iter()
        .map(|is| all.iter().filter(|one| is(one)).cloned().collect())
        .find(|found: &Vec<Relation>| !found.is_empty())
        .unwrap_or_default()
}

fn unambiguous(found: Vec<Relation>, name: &str, pointer: &str) -> Result<Vec<Relation>, Error> {
    let mut ways: Vec<&str> = Vec::new();
    for one in &found {
        if !ways.contains(&one.navigation.as_str()) {
            ways.push(&one.navigation);
        }
    }
    // A lookup with several tables has a way to each, and the row tells which.
    if ways.len() > 1 && found.iter().any(|one| one.many) {
        return Err(Error::invalid(
            pointer,
            format!(
                "`{name}` leads two ways from here: name one by its navigation property, {}",
                any_of(&ways)
            ),
        ));
    }
    Ok(found)
}

fn unknown(table: &Table, all: &[Relation], name: &str, pointer: &str) -> Error {
    let relationships = all.iter().filter_map(|one| one.relationship.as_deref());
    let names = all
        .iter()
        .map(|one| one.navigation.as_str())
        .chain(relationships);
    Error::invalid(
        pointer,
        format!(
            "{} has no relationship `{name}`{}",
            table.name,
            did_you_mean_or(&nearest(name, names), "metadata of its table")
        ),
    )
}

/// The row that `value` points at, at the end of one of `relations`.
///
/// # Errors
/// [`Error::InvalidInput`] at `pointer` when it points at no row, or at one that none of them leads to.
pub async fn related<T: Transport>(
    organisation: Organisation<'_, T>,
    relations: &[Relation],
    value: &Value,
    pointer: &str,
) -> Result<Related, Error> {
    let Organisation { client, catalog } = organisation;
    let targets: Vec<&str> = relations.iter().map(|one| one.target.as_str()).collect();
    let example = targets.first().copied().unwrap_or_default();
    let given = reference(value, client.base(), example, pointer)?;
    let told: Option<Rc<Table>> = match &given.table {
        Some(name) => Some(catalog.table(client, name, pointer).await?),
        None => None,
    };
    let relation = match (&told, relations) {
        (Some(table), _) => relations
            .iter()
            .find(|one| one.target == table.name.as_str())
            .ok_or_else(|| {
                format!(
                    "this is a row of {}, and here it has to be one of {}",
                    table.name,
                    any_of(&targets)
                )
            }),
        (None, [only]) => Ok(only),
        (None, _) => Err(format!(
            "it can be a row of {}: say which, as in `{example}(<GUID>)`",
            any_of(&targets)
        )),
    };
    let relation = relation.map_err(|message| Error::invalid(pointer, message))?;
    let table = match told {
        Some(table) => table,
        None => catalog.table(client, &relation.target, pointer).await?,
    };
    Ok(Related {
        relation: relation.clone(),
        address: address(organisation, &table, &given.key, pointer).await?,
    })
}

impl Relation {
    /// What a query calls the lookup behind it, where it leads to one row.
    #[must_use]
    pub fn lookup_value(&self) -> Option<String> {
        self.column
            .as_deref()
            .map(|column| format!("_{column}_value"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relation(
        navigation: &str,
        relationship: &str,
        many: bool,
        column: Option<&str>,
    ) -> Relation {
        Relation {
            navigation: navigation.into(),
            target: "x".into(),
            many,
            relationship: Some(relationship.into()),
            column: column.map(str::to_owned),
        }
    }

    #[test]
    fn a_way_goes_by_its_property_its_relationship_or_its_column_in_any_case() {
        let all = [
            relation("Account_Tasks", "account_tasks_schema", true, None),
            relation(
                "primarycontactid",
                "account_primary_contact",
                false,
                Some("primarycontactid"),
            ),
            relation(
                "customerid_account",
                "lead_customer_accounts",
                false,
                Some("customerid"),
            ),
            relation(
                "customerid_contact",
                "lead_customer_contacts",
                false,
                Some("customerid"),
            ),
        ];
        let table = [
            ("Account_Tasks", 1),
            ("account_TASKS", 1),
            ("Account_Tasks_Schema", 1),
            ("_primarycontactid_value", 1),
            ("customerid", 2),
            ("customerid_contact", 1),
            ("tasks", 0),
        ];
        for (name, count) in table {
            assert_eq!(named(&all, name).len(), count, "{name}");
        }
    }

    #[test]
    fn two_ends_of_one_relationship_are_told_apart_by_name() {
        let ends = vec![
            relation("referencing", "account_parent", true, None),
            relation(
                "parentaccountid",
                "account_parent",
                false,
                Some("parentaccountid"),
            ),
        ];
        let error = unambiguous(ends, "account_parent", "/relationship").unwrap_err();
        assert!(
            error.to_string().contains("referencing or parentaccountid"),
            "{error}"
        );
    }
}

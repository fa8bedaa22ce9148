//! Which operation a person means: by its name, short or qualified and in any case, and by what it is
//! called on.

use airlock_connector::{
    Error,
    nearest::{did_you_mean, nearest},
};

use super::model::{Binding, Kind, Operation, Operations};

/// What a call says that it is made on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct On<'a> {
    /// The table, by its logical name.
    pub table: Option<&'a str>,
    /// Whether it names one row of it.
    pub row: bool,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Action => "action",
        }
    }

    const fn caller(self) -> &'static str {
        match self {
            Self::Function => "call-function",
            Self::Action => "call-action",
        }
    }
}

/// A name without the namespace that may stand in front.
#[must_use]
pub fn short(name: &str) -> &str {
    let name = name.trim().trim_end_matches("()");
    name.rsplit('.').next().unwrap_or(name)
}

impl Operations {
    /// The operation of that kind called `name`, for a call that is made on `on`.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] at `/name` when there is none, with the nearest; at `/table` or `/id` when it
    /// is called on something else.
    pub fn find(&self, kind: Kind, name: &str, on: On<'_>) -> Result<&Operation, Error> {
        let name = short(name);
        let called: Vec<&Operation> = self
            .all
            .iter()
            .filter(|one| one.name.eq_ignore_ascii_case(name))
            .collect();
        let of_kind: Vec<&Operation> = called
            .iter()
            .copied()
            .filter(|one| one.kind == kind)
            .collect();
        let Some(first) = of_kind.first() else {
            return Err(match called.first() {
                Some(other) => Error::invalid(
                    "/name",
                    format!(
                        "{} is {} {}: call it with {}",
                        other.name,
                        if other.kind == Kind::Action {
                            "an"
                        } else {
                            "a"
                        },
                        other.kind.word(),
                        other.kind.caller()
                    ),
                ),
                None => self.unknown(kind, name),
            });
        };
        let fits = |one: &&Operation| match (&one.binding, on.table) {
            (None, None) => !on.row,
            (Some(binding), Some(table)) => {
                binding.many != on.row && self.is_a(table, &binding.table)
            }
            _ => false,
        };
        if let Some(found) = of_kind.iter().copied().find(fits) {
            return Ok(found);
        }
        Err(self.elsewhere(first, &of_kind, on))
    }

    fn unknown(&self, kind: Kind, name: &str) -> Error {
        let names = self.all.iter().filter(|one| one.kind == kind);
        let near = nearest(name, names.map(|one| one.name.as_str()));
        let hint = if near.is_empty() {
            "; list-operations lists what there is".to_owned()
        } else {
            did_you_mean(&near)
        };
        Error::invalid(
            "/name",
            format!("there is no {} `{name}`{hint}", kind.word()),
        )
    }

    /// The error for a name that is called on something else.
    fn elsewhere(&self, first: &Operation, all: &[&Operation], on: On<'_>) -> Error {
        let name = &first.name;
        let bindings: Vec<&Binding> = all.iter().filter_map(|one| one.binding.as_ref()).collect();
        let tables = || {
            let names: Vec<&str> = bindings.iter().map(|one| one.table.as_str()).collect();
            names.join(", ").replace("crmbaseentity", "any table")
        };
        match (on.table, bindings.first()) {
            (Some(_), None) => Error::invalid(
                "/table",
                format!(
                    "{name} is called by itself and not on a table: leave `table` and the row out"
                ),
            ),
            (None, None) => Error::invalid(
                "/id",
                format!("{name} is called by itself and not on a row"),
            ),
            (None, Some(binding)) => Error::invalid(
                "/table",
                if binding.many {
                    format!(
                        "{name} is called on all rows of {}: name the table",
                        tables()
                    )
                } else {
                    format!(
                        "{name} is called on a row of {}: name the table and the row",
                        tables()
                    )
                },
            ),
            (Some(table), Some(_)) => {
                let of_table = bindings.iter().find(|one| self.is_a(table, &one.table));
                match of_table {
                    Some(binding) if binding.many => Error::invalid(
                        "/id",
                        format!("{name} is called on all rows of {table}: leave the row out"),
                    ),
                    Some(_) => Error::invalid(
                        "/id",
                        format!(
                            "{name} is called on one row of {table}: which? Name it by its id or by an alternate key"
                        ),
                    ),
                    None => Error::invalid(
                        "/table",
                        format!(
                            "{name} is not bound to {table}; it is called on {}",
                            tables()
                        ),
                    ),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::testing::operations;

    fn on(table: Option<&str>, row: bool) -> On<'_> {
        On { table, row }
    }

    #[test]
    fn an_operation_is_found_by_its_short_and_its_qualified_name_in_any_case() {
        let read = operations();
        for name in [
            "AddMemberList",
            "addmemberlist",
            "Microsoft.Dynamics.CRM.AddMemberList",
            "mscrm.AddMemberList",
        ] {
            let found = read.find(Kind::Action, name, on(Some("list"), true));
            assert_eq!(found.unwrap().name, "AddMemberList");
        }
        let whoami = read.find(Kind::Function, "WhoAmI()", on(None, false));
        assert_eq!(whoami.unwrap().name, "WhoAmI");
    }

    #[test]
    fn of_overloads_the_one_of_the_table_is_taken() {
        let read = operations();
        let of = |table| read.find(Kind::Action, "new_Escalate", on(Some(table), true));
        assert_eq!(of("task").unwrap().parameters[0].name, "Reason");
        assert_eq!(of("account").unwrap().parameters[0].name, "Level");
    }

    #[test]
    fn what_is_called_otherwise_says_how() {
        let read = operations();
        let table = [
            (
                Kind::Action,
                "AddMemberLst",
                on(Some("list"), true),
                "/name: there is no action `AddMemberLst`; did you mean AddMemberList",
            ),
            (
                Kind::Action,
                "zzz",
                on(None, false),
                "/name: there is no action `zzz`; list-operations lists what there is",
            ),
            (
                Kind::Action,
                "WhoAmI",
                on(None, false),
                "/name: WhoAmI is a function: call it with call-function",
            ),
            (
                Kind::Function,
                "GrantAccess",
                on(None, false),
                "/name: GrantAccess is an action: call it with call-action",
            ),
            (
                Kind::Action,
                "GrantAccess",
                on(Some("account"), false),
                "/table: GrantAccess is called by itself",
            ),
            (
                Kind::Action,
                "GrantAccess",
                on(None, true),
                "/id: GrantAccess is called by itself",
            ),
            (
                Kind::Action,
                "AddMemberList",
                on(None, false),
                "/table: AddMemberList is called on a row of list",
            ),
            (
                Kind::Action,
                "AddMemberList",
                on(Some("list"), false),
                "/id: AddMemberList is called on one row of list",
            ),
            (
                Kind::Action,
                "AddMemberList",
                on(Some("account"), true),
                "/table: AddMemberList is not bound to account; it is called on list",
            ),
            (
                Kind::Action,
                "new_All",
                on(Some("account"), true),
                "/id: new_All is called on all rows of account",
            ),
        ];
        for (kind, name, on, expected) in table {
            let error = read.find(kind, name, on).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}

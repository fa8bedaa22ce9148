//! Conditions with a named operator: what the `Microsoft.Dynamics.CRM.*` functions and FetchXML's `operator` have in common.
//!
//! Layer: query, pure. Operators go by the names of the functions; those that only FetchXML has are named alike. Values
//! come as texts for every type of column (reference §3.2, §3.9).

use rusqlite::types::Value;

use crate::query::ast::Comparison;
use crate::query::calendar;
use crate::rows::storage::{encoding::guid, layout::Encoding, sql_functions::LIKE};
use crate::schema::ColumnKind;

use super::condition::compared;
use super::{Compiler, Property, loose_value};

/// Language of every simulated user.
const USER_LANGUAGE: i64 = 1033;

/// Values beyond which SQLite would refuse the number of parameters in one statement.
const MAX_VALUES: usize = 5_000;

/// How many values an operator takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arity {
    /// None.
    None,
    /// Exactly one.
    One,
    /// Exactly two, each in its own place.
    Two,
    /// A list.
    Many,
}

/// Why an operator cannot be applied. Whoever asked finds the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misuse {
    /// There is no such operator.
    Unknown,
    /// So many values belong there.
    Count(&'static str),
    /// A value that the column or the operator cannot take: its position and itself.
    Value(usize, String),
    /// The operator is for another type of column: what it needs.
    Column(&'static str),
    /// The table has no hierarchy to walk.
    Flat,
    /// The column's table is not indexed for full-text search.
    NoFullText,
}

impl Arity {
    /// The number of values that an operator takes; `None` when there is no such operator.
    pub fn of(operator: &str) -> Option<Self> {
        Some(match operator {
            "In"
            | "NotIn"
            | "Between"
            | "NotBetween"
            | "ContainValues"
            | "DoesNotContainValues" => Self::Many,
            "InFiscalPeriodAndYear"
            | "InOrAfterFiscalPeriodAndYear"
            | "InOrBeforeFiscalPeriodAndYear" => Self::Two,
            "Equal" | "NotEqual" | "Greater" | "GreaterOrEqual" | "Less" | "LessOrEqual"
            | "Like" | "NotLike" | "BeginsWith" | "NotBeginWith" | "EndsWith" | "NotEndWith"
            | "On" | "NotOn" | "OnOrAfter" | "OnOrBefore" | "InFiscalYear" | "InFiscalPeriod"
            | "Contains" | "Above" | "AboveOrEqual" | "Under" | "UnderOrEqual" | "NotUnder" => {
                Self::One
            }
            "Null"
            | "NotNull"
            | "EqualUserId"
            | "NotEqualUserId"
            | "EqualBusinessId"
            | "NotEqualBusinessId"
            | "EqualUserLanguage"
            | "EqualUserTeams"
            | "EqualUserOrUserTeams"
            | "EqualUserOrUserHierarchy"
            | "EqualUserOrUserHierarchyAndTeams" => Self::None,
            other if calendar::is_counted(other) => Self::One,
            other if calendar::is_fixed(other) => Self::None,
            _ => return None,
        })
    }
}

/// The comparison that an operator is, when it is a plain one.
pub fn comparison(operator: &str) -> Option<Comparison> {
    Some(match operator {
        "Equal" => Comparison::Equal,
        "NotEqual" => Comparison::NotEqual,
        "Greater" => Comparison::Greater,
        "GreaterOrEqual" => Comparison::GreaterOrEqual,
        "Less" => Comparison::Less,
        "LessOrEqual" => Comparison::LessOrEqual,
        _ => return None,
    })
}

impl Compiler<'_> {
    /// Compiles `column operator values`; its parameters are appended to [`Compiler::parameters`].
    ///
    /// # Errors
    /// Why it cannot be.
    pub fn operator(
        &mut self,
        property: &Property<'_>,
        operator: &str,
        values: &[String],
    ) -> Result<String, Misuse> {
        match (Arity::of(operator), values) {
            (None, _) => return Err(Misuse::Unknown),
            (Some(Arity::None), [_, ..]) => return Err(Misuse::Count("no values")),
            (Some(Arity::One), [] | [_, _, ..]) => return Err(Misuse::Count("exactly 1 value")),
            (Some(Arity::Two), [] | [_] | [_, _, _, ..]) => {
                return Err(Misuse::Count("exactly 2 values"));
            }
            (Some(Arity::Many), []) => return Err(Misuse::Count("at least 1 value")),
            (Some(_), values) if values.len() > MAX_VALUES => {
                return Err(Misuse::Count("at most 5000 values"));
            }
            _ => {}
        }
        if let (Some(comparison), Some(value)) = (comparison(operator), values.first()) {
            self.loose(property, 0, value)?;
            return Ok(compared(&property.sql, comparison, "?"));
        }
        let of_caller = operator.starts_with("EqualUser") || operator.starts_with("NotEqualUser");
        if of_caller || operator.ends_with("EqualBusinessId") {
            fits_caller(property, operator)?;
        }
        let user = self.scene.caller.user_id;
        let unit = self.scene.caller.business_unit_id;
        match operator {
            "Null" => Ok(format!("{} IS NULL", property.sql)),
            "NotNull" => Ok(format!("{} IS NOT NULL", property.sql)),
            "In" | "NotIn" => self.membership(property, values, operator == "NotIn"),
            "Between" | "NotBetween" => self.between(property, values, operator == "NotBetween"),
            "ContainValues" | "DoesNotContainValues" => {
                self.contained(property, values, operator == "DoesNotContainValues")
            }
            "Like" | "NotLike" | "BeginsWith" | "NotBeginWith" | "EndsWith" | "NotEndWith" => {
                self.alike(property, operator, values)
            }
            "EqualUserId" => Ok(self.equals(property, guid(user), false)),
            "NotEqualUserId" => Ok(self.equals(property, guid(user), true)),
            "EqualBusinessId" => Ok(self.equals(property, guid(unit), false)),
            "NotEqualBusinessId" => Ok(self.equals(property, guid(unit), true)),
            "EqualUserLanguage" => Ok(self.equals(property, Value::Integer(USER_LANGUAGE), false)),
            "EqualUserTeams"
            | "EqualUserOrUserTeams"
            | "EqualUserOrUserHierarchy"
            | "EqualUserOrUserHierarchyAndTeams" => Ok(self.of_caller(property, operator)),
            "Under" | "UnderOrEqual" | "NotUnder" | "Above" | "AboveOrEqual" => {
                self.hierarchy(property, operator, values)
            }
            "Contains" => Err(Misuse::NoFullText),
            _ => self.temporal(property, operator, values),
        }
    }

    pub(super) fn equals(
        &mut self,
        property: &Property<'_>,
        value: Value,
        negated: bool,
    ) -> String {
        self.parameters.push(value);
        let operator = if negated { "IS NOT" } else { "=" };
        format!("{} {operator} ?", property.sql)
    }

    fn membership(
        &mut self,
        property: &Property<'_>,
        values: &[String],
        negated: bool,
    ) -> Result<String, Misuse> {
        let marks = vec!["?"; values.len()].join(",");
        for (index, text) in values.iter().enumerate() {
            self.loose(property, index, text)?;
        }
        let sql = &property.sql;
        Ok(if negated {
            format!("({sql} IS NULL OR {sql} NOT IN ({marks}))")
        } else {
            format!("{sql} IN ({marks})")
        })
    }

    fn between(
        &mut self,
        property: &Property<'_>,
        values: &[String],
        negated: bool,
    ) -> Result<String, Misuse> {
        let [low, high] = values else {
            return Err(Misuse::Count("exactly 2 values"));
        };
        self.loose(property, 0, low)?;
        self.loose(property, 1, high)?;
        let not = if negated { "NOT " } else { "" };
        Ok(format!("{} {not}BETWEEN ? AND ?", property.sql))
    }

    fn contained(
        &mut self,
        property: &Property<'_>,
        values: &[String],
        negated: bool,
    ) -> Result<String, Misuse> {
        if !matches!(property.column.kind, ColumnKind::MultiChoice { .. }) {
            return Err(Misuse::Column("a choices column"));
        }
        let mut tests = Vec::new();
        for text in values {
            let option: i32 = text
                .trim()
                .parse()
                .map_err(|_| Misuse::Value(tests.len(), text.to_owned()))?;
            self.parameters.push(Value::Text(format!(",{option},")));
            tests.push(format!("instr(',' || {} || ',', ?) > 0", property.sql));
        }
        let any = tests.join(" OR ");
        Ok(if negated {
            format!("({} IS NULL OR NOT ({any}))", property.sql)
        } else {
            format!("({any})")
        })
    }

    /// Patterns of `LIKE`; the negated ones also find rows without a value.
    fn alike(
        &mut self,
        property: &Property<'_>,
        operator: &str,
        values: &[String],
    ) -> Result<String, Misuse> {
        if property.encoding != Encoding::Text {
            return Err(Misuse::Column("a text column"));
        }
        let text = values.first().map(String::as_str).unwrap_or_default();
        self.parameters.push(Value::Text(match operator {
            "BeginsWith" | "NotBeginWith" => format!("{text}%"),
            "EndsWith" | "NotEndWith" => format!("%{text}"),
            _ => text.to_owned(),
        }));
        let sql = &property.sql;
        Ok(if operator.starts_with("Not") {
            format!("({sql} IS NULL OR NOT {LIKE}({sql}, ?))")
        } else {
            format!("{LIKE}({sql}, ?)")
        })
    }

    pub(super) fn loose(
        &mut self,
        property: &Property<'_>,
        index: usize,
        text: &str,
    ) -> Result<(), Misuse> {
        let value = loose_value(property.encoding, text)
            .ok_or_else(|| Misuse::Value(index, text.to_owned()))?;
        self.parameters.push(value);
        Ok(())
    }
}

/// Whether an operator about the caller is asked of a column that can tell: a language is a number, everything else an id.
fn fits_caller(property: &Property<'_>, operator: &str) -> Result<(), Misuse> {
    match (operator, property.encoding) {
        ("EqualUserLanguage", Encoding::Integer) => Ok(()),
        ("EqualUserLanguage", _) => Err(Misuse::Column("a number column")),
        (_, Encoding::Guid | Encoding::Reference { .. }) => Ok(()),
        _ => Err(Misuse::Column("a lookup or id column")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_knows_how_many_values_it_takes() {
        for (operator, expected) in [
            ("Today", Some(Arity::None)),
            ("LastXHours", Some(Arity::One)),
            ("OlderThanXMinutes", Some(Arity::One)),
            ("NextXFiscalPeriods", Some(Arity::One)),
            ("InOrAfterFiscalPeriodAndYear", Some(Arity::Two)),
            ("NotIn", Some(Arity::Many)),
            ("EqualUserOrUserHierarchyAndTeams", Some(Arity::None)),
            ("LastXMinutes", None),
            ("Someday", None),
        ] {
            assert_eq!(Arity::of(operator), expected, "{operator}");
        }
    }
}

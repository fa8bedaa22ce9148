//! The `Microsoft.Dynamics.CRM.*` query functions.
//!
//! Layer: query, pure. They take named parameters, and texts for every type of column (reference §3.2).

use rusqlite::types::Value;

use crate::http::SimError;
use crate::query::ast::Literal;
use crate::query::calendar::{self, Span};
use crate::rows::storage::{
    encoding::guid,
    layout::{Encoding, quoted},
    moment::{DAY, parse_moment},
};

use super::{Compiler, Property, loose_value};

/// Language of every simulated user.
const USER_LANGUAGE: i64 = 1033;

/// Values beyond which SQLite would refuse the number of parameters in one statement.
const MAX_VALUES: usize = 5_000;

/// The parameters of one call.
struct Arguments<'a> {
    function: &'a str,
    given: &'a [(String, Literal)],
}

impl Compiler<'_> {
    /// Compiles a call of a Dataverse function.
    pub(super) fn dataverse(
        &mut self,
        name: &str,
        given: &[(String, Literal)],
    ) -> Result<String, SimError> {
        let arguments = Arguments {
            function: name,
            given,
        };
        let property = self.named_property(&arguments.text("PropertyName")?)?;
        match name {
            "In" | "NotIn" => self.membership(&property, &arguments, name == "NotIn"),
            "Between" | "NotBetween" => self.between(&property, &arguments, name == "NotBetween"),
            "ContainValues" | "DoesNotContainValues" => {
                self.contained(&property, &arguments, name == "DoesNotContainValues")
            }
            "EqualUserId" => Ok(self.equals(&property, guid(self.scene.caller.user_id), false)),
            "NotEqualUserId" => Ok(self.equals(&property, guid(self.scene.caller.user_id), true)),
            "EqualBusinessId" => {
                Ok(self.equals(&property, guid(self.scene.caller.business_unit_id), false))
            }
            "NotEqualBusinessId" => {
                Ok(self.equals(&property, guid(self.scene.caller.business_unit_id), true))
            }
            "EqualUserLanguage" => Ok(self.equals(&property, Value::Integer(USER_LANGUAGE), false)),
            "EqualUserTeams" => self.teams_of_caller(&property),
            "EqualUserOrUserTeams" => {
                let own = self.equals(&property, guid(self.scene.caller.user_id), false);
                Ok(format!("({own} OR {})", self.teams_of_caller(&property)?))
            }
            "Under" | "UnderOrEqual" | "NotUnder" | "Above" | "AboveOrEqual" => {
                self.hierarchy(&property, &arguments)
            }
            _ => self.temporal(&property, &arguments),
        }
    }

    fn equals(&mut self, property: &Property<'_>, value: Value, negated: bool) -> String {
        self.parameters.push(value);
        format!(
            "{} {} ?",
            property.sql,
            if negated { "IS NOT" } else { "=" }
        )
    }

    fn membership(
        &mut self,
        property: &Property<'_>,
        arguments: &Arguments<'_>,
        negated: bool,
    ) -> Result<String, SimError> {
        let values = arguments.values()?;
        let marks = vec!["?"; values.len()].join(",");
        for text in &values {
            self.push_loose(property, text)?;
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
        arguments: &Arguments<'_>,
        negated: bool,
    ) -> Result<String, SimError> {
        let values = arguments.values()?;
        let [low, high] = values.as_slice() else {
            return Err(SimError::invalid_argument(format!(
                "The function '{}' takes exactly 2 values in 'PropertyValues'.",
                arguments.function
            )));
        };
        self.push_loose(property, low)?;
        self.push_loose(property, high)?;
        let not = if negated { "NOT " } else { "" };
        Ok(format!("{} {not}BETWEEN ? AND ?", property.sql))
    }

    fn contained(
        &mut self,
        property: &Property<'_>,
        arguments: &Arguments<'_>,
        negated: bool,
    ) -> Result<String, SimError> {
        let mut tests = Vec::new();
        for text in arguments.values()? {
            self.parameters.push(Value::Text(format!(",{text},")));
            tests.push(format!("instr(',' || {} || ',', ?) > 0", property.sql));
        }
        let any = tests.join(" OR ");
        Ok(if negated {
            format!("({} IS NULL OR NOT ({any}))", property.sql)
        } else {
            format!("({any})")
        })
    }

    fn teams_of_caller(&mut self, property: &Property<'_>) -> Result<String, SimError> {
        if self.scene.schema.table("teammembership").is_none() {
            return Ok("0".to_owned());
        }
        self.parameters.push(guid(self.scene.caller.user_id));
        Ok(format!(
            "{} IN (SELECT \"teamid\" FROM \"teammembership\" WHERE \"systemuserid\" = ?)",
            property.sql
        ))
    }

    /// Walks the table's own hierarchy, down for `Under` and up for `Above`.
    fn hierarchy(
        &mut self,
        property: &Property<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<String, SimError> {
        let table = property.table;
        let parent = table
            .many_to_one()
            .iter()
            .find(|relationship| {
                relationship.is_hierarchical && relationship.referenced == table.logical_name
            })
            .ok_or_else(|| {
                SimError::invalid_argument(format!(
                    "Entity '{}' has no hierarchical relationship.",
                    table.logical_name
                ))
            })?;
        let (name, id) = (quoted(&table.logical_name), quoted(&table.primary_id));
        let parent = quoted(&parent.referencing_attribute);
        let start = arguments.text("PropertyValue")?;
        self.push_loose(property, &start)?;
        let step = if arguments.function.starts_with("Above") {
            format!(
                "SELECT c.{parent} FROM {name} AS c JOIN h ON c.{id} = h.id WHERE c.{parent} IS NOT NULL"
            )
        } else {
            format!("SELECT c.{id} FROM {name} AS c JOIN h ON c.{parent} = h.id")
        };
        let walk = format!("WITH RECURSIVE h(id) AS (VALUES (?) UNION {step}) SELECT id FROM h");
        let sql = &property.sql;
        if arguments.function == "UnderOrEqual" || arguments.function == "AboveOrEqual" {
            return Ok(format!("{sql} IN ({walk})"));
        }
        if arguments.function == "NotUnder" {
            return Ok(format!("({sql} IS NULL OR {sql} NOT IN ({walk}))"));
        }
        self.push_loose(property, &start)?;
        Ok(format!("({sql} IN ({walk}) AND {sql} <> ?)"))
    }

    fn temporal(
        &mut self,
        property: &Property<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<String, SimError> {
        let function = arguments.function;
        let now = self.scene.now;
        let span = if let Some(span) = calendar::fixed(function, now) {
            span
        } else if let "On" | "OnOrAfter" | "OnOrBefore" = function {
            let text = arguments.text("PropertyValue")?;
            let moment = parse_moment(&text).ok_or_else(|| arguments.senseless("PropertyValue"))?;
            calendar::relative_to_day(function, moment.date()).ok_or_else(|| arguments.unknown())?
        } else if let "InFiscalYear" = function {
            let year = arguments.number("PropertyValue")?;
            calendar::fiscal(year, None).ok_or_else(|| arguments.senseless("PropertyValue"))?
        } else if let "InFiscalPeriodAndYear"
        | "InOrAfterFiscalPeriodAndYear"
        | "InOrBeforeFiscalPeriodAndYear" = function
        {
            let period = u8::try_from(arguments.number("PropertyValue1")?)
                .map_err(|_| arguments.senseless("PropertyValue1"))?;
            let span = calendar::fiscal(arguments.number("PropertyValue2")?, Some(period))
                .ok_or_else(|| arguments.senseless("PropertyValue1"))?;
            match function {
                "InFiscalPeriodAndYear" => span,
                "InOrAfterFiscalPeriodAndYear" => Span {
                    until: None,
                    ..span
                },
                _ => Span { from: None, ..span },
            }
        } else {
            // The name is looked at first: an unknown function is no complaint about its parameters.
            calendar::counted(function, 1, now).ok_or_else(|| arguments.unknown())?;
            let count = arguments.number("PropertyValue")?;
            if count < 1 {
                return Err(arguments.senseless("PropertyValue"));
            }
            calendar::counted(function, count, now).ok_or_else(|| arguments.unknown())?
        };
        if !property.is_temporal() {
            return Err(SimError::invalid_argument(format!(
                "The function '{function}' needs a date column, and '{}' is none.",
                property.column.logical_name
            )));
        }
        Ok(self.within(property, span))
    }

    fn within(&mut self, property: &Property<'_>, span: Span) -> String {
        let unit = |second: i64| match property.encoding {
            // The first day that begins at or after the bound.
            Encoding::Day => second.div_euclid(DAY) + i64::from(second.rem_euclid(DAY) > 0),
            _ => second,
        };
        let mut tests = Vec::new();
        if let Some(from) = span.from {
            // A day counts from its beginning, even when the span begins during it.
            let from = if property.encoding == Encoding::Day {
                from.div_euclid(DAY)
            } else {
                from
            };
            self.parameters.push(Value::Integer(from));
            tests.push(format!("{} >= ?", property.sql));
        }
        if let Some(until) = span.until {
            self.parameters.push(Value::Integer(unit(until)));
            tests.push(format!("{} < ?", property.sql));
        }
        format!("({})", tests.join(" AND "))
    }

    fn push_loose(&mut self, property: &Property<'_>, text: &str) -> Result<(), SimError> {
        let value = loose_value(property.encoding, text).ok_or_else(|| {
            SimError::invalid_argument(format!(
                "The value '{text}' does not fit the column '{}'.",
                property.column.logical_name
            ))
        })?;
        self.parameters.push(value);
        Ok(())
    }
}

impl Arguments<'_> {
    fn find(&self, name: &str) -> Result<&Literal, SimError> {
        self.given.iter().find(|(given, _)| given == name).map(|(_, literal)| literal).ok_or_else(|| {
            SimError::bad_url(format!(
                "The parameter '{name}' of the function 'Microsoft.Dynamics.CRM.{}' is missing.",
                self.function
            ))
        })
    }

    fn text(&self, name: &str) -> Result<String, SimError> {
        Ok(match self.find(name)? {
            Literal::Text(text) | Literal::Number(text) | Literal::Moment(text) => text.clone(),
            Literal::Guid(id) => id.hyphenated().to_string(),
            Literal::Boolean(value) => value.to_string(),
            _ => return Err(self.senseless(name)),
        })
    }

    fn number(&self, name: &str) -> Result<i32, SimError> {
        self.text(name)?.parse().map_err(|_| self.senseless(name))
    }

    /// `PropertyValues`: a JSON array of texts or numbers.
    fn values(&self) -> Result<Vec<String>, SimError> {
        let Literal::Json(json) = self.find("PropertyValues")? else {
            return Err(self.senseless("PropertyValues"));
        };
        let values: Vec<serde_json::Value> = serde_json::from_str(json).map_err(|_| {
            SimError::bad_url(
                "Invalid JSON. A comma character ',' was expected in scope 'Array'. Every two elements in an array and \
                 properties of an object must be separated by commas.",
            )
        })?;
        if values.is_empty() || values.len() > MAX_VALUES {
            return Err(self.senseless("PropertyValues"));
        }
        values
            .into_iter()
            .map(|value| match value {
                serde_json::Value::String(text) => Ok(text),
                serde_json::Value::Number(number) => Ok(number.to_string()),
                serde_json::Value::Bool(value) => Ok(value.to_string()),
                _ => Err(self.senseless("PropertyValues")),
            })
            .collect()
    }

    fn senseless(&self, parameter: &str) -> SimError {
        SimError::invalid_argument(format!(
            "The parameter '{parameter}' of the function 'Microsoft.Dynamics.CRM.{}' has a value that it cannot take.",
            self.function
        ))
    }

    fn unknown(&self) -> SimError {
        SimError::bad_url(format!(
            "An unknown function with name 'Microsoft.Dynamics.CRM.{}' was found. This may also be a function import or a \
             key lookup on a navigation property, which is not allowed.",
            self.function
        ))
    }
}

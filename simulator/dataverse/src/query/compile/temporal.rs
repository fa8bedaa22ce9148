//! Operators over dates: spans of the calendar as bounds on a column.
//!
//! Layer: query, pure; the calendar itself is in [`crate::query::calendar`].

use rusqlite::types::Value;

use crate::query::calendar::{self, Span};
use crate::rows::storage::{
    layout::Encoding,
    moment::{DAY, parse_moment},
};

use super::operator::Misuse;
use super::{Compiler, Property};

impl Compiler<'_> {
    /// Compiles a date operator.
    pub(super) fn temporal(
        &mut self,
        property: &Property<'_>,
        operator: &str,
        values: &[String],
    ) -> Result<String, Misuse> {
        if !property.is_temporal() {
            return Err(Misuse::Column("a date column"));
        }
        let now = self.scene.now;
        let text = |index: usize| values.get(index).map(String::as_str).unwrap_or_default();
        let wrong = |index: usize| Misuse::Value(index, text(index).to_owned());
        let number = |index: usize| text(index).trim().parse::<i32>().map_err(|_| wrong(index));
        if operator == "InFiscalPeriod" {
            let period = number(0)?;
            if !(1..=4).contains(&period) {
                return Err(wrong(0));
            }
            self.parameters.push(Value::Integer(period.into()));
            return Ok(format!("{} = ?", date_part("quarter", property)));
        }
        if let "On" | "NotOn" | "OnOrAfter" | "OnOrBefore" = operator {
            let moment = parse_moment(text(0)).ok_or_else(|| wrong(0))?;
            let span = calendar::relative_to_day(operator, moment.date()).ok_or(Misuse::Unknown)?;
            let condition = self.within(property, span);
            return Ok(match operator {
                "NotOn" => format!("({} IS NULL OR NOT {condition})", property.sql),
                _ => condition,
            });
        }
        let span = match operator {
            "InFiscalYear" => calendar::fiscal(number(0)?, None).ok_or_else(|| wrong(0))?,
            "InFiscalPeriodAndYear"
            | "InOrAfterFiscalPeriodAndYear"
            | "InOrBeforeFiscalPeriodAndYear" => {
                let period = u8::try_from(number(0)?).map_err(|_| wrong(0))?;
                let span = calendar::fiscal(number(1)?, Some(period)).ok_or_else(|| wrong(0))?;
                match operator {
                    "InFiscalPeriodAndYear" => span,
                    "InOrAfterFiscalPeriodAndYear" => Span {
                        until: None,
                        ..span
                    },
                    _ => Span { from: None, ..span },
                }
            }
            _ => match calendar::fixed(operator, now) {
                Some(span) => span,
                None => {
                    let count = number(0)?;
                    if count < 1 {
                        return Err(wrong(0));
                    }
                    calendar::counted(operator, count, now).ok_or(Misuse::Unknown)?
                }
            },
        };
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
}

/// A part of a date as a number, in SQL: `day`, `week`, `month`, `quarter`, `year`, and the fiscal ones, where the fiscal
/// year is the calendar year in quarters. Weeks begin on Sunday and the first is the one with January 1st, as SQL Server
/// counts them.
pub fn date_part(part: &str, property: &Property<'_>) -> String {
    let seconds = match property.encoding {
        Encoding::Day => format!("{} * {DAY}", property.sql),
        _ => property.sql.clone(),
    };
    let field =
        |format: &str| format!("CAST(strftime('{format}', {seconds}, 'unixepoch') AS INTEGER)");
    match part {
        "day" => field("%d"),
        "week" => {
            let (day, weekday) = (field("%j"), field("%w"));
            format!("(({day} - 1 + ({weekday} - ({day} - 1) % 7 + 7) % 7) / 7 + 1)")
        }
        "month" => field("%m"),
        "quarter" => format!("(({} + 2) / 3)", field("%m")),
        _ => field("%Y"),
    }
}

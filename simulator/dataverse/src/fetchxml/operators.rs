//! The operators of `<condition>` and the names under which the compiler knows them.
//!
//! Layer: fetchxml, pure data (reference §3.9).

/// Name in FetchXML, name of the function.
const OPERATORS: &[(&str, &str)] = &[
    ("eq", "Equal"),
    ("ne", "NotEqual"),
    ("neq", "NotEqual"),
    ("gt", "Greater"),
    ("ge", "GreaterOrEqual"),
    ("lt", "Less"),
    ("le", "LessOrEqual"),
    ("like", "Like"),
    ("not-like", "NotLike"),
    ("in", "In"),
    ("not-in", "NotIn"),
    ("between", "Between"),
    ("not-between", "NotBetween"),
    ("null", "Null"),
    ("not-null", "NotNull"),
    ("begins-with", "BeginsWith"),
    ("not-begin-with", "NotBeginWith"),
    ("ends-with", "EndsWith"),
    ("not-end-with", "NotEndWith"),
    ("contain-values", "ContainValues"),
    ("not-contain-values", "DoesNotContainValues"),
    ("on", "On"),
    ("not-on", "NotOn"),
    ("on-or-before", "OnOrBefore"),
    ("on-or-after", "OnOrAfter"),
    ("today", "Today"),
    ("yesterday", "Yesterday"),
    ("tomorrow", "Tomorrow"),
    ("this-week", "ThisWeek"),
    ("this-month", "ThisMonth"),
    ("this-year", "ThisYear"),
    ("last-week", "LastWeek"),
    ("last-month", "LastMonth"),
    ("last-year", "LastYear"),
    ("next-week", "NextWeek"),
    ("next-month", "NextMonth"),
    ("next-year", "NextYear"),
    ("last-seven-days", "Last7Days"),
    ("next-seven-days", "Next7Days"),
    ("last-x-hours", "LastXHours"),
    ("last-x-days", "LastXDays"),
    ("last-x-weeks", "LastXWeeks"),
    ("last-x-months", "LastXMonths"),
    ("last-x-years", "LastXYears"),
    ("next-x-hours", "NextXHours"),
    ("next-x-days", "NextXDays"),
    ("next-x-weeks", "NextXWeeks"),
    ("next-x-months", "NextXMonths"),
    ("next-x-years", "NextXYears"),
    ("olderthan-x-minutes", "OlderThanXMinutes"),
    ("olderthan-x-hours", "OlderThanXHours"),
    ("olderthan-x-days", "OlderThanXDays"),
    ("olderthan-x-weeks", "OlderThanXWeeks"),
    ("olderthan-x-months", "OlderThanXMonths"),
    ("olderthan-x-years", "OlderThanXYears"),
    ("this-fiscal-year", "ThisFiscalYear"),
    ("this-fiscal-period", "ThisFiscalPeriod"),
    ("last-fiscal-year", "LastFiscalYear"),
    ("last-fiscal-period", "LastFiscalPeriod"),
    ("next-fiscal-year", "NextFiscalYear"),
    ("next-fiscal-period", "NextFiscalPeriod"),
    ("last-x-fiscal-years", "LastXFiscalYears"),
    ("last-x-fiscal-periods", "LastXFiscalPeriods"),
    ("next-x-fiscal-years", "NextXFiscalYears"),
    ("next-x-fiscal-periods", "NextXFiscalPeriods"),
    ("in-fiscal-year", "InFiscalYear"),
    ("in-fiscal-period", "InFiscalPeriod"),
    ("in-fiscal-period-and-year", "InFiscalPeriodAndYear"),
    (
        "in-or-before-fiscal-period-and-year",
        "InOrBeforeFiscalPeriodAndYear",
    ),
    (
        "in-or-after-fiscal-period-and-year",
        "InOrAfterFiscalPeriodAndYear",
    ),
    ("eq-userid", "EqualUserId"),
    ("ne-userid", "NotEqualUserId"),
    ("eq-userteams", "EqualUserTeams"),
    ("eq-useroruserteams", "EqualUserOrUserTeams"),
    ("eq-useroruserhierarchy", "EqualUserOrUserHierarchy"),
    (
        "eq-useroruserhierarchyandteams",
        "EqualUserOrUserHierarchyAndTeams",
    ),
    ("eq-businessid", "EqualBusinessId"),
    ("ne-businessid", "NotEqualBusinessId"),
    ("eq-userlanguage", "EqualUserLanguage"),
    ("under", "Under"),
    ("eq-or-under", "UnderOrEqual"),
    ("not-under", "NotUnder"),
    ("above", "Above"),
    ("eq-or-above", "AboveOrEqual"),
];

/// The function behind an operator of FetchXML.
pub fn function(operator: &str) -> Option<&'static str> {
    let found = OPERATORS.iter().find(|(name, _)| *name == operator);
    found.map(|(_, function)| *function)
}

/// All operators of FetchXML.
#[cfg(test)]
pub fn names() -> impl Iterator<Item = &'static str> {
    OPERATORS.iter().map(|(name, _)| *name)
}

/// The operator of FetchXML behind a function, for messages.
pub fn name(function: &str) -> &'static str {
    let found = OPERATORS.iter().find(|(_, known)| *known == function);
    found.map_or("", |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::compile::Arity;

    #[test]
    fn every_operator_is_known_to_the_compiler() {
        for (name, function) in OPERATORS {
            assert!(Arity::of(function).is_some(), "{name}: {function}");
        }
        assert_eq!(function("neq"), Some("NotEqual"));
        assert_eq!(name("NotEqual"), "ne");
        assert_eq!(function("Like"), None);
    }
}

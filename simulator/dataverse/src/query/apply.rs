//! `$apply`: a filter if need be, then groups, aggregates or both.
//!
//! Layer: query, pure. Other transformations of the standard are refused (reference §3.7).

use super::{
    ast::{Aggregate, Expression, Path},
    expand::split,
    parse::{self, Aliases},
    syntax::SyntaxError,
};

/// What `$apply` asks for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Apply {
    /// `filter(…)`; all of them must hold.
    pub filters: Vec<Expression>,
    /// The properties that groups are made by.
    pub groups: Vec<Path>,
    /// The aggregates of each group.
    pub aggregates: Vec<Item>,
}

/// One aggregate.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The property; `None` for `$count`.
    pub path: Option<Path>,
    /// How values become one.
    pub how: Aggregate,
    /// Name in the result.
    pub alias: String,
}

/// Parses an `$apply` value.
///
/// # Errors
/// Unknown transformations and methods, and texts that do not follow the grammar.
pub fn parse(text: &str, aliases: &Aliases) -> Result<Apply, SyntaxError> {
    let mut apply = Apply::default();
    let mut is_last = false;
    for step in split(text, '/')? {
        let (name, inside) = call(step, text)?;
        if is_last {
            return Err(unsupported(name));
        }
        match name {
            "filter" => apply.filters.push(parse::filter(inside, aliases)?),
            "aggregate" => {
                apply.aggregates = items(inside, text)?;
                is_last = true;
            }
            "groupby" => {
                group(&mut apply, inside, text)?;
                is_last = true;
            }
            other => return Err(unsupported(other)),
        }
    }
    if !is_last {
        return Err(SyntaxError::new(
            "The $apply query option needs an aggregate or groupby transformation.".to_owned(),
        ));
    }
    Ok(apply)
}

fn group(apply: &mut Apply, inside: &str, text: &str) -> Result<(), SyntaxError> {
    let parts = split(inside, ',')?;
    let (properties, rest) = match parts.split_first() {
        Some((first, rest)) => (first.trim(), rest),
        None => return Err(SyntaxError::expression_expected(0, text)),
    };
    let properties = properties
        .strip_prefix('(')
        .and_then(|properties| properties.strip_suffix(')'))
        .ok_or_else(|| SyntaxError::open_expected(position(inside, text), text))?;
    for property in split(properties, ',')? {
        apply.groups.push(path(property, text)?);
    }
    match rest {
        [] => {}
        [aggregate] => {
            let (name, inside) = call(aggregate, text)?;
            if name != "aggregate" {
                return Err(unsupported(name));
            }
            apply.aggregates = items(inside, text)?;
        }
        _ => {
            return Err(SyntaxError::close_or_comma_expected(
                position(inside, text),
                text,
            ));
        }
    }
    Ok(())
}

fn items(inside: &str, text: &str) -> Result<Vec<Item>, SyntaxError> {
    split(inside, ',')?
        .into_iter()
        .map(|item| {
            let words: Vec<&str> = item.split_whitespace().collect();
            match words.as_slice() {
                ["$count", "as", alias] => Ok(Item {
                    path: None,
                    how: Aggregate::Count,
                    alias: checked(alias, text)?,
                }),
                [property, "with", method, "as", alias] => Ok(Item {
                    path: Some(path(property, text)?),
                    how: how(method)?,
                    alias: checked(alias, text)?,
                }),
                _ => Err(SyntaxError::unexpected(position(item, text), text)),
            }
        })
        .collect()
}

fn how(method: &str) -> Result<Aggregate, SyntaxError> {
    Ok(match method {
        "sum" => Aggregate::Sum,
        "average" => Aggregate::Average,
        "min" => Aggregate::Minimum,
        "max" => Aggregate::Maximum,
        other => {
            return Err(SyntaxError::new(format!(
                "The aggregation method '{other}' is not supported."
            )));
        }
    })
}

/// `name(inside)`.
fn call<'t>(step: &'t str, text: &str) -> Result<(&'t str, &'t str), SyntaxError> {
    let step = step.trim();
    step.split_once('(')
        .and_then(|(name, rest)| Some((name.trim(), rest.strip_suffix(')')?)))
        .ok_or_else(|| SyntaxError::open_expected(position(step, text), text))
}

fn path(property: &str, text: &str) -> Result<Path, SyntaxError> {
    let property = property.trim();
    let segments: Vec<String> = property.split('/').map(str::to_owned).collect();
    if segments.iter().all(|segment| is_name(segment)) {
        Ok(Path { segments })
    } else {
        Err(SyntaxError::unexpected(position(property, text), text))
    }
}

fn checked(alias: &str, text: &str) -> Result<String, SyntaxError> {
    match is_name(alias) {
        true => Ok(alias.to_owned()),
        false => Err(SyntaxError::unexpected(position(alias, text), text)),
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|character| character.is_alphanumeric() || character == '_')
}

/// Where a part of the text stands in it.
fn position(part: &str, text: &str) -> usize {
    let before = text.find(part).and_then(|at| text.get(..at));
    before.map_or(0, |before| before.chars().count())
}

fn unsupported(name: &str) -> SyntaxError {
    SyntaxError::new(format!(
        "The transformation '{name}' is not supported in $apply."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Apply, String> {
        parse(text, &Aliases::new()).map_err(|error| error.message)
    }

    #[test]
    fn filters_groups_and_aggregates_are_read() {
        let apply = read(
            "filter(name eq 'a/b,(c')/groupby((statuscode, primarycontactid/fullname),aggregate(revenue with sum as total, \
             $count as n))",
        )
        .unwrap();
        assert_eq!(apply.filters.len(), 1);
        assert_eq!(apply.groups[1].segments, ["primarycontactid", "fullname"]);
        assert_eq!(apply.aggregates[0].how, Aggregate::Sum);
        assert_eq!(
            (
                apply.aggregates[1].path.clone(),
                apply.aggregates[1].alias.as_str()
            ),
            (None, "n")
        );
        assert!(read("aggregate(revenue with max as m)").is_ok());
        assert_eq!(read("groupby((statuscode))").unwrap().aggregates, []);
    }

    #[test]
    fn everything_else_is_refused() {
        for (text, message) in [
            (
                "compute(a as b)",
                "The transformation 'compute' is not supported in $apply.",
            ),
            (
                "aggregate($count as n)/filter(n gt 1)",
                "The transformation 'filter' is not supported in $apply.",
            ),
            (
                "aggregate(a with countdistinct as n)",
                "The aggregation method 'countdistinct' is not supported.",
            ),
            (
                "filter(a eq 1)",
                "The $apply query option needs an aggregate or groupby transformation.",
            ),
            ("groupby(a)", "'(' expected at position 8 in 'groupby(a)'."),
            (
                "aggregate(a as n)",
                "Syntax error at position 10 in 'aggregate(a as n)'.",
            ),
            ("groupby", "'(' expected at position 0 in 'groupby'."),
        ] {
            assert_eq!(read(text), Err(message.to_owned()), "{text}");
        }
    }
}

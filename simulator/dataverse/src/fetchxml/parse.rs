//! The XML tree to a query: what may stand where, and the limits on how much of it.
//!
//! Layer: fetchxml, pure. Attributes that only older clients and forms know are read over (reference §3.9).

use crate::http::SimError;
use crate::query::ast::Aggregate;

use super::ast::{
    Attribute, Condition, Content, Fetch, Filter, Item, Link, LinkKind, Order, OrderBy,
};
use super::xml::Element;
use super::{errors, operators, xml};

/// Most `<link-entity>` elements of a query.
const MAX_LINKS: usize = 15;

/// Most conditions of a query (number unverified).
const MAX_CONDITIONS: usize = 500;

/// Largest `top` and `count`.
const MAX_ROWS: usize = 5_000;

/// Parts of a date that groups may be made of.
const DATE_PARTS: &[&str] = &[
    "day",
    "week",
    "month",
    "quarter",
    "year",
    "fiscal-period",
    "fiscal-year",
];

/// Reads a query.
///
/// # Errors
/// 400 for what is no FetchXML, with the place that is wrong.
pub fn fetch(text: &str) -> Result<Fetch, SimError> {
    let root = xml::read(text)?;
    if root.name != "fetch" {
        return Err(errors::invalid_xml(format_args!(
            "The root element must be 'fetch', and it is '{}'.",
            root.name
        )));
    }
    let mut reader = Reader::default();
    let entity = match root.children.as_slice() {
        [entity] if entity.name == "entity" => entity,
        [] => return Err(errors::no_element("entity")),
        _ => {
            return Err(errors::invalid_xml(
                "The element 'fetch' must hold exactly one element 'entity'.",
            ));
        }
    };
    let content = reader.content(entity)?;
    flag(&root, "no-lock")?;
    match given(&root, "mapping") {
        None | Some("logical" | "internal") => {}
        Some(other) => return Err(errors::wrong_value("mapping", other)),
    }
    let fetch = Fetch {
        top: number(&root, "top", 1, Some(MAX_ROWS))?,
        count: number(&root, "count", 1, Some(MAX_ROWS))?,
        page: number(&root, "page", 1, None)?,
        cookie: given(&root, "paging-cookie").map(str::to_owned),
        total: flag(&root, "returntotalrecordcount")?,
        distinct: flag(&root, "distinct")?,
        aggregate: flag(&root, "aggregate")?,
        aggregate_limit: number(&root, "aggregatelimit", 1, None)?,
        skip: 0,
        raw_order: flag(&root, "useraworderby")?,
        retained: match given(&root, "datasource") {
            None => false,
            Some("retained") => true,
            Some(other) => return Err(errors::wrong_value("datasource", other)),
        },
        table: required(entity, "name")?.to_owned(),
        content,
    };
    if fetch.distinct && reader.no_columns {
        return Err(errors::nothing_distinct());
    }
    if !fetch.aggregate && reader.by_alias {
        return Err(errors::ordered_by_alias());
    }
    for attribute in ["page", "count", "returntotalrecordcount"] {
        let present = match attribute {
            "page" => fetch.page.is_some(),
            "count" => fetch.count.is_some(),
            _ => fetch.total,
        };
        if fetch.top.is_some() && present {
            return Err(errors::top_with(attribute));
        }
    }
    Ok(fetch)
}

/// Counts what is limited while it reads.
#[derive(Default)]
struct Reader {
    links: usize,
    conditions: usize,
    no_columns: bool,
    by_alias: bool,
}

impl Reader {
    fn content(&mut self, parent: &Element) -> Result<Content, SimError> {
        let mut content = Content::default();
        for child in &parent.children {
            match child.name.as_str() {
                "all-attributes" => content.all = true,
                "no-attrs" => self.no_columns = true,
                "attribute" => content.attributes.push(attribute(child)?),
                "order" => {
                    let order = order(child)?;
                    self.by_alias |= matches!(order.by, OrderBy::Alias(_));
                    content.orders.push(order);
                }
                "filter" => content.filters.push(self.filter(child)?),
                "link-entity" => {
                    let link = self.link(child)?;
                    if link.kind.is_filter() {
                        return Err(errors::invalid(format!(
                            "The link-type '{}' is only allowed within a filter.",
                            child.attribute("link-type").unwrap_or_default()
                        )));
                    }
                    content.links.push(link);
                }
                other => return Err(errors::invalid_node(other, &parent.name)),
            }
        }
        Ok(content)
    }

    fn link(&mut self, element: &Element) -> Result<Link, SimError> {
        self.links += 1;
        if self.links > MAX_LINKS {
            return Err(errors::too_many_links());
        }
        let kind = match given(element, "link-type").unwrap_or("inner") {
            "inner" | "natural" => LinkKind::Inner,
            "outer" => LinkKind::Outer,
            "exists" => LinkKind::Exists,
            "in" => LinkKind::In,
            "matchfirstrowusingcrossapply" => LinkKind::FirstRow,
            "any" => LinkKind::Any,
            "not any" => LinkKind::NotAny,
            "all" => LinkKind::All,
            "not all" => LinkKind::NotAll,
            other => return Err(errors::wrong_value("link-type", other)),
        };
        let content = self.content(element)?;
        if !kind.has_columns() && (content.all || !content.attributes.is_empty()) {
            return Err(errors::invalid(format!(
                "Columns of the link-entity '{}' can't be returned with the link-type '{}'.",
                required(element, "name")?,
                given(element, "link-type").unwrap_or_default()
            )));
        }
        let text = |name| given(element, name).map(str::to_owned);
        Ok(Link {
            table: required(element, "name")?.to_owned(),
            from: text("from"),
            to: text("to"),
            alias: match given(element, "alias") {
                Some(alias) => Some(checked_alias(alias)?),
                None => None,
            },
            kind,
            content,
        })
    }

    fn filter(&mut self, element: &Element) -> Result<Filter, SimError> {
        let any = match given(element, "type").unwrap_or("and") {
            "and" => false,
            "or" => true,
            other => return Err(errors::wrong_value("type", other)),
        };
        flag(element, "isquickfindfields")?;
        let mut items = Vec::new();
        for child in &element.children {
            items.push(match child.name.as_str() {
                "condition" => Item::Condition(self.condition(child)?),
                "filter" => Item::Filter(self.filter(child)?),
                "link-entity" => {
                    let link = self.link(child)?;
                    if !link.kind.is_filter() {
                        return Err(errors::invalid(format!(
                            "The link-type '{}' is not allowed within a filter.",
                            child.attribute("link-type").unwrap_or("inner")
                        )));
                    }
                    Item::Link(link)
                }
                other => return Err(errors::invalid_node(other, "filter")),
            });
        }
        Ok(Filter { any, items })
    }

    fn condition(&mut self, element: &Element) -> Result<Condition, SimError> {
        self.conditions += 1;
        if self.conditions > MAX_CONDITIONS {
            return Err(errors::too_many_conditions(MAX_CONDITIONS));
        }
        let name = required(element, "operator")?;
        let operator = operators::function(name).ok_or_else(|| {
            errors::operator(format!("The condition operator '{name}' is not valid."))
        })?;
        let mut values: Vec<String> = element
            .attribute("value")
            .map(str::to_owned)
            .into_iter()
            .collect();
        for child in &element.children {
            if child.name != "value" {
                return Err(errors::invalid_node(&child.name, "condition"));
            }
            values.push(child.text.trim().to_owned());
        }
        Ok(Condition {
            column: required(element, "attribute")?.to_owned(),
            operator,
            values,
            other: given(element, "valueof").map(str::to_owned),
            link: given(element, "entityname").map(str::to_owned),
        })
    }
}

fn attribute(element: &Element) -> Result<Attribute, SimError> {
    let aggregate = match given(element, "aggregate") {
        None => None,
        Some("count") => Some(Aggregate::Count),
        Some("countcolumn") => Some(Aggregate::CountColumn),
        Some("sum") => Some(Aggregate::Sum),
        Some("avg") => Some(Aggregate::Average),
        Some("min") => Some(Aggregate::Minimum),
        Some("max") => Some(Aggregate::Maximum),
        Some(other) => return Err(errors::wrong_value("aggregate", other)),
    };
    let date_part = match given(element, "dategrouping") {
        None => None,
        Some(part) => Some(
            *DATE_PARTS
                .iter()
                .find(|known| **known == part)
                .ok_or_else(|| errors::wrong_value("dategrouping", part))?,
        ),
    };
    flag(element, "usertimezone")?;
    Ok(Attribute {
        name: required(element, "name")?.to_owned(),
        alias: match given(element, "alias") {
            Some(alias) => Some(checked_alias(alias)?),
            None => None,
        },
        aggregate,
        distinct: flag(element, "distinct")?,
        group: flag(element, "groupby")?,
        date_part,
        count_children: match given(element, "rowaggregate") {
            None => false,
            Some(name) if name.eq_ignore_ascii_case("countchildren") => true,
            Some(other) => return Err(errors::wrong_value("rowaggregate", other)),
        },
    })
}

fn order(element: &Element) -> Result<Order, SimError> {
    let by = match (given(element, "attribute"), given(element, "alias")) {
        (Some(column), None) => OrderBy::Column(column.to_owned()),
        (_, Some(alias)) => OrderBy::Alias(alias.to_owned()),
        (None, None) => return Err(errors::ordered_by_nothing()),
    };
    Ok(Order {
        by,
        link: given(element, "entityname").map(str::to_owned),
        descending: flag(element, "descending")?,
    })
}

/// Aliases become names in SQL and JSON; the service allows letters, digits and underscores only.
fn checked_alias(alias: &str) -> Result<String, SimError> {
    let letters = |character: char| character.is_ascii_alphanumeric() || "_.".contains(character);
    let begins = alias.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    if begins && alias.chars().all(letters) {
        Ok(alias.to_owned())
    } else {
        Err(errors::invalid(format!(
            "The alias '{alias}' is not valid. Only characters within the ranges [A-Z], [a-z] or [0-9] or _ are allowed. \
             The first character may only be in the ranges [A-Z], [a-z] or _."
        )))
    }
}

fn given<'e>(element: &'e Element, name: &str) -> Option<&'e str> {
    element.attribute(name).filter(|value| !value.is_empty())
}

fn required<'e>(element: &'e Element, name: &str) -> Result<&'e str, SimError> {
    given(element, name).ok_or_else(|| errors::no_required(name, &element.name))
}

fn flag(element: &Element, name: &str) -> Result<bool, SimError> {
    match given(element, name) {
        None | Some("false" | "False" | "0") => Ok(false),
        Some("true" | "True" | "1") => Ok(true),
        Some(other) => Err(errors::wrong_value(name, other)),
    }
}

fn number(
    element: &Element,
    name: &str,
    least: usize,
    most: Option<usize>,
) -> Result<Option<usize>, SimError> {
    let Some(text) = given(element, name) else {
        return Ok(None);
    };
    let number: usize = text
        .trim()
        .parse()
        .map_err(|_| errors::wrong_value(name, text))?;
    if number < least {
        return Err(errors::not_positive(name));
    }
    if most.is_some_and(|most| number > most) {
        return Err(errors::wrong_value(name, text));
    }
    Ok(Some(number))
}

#[cfg(test)]
mod tests;

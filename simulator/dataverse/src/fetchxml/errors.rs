//! What can be wrong with FetchXML, in the words of the service.
//!
//! Layer: fetchxml, pure (reference §3.9, §11.3). Codes are those of the service's public list of `QueryBuilder…` errors;
//! which of them a mistake gets, and texts that go beyond that list, are chosen here, once (unverified).

use http::StatusCode;

use crate::http::SimError;

fn refused(code: &'static str, message: impl Into<String>) -> SimError {
    SimError::new(StatusCode::BAD_REQUEST, code, message)
}

/// No XML, or none that is FetchXML.
pub fn invalid_xml(detail: impl std::fmt::Display) -> SimError {
    refused("0x80040201", format!("Invalid XML. {detail}"))
}

/// Codes of attributes with a value that they cannot have.
const WRONG_VALUES: &[(&str, &str)] = &[
    ("descending", "0x80041119"),
    ("distinct", "0x80041115"),
    ("no-lock", "0x80041118"),
    ("useraworderby", "0x800410fd"),
    ("groupby", "0x8004112e"),
    ("link-type", "0x80041117"),
    ("type", "0x80041122"),
    ("dategrouping", "0x80041135"),
    ("aggregate", "0x8004111a"),
    ("mapping", "0x80041116"),
    ("isquickfindfields", "0x80041138"),
];

/// An attribute has a value that it cannot have.
pub fn wrong_value(attribute: &str, value: &str) -> SimError {
    let found = WRONG_VALUES.iter().find(|(name, _)| *name == attribute);
    let message = format!("Invalid value '{value}' for the attribute '{attribute}'.");
    match found {
        Some((_, code)) => refused(code, message),
        None => SimError::invalid_argument(message),
    }
}

/// A number that must be at least one is less.
pub fn not_positive(attribute: &str) -> SimError {
    refused(
        "0x8004110c",
        format!("A value greater than zero must be specified for the attribute '{attribute}'."),
    )
}

/// An element stands where it may not stand.
pub fn invalid_node(name: &str, parent: &str) -> SimError {
    refused(
        "0x8004111c",
        format!(
            "The element node encountered is invalid. The element '{parent}' has invalid child element '{name}'."
        ),
    )
}

/// An element lacks a child.
pub fn no_element(name: &str) -> SimError {
    refused(
        "0x80041123",
        format!("A required element was not specified. The element '{name}' is missing."),
    )
}

/// An element lacks an attribute.
pub fn no_required(attribute: &str, element: &str) -> SimError {
    refused(
        "0x8004111e",
        format!(
            "A required attribute was not specified. The attribute '{attribute}' of the element '{element}' is missing."
        ),
    )
}

/// `from` without `to`, or the other way round.
pub fn half_a_link(table: &str) -> SimError {
    refused(
        "0x80041111",
        format!(
            "AttributeFrom and AttributeTo must be either both specified or both omitted. You can not pass only one or the \
             other. AttributeFrom and AttributeTo of the link-entity '{table}'."
        ),
    )
}

/// `<no-attrs/>` in a query for different rows.
pub fn nothing_distinct() -> SimError {
    refused(
        "0x8004112c",
        "The no-attrs tag cannot be used in conjuction with Distinct set to true.",
    )
}

/// An order of a query that returns rows names an alias.
pub fn ordered_by_alias() -> SimError {
    refused(
        "0x80041132",
        "An alias cannot be specified for an order clause for a non-aggregate Query. Use an attribute.",
    )
}

/// An order of a query that returns rows names no column.
pub fn ordered_by_nothing() -> SimError {
    refused(
        "0x80041133",
        "An attribute is required for an order clause for a non-aggregate Query.",
    )
}

/// An order of an aggregate names a column.
pub fn aggregate_ordered_by_column() -> SimError {
    refused(
        "0x80041131",
        "An attribute cannot be specified for an order clause for an aggregate Query. Use an alias.",
    )
}

/// An attribute of an aggregate is neither aggregate nor group.
pub fn plain_in_aggregate(name: &str) -> SimError {
    refused(
        "0x80041107",
        format!(
            "Attributes can not be requested when an aggregate operation has been specified and its neither groupby not \
             aggregate. NodeXml : {name}"
        ),
    )
}

/// An attribute is both aggregate and group.
pub fn both_in_aggregate() -> SimError {
    refused(
        "0x80041137",
        "An attribute can either be an aggregate or a Group By but not both",
    )
}

/// An attribute of an aggregate has no alias.
pub fn no_alias(name: &str) -> SimError {
    refused(
        "0x80041109",
        format!("An alias is required for the attribute '{name}' of an aggregate query."),
    )
}

/// Two attributes of an aggregate have the same alias.
pub fn repeated_alias(alias: &str) -> SimError {
    refused(
        "0x80041130",
        format!("FetchXML should have unique aliases. The alias '{alias}' is used more than once."),
    )
}

/// An element or attribute that does not belong where it stands, or lacks what it needs.
pub fn invalid(detail: impl Into<String>) -> SimError {
    SimError::invalid_argument(detail)
}

/// A table that the organisation lacks.
pub fn no_table(name: &str) -> SimError {
    refused(
        "0x80041102",
        format!(
            "The entity with a name = '{name}' with namemapping = 'Logical' was not found in the MetadataCache."
        ),
    )
}

/// A column that its table lacks.
pub fn no_column(table: &str, column: &str) -> SimError {
    refused(
        "0x80041103",
        format!(
            "'{table}' entity doesn't contain attribute with Name = '{column}' and NameMapping = 'Logical'."
        ),
    )
}

/// The query is about another table than the address.
pub fn other_table(named: &str, expected: &str) -> SimError {
    refused(
        "0x80041128",
        format!(
            "The entity name specified in fetchxml does not match the entity name specified in the Entity or Query \
             Expression. Entity name in query: '{named}', expected: '{expected}'."
        ),
    )
}

/// An operator that does not exist, or not for this type of column.
pub fn operator(detail: impl Into<String>) -> SimError {
    refused("0x80041120", detail)
}

/// A link whose name nobody declared.
pub fn no_link(name: &str) -> SimError {
    refused(
        "0x8004110a",
        format!("Link entity with name or alias {name} is not found"),
    )
}

/// More links than a query may have.
pub fn too_many_links() -> SimError {
    refused(
        "0x8004430d",
        "Number of link entities in query exceeded maximum limit.",
    )
}

/// More conditions than a query may have.
pub fn too_many_conditions(limit: usize) -> SimError {
    refused(
        "0x8004430c",
        format!("Number of conditions in query exceeded maximum limit of {limit}."),
    )
}

/// `top` beside an attribute of paging.
pub fn top_with(attribute: &str) -> SimError {
    SimError::invalid_argument(format!(
        "The top attribute can't be specified with paging attribute {attribute}"
    ))
}

/// An aggregate over more rows than the service goes through.
pub fn too_many_rows() -> SimError {
    refused(
        "0x8004e023",
        "AggregateQueryRecordLimit exceeded. Cannot perform this operation.",
    )
}

/// A page that only a paging cookie reaches.
pub fn too_far(limit: usize) -> SimError {
    refused(
        "0x8004430a",
        format!(
            "Over upper limit of records that can be requested without a paging cookie. A paging cookie is required when \
             retrieving a high page number. The limit is {limit} records."
        ),
    )
}

/// A paging cookie that is none.
pub fn cookie() -> SimError {
    refused("0x8004112a", "Malformed XML in the Paging Cookie")
}

/// A paging cookie of a query with another order.
pub fn other_order() -> SimError {
    refused(
        "0x80041129",
        "Order by columns do not match those in paging cookie.",
    )
}

//! What can be wrong with FetchXML, in the words of the service.
//!
//! Layer: fetchxml, pure (reference §3.9, §11.3). Texts that no public source gives are chosen here, once.

use http::StatusCode;

use crate::http::SimError;

fn refused(code: &'static str, message: impl Into<String>) -> SimError {
    SimError::new(StatusCode::BAD_REQUEST, code, message)
}

/// No XML, or none that is FetchXML.
pub fn invalid_xml(detail: impl std::fmt::Display) -> SimError {
    refused("0x80040201", format!("Invalid XML. {detail}"))
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

/// The query is about another table than the address (code and text unverified).
pub fn other_table(named: &str, expected: &str) -> SimError {
    SimError::bad_url(format!(
        "The entity '{named}' of the query does not match the entity '{expected}' of the request."
    ))
}

/// An operator that does not exist, or not for this type of column.
pub fn operator(detail: impl Into<String>) -> SimError {
    refused("0x80041120", detail)
}

/// A link whose name nobody declared.
pub fn no_link(name: &str) -> SimError {
    refused(
        "0x80041103",
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
        "0x80041129",
        format!("Paging without a paging cookie is limited to {limit} records."),
    )
}

/// A paging cookie that this query did not give.
pub fn cookie() -> SimError {
    refused(
        "0x8004112a",
        "Paging cookie is malformed or does not belong to this query.",
    )
}

//! FetchXML: the older query language of Dataverse, an XML text that says everything a query can say.
//!
//! An XML text becomes a tree ([`xml`]), the tree a query ([`parse`], [`ast`]), the query SQL ([`compile`]), its rows an
//! answer ([`answer`]). The machinery of OData queries does the rest: operators, projections, paging (reference §3.9).

pub mod answer;
pub mod ast;
pub mod compile;
pub mod errors;
pub mod operators;
pub mod parse;
pub mod saved;
pub mod xml;

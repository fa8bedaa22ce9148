//! `$metadata`: the schema as CSDL, for code generators and OData parsers (reference §1.7, §9.4).
//!
//! Tables, their properties, navigation, keys and entity sets; every function and action that answers, with the types that
//! they are made of, and whatever else an imported document describes. Descriptions, permissions and capabilities come only with `?annotations=true`, as in the service.

mod annotations;
mod container;
mod declared;
mod entity;
mod operations;
mod types;

use std::fmt::Write;

use http::StatusCode;

use crate::http::{ODataRequest, Response, SimError};
use crate::operations::Catalogue;
use crate::organisation::OrgContext;
use crate::schema::Schema;

/// What is written into a document.
pub(crate) struct Document<'a> {
    xml: String,
    schema: &'a Schema,
    catalogue: &'a Catalogue,
    /// Whether annotations are wanted.
    is_annotated: bool,
}

/// The CSDL document.
pub fn answer(context: &OrgContext<'_>, request: &ODataRequest) -> Result<Response, SimError> {
    let operations = context.organisation.catalogue();
    let xml = render(&context.schema, operations, wants_annotations(request))?;
    Ok(Response::of_type(StatusCode::OK, "application/xml", xml))
}

/// Annotations are asked for in the address, or as those of rows are.
fn wants_annotations(request: &ODataRequest) -> bool {
    let query = request.query.as_deref().unwrap_or_default();
    let mut options = form_urlencoded::parse(query.as_bytes());
    let by_address =
        options.any(|(name, value)| name == "annotations" && value.eq_ignore_ascii_case("true"));
    by_address
        || request
            .preferences
            .annotations
            .includes("Org.OData.Core.V1.Description")
}

/// The document of a schema and what can be called in it.
pub(crate) fn render(
    schema: &Schema,
    catalogue: &Catalogue,
    is_annotated: bool,
) -> Result<String, SimError> {
    let mut document = Document {
        xml: String::with_capacity(1024 * 1024),
        schema,
        catalogue,
        is_annotated,
    };
    document.write().map_err(SimError::unexpected)?;
    Ok(document.xml)
}

impl Document<'_> {
    fn write(&mut self) -> std::fmt::Result {
        self.xml.push_str(concat!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
            "<edmx:Edmx Version=\"4.0\" xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\"><edmx:DataServices>",
            "<Schema Namespace=\"Microsoft.Dynamics.CRM\" Alias=\"mscrm\" xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">",
            "<EntityType Name=\"crmbaseentity\" Abstract=\"true\" />",
            "<EntityType Name=\"expando\" BaseType=\"mscrm.crmbaseentity\" OpenType=\"true\" />",
            "<EntityType Name=\"principal\" BaseType=\"mscrm.crmbaseentity\">",
            "<Key><PropertyRef Name=\"ownerid\" /></Key><Property Name=\"ownerid\" Type=\"Edm.Guid\" /></EntityType>",
        ));
        for table in self.schema.tables() {
            self.entity_type(table)?;
        }
        self.types()?;
        self.declared_types()?;
        self.operations()?;
        self.declared_operations()?;
        self.container()?;
        self.xml
            .push_str("</Schema></edmx:DataServices></edmx:Edmx>");
        Ok(())
    }

    /// Writes an attribute, its value escaped.
    fn attribute(&mut self, name: &str, value: &str) -> std::fmt::Result {
        write!(self.xml, " {name}=\"{}\"", quick_xml::escape::escape(value))
    }
}

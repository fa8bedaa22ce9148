//! `$metadata`: the schema as CSDL, for code generators and OData parsers.
//!
//! Tables, their properties and navigation, keys and entity sets, the functions the simulator has. Capability
//! annotations come with `?annotations=true` in the real service and are not rendered yet.

use std::fmt::Write;

use http::StatusCode;

use crate::http::{Response, SimError};
use crate::organisation::OrgContext;
use crate::schema::{
    Column, ColumnKind, DateTimeBehaviour, ManyToManySide, OneToMany, Schema, Table,
};

/// Response type, kind of its members, and name of each function.
const FUNCTIONS: [(&str, &[(&str, &str)]); 2] = [
    (
        "WhoAmI",
        &[
            ("BusinessUnitId", "Edm.Guid"),
            ("UserId", "Edm.Guid"),
            ("OrganizationId", "Edm.Guid"),
        ],
    ),
    ("RetrieveVersion", &[("Version", "Edm.String")]),
];

/// The CSDL document.
pub fn answer(context: &OrgContext<'_>) -> Result<Response, SimError> {
    let mut xml = String::with_capacity(512 * 1024);
    render(&mut xml, &context.schema).map_err(SimError::unexpected)?;
    Ok(Response::of_type(StatusCode::OK, "application/xml", xml))
}

fn render(xml: &mut String, schema: &Schema) -> std::fmt::Result {
    xml.push_str(concat!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
        "<edmx:Edmx Version=\"4.0\" xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\"><edmx:DataServices>",
        "<Schema Namespace=\"Microsoft.Dynamics.CRM\" Alias=\"mscrm\" xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">",
        "<EntityType Name=\"crmbaseentity\" Abstract=\"true\" />",
        "<EntityType Name=\"principal\" BaseType=\"mscrm.crmbaseentity\">",
        "<Key><PropertyRef Name=\"ownerid\" /></Key><Property Name=\"ownerid\" Type=\"Edm.Guid\" /></EntityType>",
    ));
    for table in schema.tables() {
        entity_type(xml, schema, table)?;
    }
    for (name, members) in FUNCTIONS {
        write!(xml, "<ComplexType Name=\"{name}Response\">")?;
        for (member, kind) in members {
            write!(
                xml,
                "<Property Name=\"{member}\" Type=\"{kind}\" Nullable=\"false\" />"
            )?;
        }
        write!(xml, "</ComplexType><Function Name=\"{name}\">")?;
        write!(
            xml,
            "<ReturnType Type=\"mscrm.{name}Response\" Nullable=\"false\" /></Function>"
        )?;
    }
    xml.push_str("<EntityContainer Name=\"System\">");
    for table in schema
        .tables()
        .iter()
        .filter(|table| !table.entity_set_name.is_empty())
    {
        entity_set(xml, schema, table)?;
    }
    for (name, _) in FUNCTIONS {
        write!(
            xml,
            "<FunctionImport Name=\"{name}\" Function=\"mscrm.{name}\" />"
        )?;
    }
    xml.push_str("</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>");
    Ok(())
}

fn entity_type(xml: &mut String, schema: &Schema, table: &Table) -> std::fmt::Result {
    let base = if table.is_principal {
        "principal"
    } else {
        "crmbaseentity"
    };
    write!(
        xml,
        "<EntityType Name=\"{}\" BaseType=\"mscrm.{base}\">",
        table.logical_name
    )?;
    if !table.is_principal {
        write!(
            xml,
            "<Key><PropertyRef Name=\"{}\" /></Key>",
            table.primary_id
        )?;
    }
    for column in &table.columns {
        property(xml, table, column)?;
    }
    for relationship in table.many_to_one() {
        many_to_one(xml, schema, relationship)?;
    }
    for relationship in table.one_to_many() {
        if let Some(referencing) = schema.table(&relationship.referencing) {
            collection(
                xml,
                &relationship.referenced_navigation,
                &referencing.logical_name,
                &relationship.referencing_navigation,
            )?;
        }
    }
    for relationship in table.many_to_many() {
        let (own, other) = sides(table, &relationship.first, &relationship.second);
        collection(xml, &own.navigation, &other.table, &other.navigation)?;
    }
    xml.push_str("</EntityType>");
    Ok(())
}

fn property(xml: &mut String, table: &Table, column: &Column) -> std::fmt::Result {
    let inherited = table.is_principal && column.logical_name == "ownerid";
    let Some(name) = column.property().filter(|_| !inherited) else {
        return Ok(());
    };
    let kind = match &column.kind {
        ColumnKind::Uniqueidentifier
        | ColumnKind::Lookup { .. }
        | ColumnKind::Customer { .. }
        | ColumnKind::Owner { .. } => "Edm.Guid",
        ColumnKind::Integer { .. }
        | ColumnKind::Choice { .. }
        | ColumnKind::State { .. }
        | ColumnKind::Status { .. } => "Edm.Int32",
        ColumnKind::BigInt => "Edm.Int64",
        ColumnKind::Decimal { .. } | ColumnKind::Money { .. } => "Edm.Decimal",
        ColumnKind::Double { .. } => "Edm.Double",
        ColumnKind::Boolean { .. } => "Edm.Boolean",
        ColumnKind::DateTime {
            behaviour: DateTimeBehaviour::DateOnly,
            ..
        } => "Edm.Date",
        ColumnKind::DateTime { .. } => "Edm.DateTimeOffset",
        ColumnKind::Image { .. } | ColumnKind::File { .. } => "Edm.Binary",
        ColumnKind::String { .. }
        | ColumnKind::Memo { .. }
        | ColumnKind::MultiChoice { .. }
        | ColumnKind::EntityName
        | ColumnKind::PartyList { .. }
        | ColumnKind::Virtual => "Edm.String",
    };
    write!(xml, "<Property Name=\"{name}\" Type=\"{kind}\"")?;
    match kind {
        "Edm.Decimal" => xml.push_str(" Scale=\"Variable\""),
        "Edm.String" => xml.push_str(" Unicode=\"false\""),
        _ => {}
    }
    if column.is_lookup() {
        // Only the navigation property can be written.
        xml.push_str(
            "><Annotation Term=\"Org.OData.Core.V1.Computed\" Bool=\"true\" /></Property>",
        );
    } else {
        xml.push_str(" />");
    }
    Ok(())
}

fn many_to_one(xml: &mut String, schema: &Schema, relationship: &OneToMany) -> std::fmt::Result {
    let OneToMany {
        referencing_navigation,
        referencing_attribute,
        referenced_navigation,
        ..
    } = relationship;
    let Some(referenced) = schema.table(&relationship.referenced) else {
        return Ok(());
    };
    // Lookups towards any owner are typed by what users and teams have in common.
    let (kind, key) = match referenced.logical_name.as_str() {
        "owner" => ("principal", "ownerid"),
        _ if referenced.is_principal => (referenced.logical_name.as_str(), "ownerid"),
        name => (name, relationship.referenced_attribute.as_str()),
    };
    write!(
        xml,
        "<NavigationProperty Name=\"{referencing_navigation}\" Type=\"mscrm.{kind}\" Nullable=\"true\""
    )?;
    if kind != "principal" {
        write!(xml, " Partner=\"{referenced_navigation}\"")?;
    }
    write!(
        xml,
        "><ReferentialConstraint Property=\"_{referencing_attribute}_value\" "
    )?;
    write!(xml, "ReferencedProperty=\"{key}\" /></NavigationProperty>")
}

fn collection(xml: &mut String, name: &str, target: &str, partner: &str) -> std::fmt::Result {
    write!(
        xml,
        "<NavigationProperty Name=\"{name}\" Type=\"Collection(mscrm.{target})\" Partner=\"{partner}\" />"
    )
}

fn sides<'a>(
    table: &Table,
    first: &'a ManyToManySide,
    second: &'a ManyToManySide,
) -> (&'a ManyToManySide, &'a ManyToManySide) {
    if first.table == table.logical_name {
        (first, second)
    } else {
        (second, first)
    }
}

fn entity_set(xml: &mut String, schema: &Schema, table: &Table) -> std::fmt::Result {
    write!(
        xml,
        "<EntitySet Name=\"{}\" EntityType=\"mscrm.{}\">",
        table.entity_set_name, table.logical_name
    )?;
    let mut bind = |path: &str, target: &str| match schema.table(target) {
        Some(target) if !target.entity_set_name.is_empty() && target.logical_name != "owner" => {
            write!(
                xml,
                "<NavigationPropertyBinding Path=\"{path}\" Target=\"{}\" />",
                target.entity_set_name
            )
        }
        _ => Ok(()),
    };
    for relationship in table.many_to_one() {
        bind(
            &relationship.referencing_navigation,
            &relationship.referenced,
        )?;
    }
    for relationship in table.one_to_many() {
        bind(
            &relationship.referenced_navigation,
            &relationship.referencing,
        )?;
    }
    for relationship in table.many_to_many() {
        let (own, other) = sides(table, &relationship.first, &relationship.second);
        bind(&own.navigation, &other.table)?;
    }
    xml.push_str("</EntitySet>");
    Ok(())
}

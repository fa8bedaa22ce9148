//! Enumerations and complex types: those that operations take and give, and the answers of each operation.

use std::fmt::Write;

use super::Document;
use super::operations::{described, nullable};
use crate::metadata::write::declared_types;
use crate::operations::{Catalogue, Parameter, Returns, complex_types, enum_types};
use crate::schema::ALIAS;

/// Types that stand for definitions, which have more members than all of a kind have.
const OPEN: &[&str] = &[
    "ComplexAttributeMetadata",
    "ComplexEntityKeyMetadata",
    "ComplexEntityMetadata",
    "ComplexLookupAttributeMetadata",
    "ComplexManyToManyRelationshipMetadata",
    "ComplexOneToManyRelationshipMetadata",
];

/// Types that descend from others.
const BASES: &[(&str, &str)] = &[("AttributeAuditDetail", "AuditDetail")];

/// What every document begins with.
const ROOTS: &[&str] = &["crmbaseentity", "expando", "principal"];

/// The names of the types that a document has in any organisation.
pub(super) fn own_types(catalogue: &Catalogue) -> impl Iterator<Item = String> {
    let complex = complex_types().into_iter().chain(declared_types());
    let answers = described(catalogue)
        .filter(|one| matches!(one.returns, Returns::Members(_)))
        .map(|one| format!("{}Response", one.name));
    let roots = ROOTS.iter().copied();
    roots
        .chain(enum_types().iter().map(|one| one.name))
        .chain(complex.map(|one| one.name))
        .map(str::to_owned)
        .chain(answers)
}

impl Document<'_> {
    pub(super) fn types(&mut self) -> std::fmt::Result {
        for one in enum_types() {
            write!(self.xml, "<EnumType Name=\"{}\"", one.name)?;
            if one.is_flags {
                self.xml.push_str(" IsFlags=\"true\"");
            }
            self.xml.push('>');
            for (member, value) in one.members {
                write!(self.xml, "<Member Name=\"{member}\" Value=\"{value}\" />")?;
            }
            let own: Vec<&str> = one.members.iter().map(|(member, _)| *member).collect();
            self.declared_members("EnumType", one.name, &own)?;
            self.xml.push_str("</EnumType>");
        }
        for one in complex_types().into_iter().chain(declared_types()) {
            self.complex_type(one.name, &one.members)?;
        }
        let catalogue = self.catalogue;
        for operation in described(catalogue) {
            if let Returns::Members(members) = operation.returns {
                self.complex_type(&format!("{}Response", operation.name), members)?;
            }
        }
        Ok(())
    }

    fn complex_type(&mut self, name: &str, members: &[Parameter]) -> std::fmt::Result {
        write!(self.xml, "<ComplexType Name=\"{name}\"")?;
        if let Some((_, base)) = BASES.iter().find(|(descendant, _)| *descendant == name) {
            write!(self.xml, " BaseType=\"{ALIAS}{base}\"")?;
        }
        if OPEN.contains(&name) {
            self.xml.push_str(" OpenType=\"true\"");
        }
        self.xml.push('>');
        for member in members {
            let kind = member.type_name(ALIAS);
            let nullable = nullable(member);
            // A member that is a row is reached, not held.
            if matches!(member.of, crate::operations::ValueType::Entity(_)) {
                write!(
                    self.xml,
                    "<NavigationProperty Name=\"{}\" Type=\"{kind}\"",
                    member.name
                )?;
                if !member.is_collection {
                    self.xml.push_str(nullable);
                }
            } else {
                write!(
                    self.xml,
                    "<Property Name=\"{}\" Type=\"{kind}\"{nullable}",
                    member.name
                )?;
                if kind == "Edm.Decimal" {
                    self.xml.push_str(" Scale=\"Variable\"");
                }
            }
            self.xml.push_str(" />");
        }
        let own: Vec<&str> = members.iter().map(|member| &*member.name).collect();
        self.declared_members("ComplexType", name, &own)?;
        self.xml.push_str("</ComplexType>");
        Ok(())
    }
}

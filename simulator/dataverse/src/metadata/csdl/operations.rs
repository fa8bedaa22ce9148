//! Functions and actions: those of the catalogue, and those that change definitions.

use std::fmt::Write;

use super::Document;
use crate::metadata::write::{DeclaredAction, declared_actions};
use crate::operations::{Binding, Catalogue, Kind, Parameter, Returns, Tables};
use crate::schema::ALIAS;

/// What a document says of an operation.
#[derive(Clone, Copy)]
pub(super) struct Described<'a> {
    pub(super) name: &'a str,
    pub(super) kind: Kind,
    pub(super) binding: &'a Binding,
    pub(super) parameters: &'a [Parameter],
    pub(super) returns: &'a Returns,
}

/// Everything that can be called.
pub(super) fn described(catalogue: &Catalogue) -> impl Iterator<Item = Described<'_>> {
    let of_definitions = declared_actions()
        .iter()
        .map(|action: &DeclaredAction| Described {
            name: action.name,
            kind: Kind::Action,
            binding: &Binding::None,
            parameters: &action.parameters,
            returns: &action.returns,
        });
    let of_rows = catalogue.iter().map(|operation| Described {
        name: &operation.name,
        kind: operation.kind,
        binding: &operation.binding,
        parameters: &operation.parameters,
        returns: &operation.returns,
    });
    of_rows.chain(of_definitions)
}

impl Document<'_> {
    pub(super) fn operations(&mut self) -> std::fmt::Result {
        let catalogue = self.catalogue;
        for operation in described(catalogue) {
            for (on, bound) in self.bindings(operation.binding) {
                self.operation(operation, on, bound.as_deref())?;
            }
        }
        Ok(())
    }

    /// Each type that an operation can be bound to, with the first parameter that it takes then.
    fn bindings<'b>(&self, binding: &'b Binding) -> Vec<(Option<&'b str>, Option<String>)> {
        let (tables, is_set) = match binding {
            Binding::None => return vec![(None, None)],
            Binding::Row(tables) => (tables, false),
            Binding::Collection(tables) => (tables, true),
        };
        let names: Vec<&'b str> = match tables {
            // Every table descends from it, and what is bound to a type is bound to those that descend from it.
            Tables::All => vec!["crmbaseentity"],
            Tables::Named(names) => names
                .iter()
                .map(AsRef::as_ref)
                .filter(|name| self.schema.table(name).is_some())
                .collect(),
        };
        let parameter = |name: &str| {
            if is_set {
                format!("Name=\"entityset\" Type=\"Collection({ALIAS}{name})\"")
            } else {
                format!("Name=\"entity\" Type=\"{ALIAS}{name}\"")
            }
        };
        names
            .into_iter()
            .map(|name| (Some(name), Some(parameter(name))))
            .collect()
    }

    fn operation(
        &mut self,
        operation: Described<'_>,
        on: Option<&str>,
        bound: Option<&str>,
    ) -> std::fmt::Result {
        let element = match operation.kind {
            Kind::Function => "Function",
            Kind::Action => "Action",
        };
        write!(self.xml, "<{element} Name=\"{}\"", operation.name)?;
        if bound.is_some() {
            self.xml.push_str(" IsBound=\"true\"");
        }
        self.xml.push('>');
        if let Some(bound) = bound {
            write!(self.xml, "<Parameter {bound} Nullable=\"false\" />")?;
        }
        for parameter in operation.parameters {
            write!(
                self.xml,
                "<Parameter Name=\"{}\" Type=\"{}\"{} />",
                parameter.name,
                parameter.type_name(ALIAS),
                nullable(parameter)
            )?;
        }
        self.declared_parameters(operation, on)?;
        let result = match operation.returns {
            Returns::Nothing => None,
            Returns::Members(_) => Some(format!("{ALIAS}{}Response", operation.name)),
            Returns::One(of) => Some(of.name(ALIAS).into_owned()),
            Returns::Many(of) => Some(format!("Collection({})", of.name(ALIAS))),
        };
        if let Some(result) = result {
            write!(
                self.xml,
                "<ReturnType Type=\"{result}\" Nullable=\"false\" />"
            )?;
        }
        write!(self.xml, "</{element}>")
    }
}

/// How an element says whether it takes null, which is what it does when it says nothing.
pub(super) fn nullable(parameter: &Parameter) -> &'static str {
    if parameter.is_optional {
        ""
    } else {
        " Nullable=\"false\""
    }
}

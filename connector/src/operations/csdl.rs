//! Reads `$metadata` (OData 4.0 CSDL) as far as calling operations needs it.
//!
//! An organisation's document has megabytes, nearly all of them columns of tables: it is read once from
//! front to end, and of a table only its name and what it descends from is kept.

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::model::{
    Binding, Complex, Enumeration, Kind, Operation, Operations, Parameter, TypeName,
};

/// The text is no CSDL document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("$metadata cannot be read: {0}")]
pub struct NotCsdl(String);

/// What is being read.
enum Open {
    Operation {
        read: Operation,
        bound: bool,
    },
    Enumeration {
        name: String,
        read: Enumeration,
        next: i64,
    },
    Complex {
        name: String,
        read: Complex,
    },
}

impl Operations {
    /// Reads a document.
    ///
    /// # Errors
    /// [`NotCsdl`] for what is no XML, or describes nothing.
    pub fn read(document: &str) -> Result<Self, NotCsdl> {
        let mut reader = Reader::from_str(document);
        let mut found = Self::default();
        let mut open: Option<Open> = None;
        loop {
            let event = reader.read_event().map_err(|error| {
                NotCsdl(format!("{error} (at byte {})", reader.error_position()))
            })?;
            match event {
                Event::Start(start) => found.begin(&start, &mut open),
                Event::Empty(start) => {
                    found.begin(&start, &mut open);
                    found.end(start.local_name().as_ref(), &mut open);
                }
                Event::End(end) => found.end(end.local_name().as_ref(), &mut open),
                Event::Eof => break,
                _ => {}
            }
        }
        if found.namespace.is_empty() {
            return Err(NotCsdl("it has no schema".to_owned()));
        }
        Ok(found)
    }

    fn begin(&mut self, start: &BytesStart<'_>, open: &mut Option<Open>) {
        let name = || attribute(start, "Name").unwrap_or_default();
        let yes = |attribute_name: &str| {
            attribute(start, attribute_name).is_some_and(|text| text == "true")
        };
        match (start.local_name().as_ref(), open.as_mut()) {
            (b"Schema", _) if self.namespace.is_empty() => {
                self.namespace = attribute(start, "Namespace").unwrap_or_default();
            }
            (b"EntityType", _) => {
                let base = attribute(start, "BaseType");
                self.tables
                    .insert(name(), base.map(|base| bare(&base).to_owned()));
            }
            (b"EnumType", _) => {
                *open = Some(Open::Enumeration {
                    name: name(),
                    read: Enumeration {
                        flags: yes("IsFlags"),
                        members: Vec::new(),
                    },
                    next: 0,
                });
            }
            (b"ComplexType", _) => {
                let base = attribute(start, "BaseType");
                *open = Some(Open::Complex {
                    name: name(),
                    read: Complex {
                        base: base.map(|base| bare(&base).to_owned()),
                        open: yes("OpenType"),
                        members: Vec::new(),
                    },
                });
            }
            (element @ (b"Function" | b"Action"), None) => {
                *open = Some(Open::Operation {
                    read: Operation {
                        name: name(),
                        kind: match element {
                            b"Function" => Kind::Function,
                            _ => Kind::Action,
                        },
                        binding: None,
                        parameters: Vec::new(),
                        returns: None,
                    },
                    bound: yes("IsBound"),
                });
            }
            (b"Parameter", Some(Open::Operation { read, bound })) => {
                let parameter = parameter(start);
                // The first parameter of a bound operation is what it is called on (CSDL 12.2.2).
                if *bound && read.binding.is_none() {
                    read.binding = Some(Binding {
                        table: parameter.of.name,
                        many: parameter.of.many,
                    });
                } else {
                    read.parameters.push(parameter);
                }
            }
            (b"ReturnType", Some(Open::Operation { read, .. })) => {
                read.returns = attribute(start, "Type").map(|text| type_name(&text));
            }
            (b"Member", Some(Open::Enumeration { read, next, .. })) => {
                let value = attribute(start, "Value").and_then(|text| text.parse().ok());
                let value = value.unwrap_or(*next);
                *next = value.saturating_add(1);
                read.members.push((name(), value));
            }
            (b"Property" | b"NavigationProperty", Some(Open::Complex { read, .. })) => {
                read.members.push(parameter(start));
            }
            _ => {}
        }
    }

    fn end(&mut self, element: &[u8], open: &mut Option<Open>) {
        match (element, open.take()) {
            (b"Function" | b"Action", Some(Open::Operation { read, .. })) => self.all.push(read),
            (b"EnumType", Some(Open::Enumeration { name, read, .. })) => {
                self.enumerations.insert(name, read);
            }
            (b"ComplexType", Some(Open::Complex { name, read })) => {
                self.complex.insert(name, read);
            }
            (_, still) => *open = still,
        }
    }
}

fn parameter(start: &BytesStart<'_>) -> Parameter {
    Parameter {
        name: attribute(start, "Name").unwrap_or_default(),
        of: type_name(&attribute(start, "Type").unwrap_or_default()),
        optional: attribute(start, "Nullable").is_none_or(|text| text != "false"),
    }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = start.try_get_attribute(name).ok()??;
    let text = String::from_utf8_lossy(&found.value);
    Some(match quick_xml::escape::unescape(&text) {
        Ok(plain) => plain.into_owned(),
        Err(_) => text.into_owned(),
    })
}

fn type_name(text: &str) -> TypeName {
    let inner = text
        .strip_prefix("Collection(")
        .and_then(|rest| rest.strip_suffix(')'));
    let one = inner.unwrap_or(text);
    TypeName {
        name: bare(one).to_owned(),
        primitive: one.starts_with("Edm."),
        many: inner.is_some(),
    }
}

/// A name without the namespace or alias in front.
fn bare(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::testing::{DOCUMENT, operations};

    #[test]
    fn an_operation_is_read_with_what_it_is_called_on_and_takes() {
        let read = operations();
        assert_eq!(read.namespace, "Microsoft.Dynamics.CRM");
        let add = read.all.iter().find(|one| one.name == "AddMemberList");
        let add = add.unwrap();
        assert_eq!(add.kind, Kind::Action);
        assert_eq!(
            add.binding,
            Some(Binding {
                table: "list".to_owned(),
                many: false
            })
        );
        let [id] = add.parameters.as_slice() else {
            panic!("{add:?}");
        };
        assert_eq!((id.name.as_str(), id.optional), ("EntityId", false));
        assert_eq!(add.returns.as_ref().unwrap().name, "AddMemberListResponse");
        let all = read.all.iter().find(|one| one.name == "new_All").unwrap();
        assert!(all.binding.as_ref().unwrap().many);
    }

    #[test]
    fn types_say_what_a_value_has_to_be() {
        use super::super::model::ValueType as V;
        let read = operations();
        for (name, expected) in [
            ("Edm.String", V::Text),
            ("Collection(Edm.Int64)", V::Whole(64)),
            ("mscrm.account", V::Row("account")),
            ("mscrm.PrincipalAccess", V::Complex("PrincipalAccess")),
            ("mscrm.Unknown", V::Other("Unknown")),
        ] {
            assert_eq!(read.value_type(&type_name(name)), expected, "{name}");
        }
        let name = type_name("mscrm.AccessRights");
        let V::Enumeration(_, rights) = read.value_type(&name) else {
            panic!("no enumeration");
        };
        assert!(rights.flags);
        assert_eq!(rights.members[1], ("ReadAccess".to_owned(), 1));
        assert!(read.is_a("account", "crmbaseentity"));
        assert!(read.is_a("task", "activitypointer"));
        assert!(!read.is_a("account", "activitypointer"));
        let (members, open) = read.members("PrincipalAccess");
        assert_eq!((members.len(), open), (2, false));
    }

    #[test]
    fn what_is_no_document_is_said_so() {
        for text in ["", "{}", "<Schema Namespace='x'", "<html></html>"] {
            assert!(Operations::read(text).is_err(), "{text}");
        }
        let cut = DOCUMENT.replace("</Schema>", "</Shema>");
        assert!(
            Operations::read(&cut)
                .unwrap_err()
                .to_string()
                .contains("at byte")
        );
    }
}

//! From XML to what it says: schemas, types, sets, and the annotations that tell something about rows.
//!
//! Layer: schema import, pure.

use super::ImportError;
use super::model::{Document, EntitySet, EntityType, EnumType, Navigation, Property};
use super::xml::{self, Element};
use crate::schema::{ALIAS, Markup, element_type};

const ADVICE: &str =
    "Save the answer of GET {organisation}/api/data/v9.2/$metadata, or with ?annotations=true.";
const TRACKING: &str = "Org.OData.Capabilities.V1.ChangeTracking";
const DESCRIPTION: &str = "Org.OData.Core.V1.Description";
const COMPUTED: &str = "Org.OData.Core.V1.Computed";
const PERMISSIONS: &str = "Org.OData.Core.V1.Permissions";
/// Both names of the term: the one that the service uses, and the one that OData made of it.
const ALTERNATE_KEYS: [&str; 2] = [
    "OData.Community.Keys.V1.AlternateKeys",
    "Org.OData.Core.V1.AlternateKeys",
];

/// Reads a document.
pub(super) fn read(text: &str) -> Result<Document, ImportError> {
    let root = xml::read(text)?;
    if root.name != "Edmx" {
        let message = format!("the root element is <{}>, not <edmx:Edmx>", root.name);
        return Err(ImportError::at(root.line, message, ADVICE));
    }
    if let Some(version) = root.attribute("Version")
        && !version.starts_with("4.")
    {
        let message = format!("this is OData {version}; the Web API is described in 4.0");
        return Err(ImportError::at(root.line, message, ADVICE));
    }
    let line = root.line;
    let services = root.into_all("DataServices");
    let schemas: Vec<Element> = services
        .flat_map(|services| services.into_all("Schema"))
        .collect();
    if schemas.is_empty() {
        return Err(ImportError::at(
            line,
            "there is no <Schema> in the document",
            ADVICE,
        ));
    }
    let names = Names::of(&schemas)?;
    let mut document = Document::default();
    for schema in schemas {
        for element in schema.children {
            match element.name.as_str() {
                "EntityType" => {
                    let read = entity_type(&element, &names)?;
                    if let Some(earlier) = document.types.get(&read.name) {
                        let message = format!(
                            "the type {} is there already, on line {}",
                            read.name, earlier.line
                        );
                        return Err(ImportError::at(element.line, message, ADVICE));
                    }
                    let name = read.name.clone();
                    document.markup.push(names.markup(element));
                    document.types.insert(name, read);
                }
                "EnumType" => {
                    let name = element.needed("Name")?.to_owned();
                    document.enums.insert(name, enumeration(&element)?);
                    document.markup.push(names.markup(element));
                }
                "ComplexType" => {
                    element.needed("Name")?;
                    document.markup.push(names.markup(element));
                }
                "Action" | "Function" => {
                    element.needed("Name")?;
                    document.operations.push(names.markup(element));
                }
                "EntityContainer" => {
                    container(&element, &names, &mut document)?;
                    let children = element.children.into_iter();
                    document
                        .container
                        .extend(children.map(|child| names.markup(child)));
                }
                _ => {}
            }
        }
    }
    check(&document)?;
    Ok(document)
}

/// Base types have to be there, and nothing may be its own ancestor.
fn check(document: &Document) -> Result<(), ImportError> {
    for one in document.types.values() {
        let top = document.line_of_descent(one).into_iter().next_back();
        let Some(missing) = top.and_then(|top| top.base.as_ref()) else {
            continue;
        };
        let message = if document.types.contains_key(missing) {
            format!("the base types of {} go in circles", one.name)
        } else {
            format!(
                "there is no type {missing}, from which {} derives",
                one.name
            )
        };
        return Err(ImportError::at(one.line, message, ADVICE));
    }
    Ok(())
}

/// The prefixes under which the document's own types are named.
struct Names {
    prefixes: Vec<String>,
}

impl Names {
    fn of(schemas: &[Element]) -> Result<Self, ImportError> {
        let mut prefixes = Vec::new();
        for schema in schemas {
            prefixes.push(format!("{}.", schema.needed("Namespace")?));
            prefixes.extend(schema.attribute("Alias").map(|alias| format!("{alias}.")));
        }
        Ok(Self { prefixes })
    }

    /// The name without its prefix; names of `Edm` and of unknown namespaces stay whole.
    fn local<'a>(&self, name: &'a str) -> &'a str {
        let mut known = self.prefixes.iter();
        let found = known.find_map(|prefix| name.strip_prefix(prefix.as_str()));
        found.filter(|local| !local.contains('.')).unwrap_or(name)
    }

    /// An element as it is told again: types of the document's own go by the one alias.
    fn markup(&self, element: Element) -> Markup {
        let is_plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let attributes = element.attributes.into_iter();
        let children = element.children.into_iter();
        Markup {
            attributes: attributes
                .filter(|(name, _)| is_plain(name))
                .map(|(name, value)| match name.as_str() {
                    "Type" | "BaseType" | "EntityType" | "Function" | "Action" => {
                        let value = self.qualified(&value);
                        (name, value)
                    }
                    _ => (name, value),
                })
                .collect(),
            children: children
                .filter(|child| is_plain(&child.name))
                .map(|child| self.markup(child))
                .collect(),
            element: element.name,
            text: element.text,
        }
    }

    fn qualified(&self, name: &str) -> String {
        let of = element_type(name);
        let local = self.local(of);
        match local.len() < of.len() {
            true => name.replace(of, &format!("{ALIAS}{local}")),
            false => name.to_owned(),
        }
    }
}

fn entity_type(element: &Element, names: &Names) -> Result<EntityType, ImportError> {
    let key = element.all("Key").flat_map(|key| key.all("PropertyRef"));
    let base = element.attribute("BaseType");
    Ok(EntityType {
        name: element.needed("Name")?.to_owned(),
        base: base.map(|base| names.local(base).to_owned()),
        is_abstract: element.attribute("Abstract") == Some("true"),
        key: key
            .map(|part| part.needed("Name").map(str::to_owned))
            .collect::<Result<_, _>>()?,
        properties: element
            .all("Property")
            .map(|property| self::property(property, names))
            .collect::<Result<_, _>>()?,
        navigations: element
            .all("NavigationProperty")
            .map(|navigation| {
                let read = self::navigation(navigation, names)?;
                Ok((read.name.clone(), read))
            })
            .collect::<Result<_, ImportError>>()?,
        alternate_keys: alternate_keys(element),
        description: description(element),
        line: element.line,
    })
}

fn property(element: &Element, names: &Names) -> Result<Property, ImportError> {
    let number = |name: &str| element.attribute(name).and_then(|text| text.parse().ok());
    Ok(Property {
        name: element.needed("Name")?.to_owned(),
        kind: names.local(element.needed("Type")?).to_owned(),
        max_length: number("MaxLength"),
        scale: number("Scale").and_then(|scale| u8::try_from(scale).ok()),
        is_read_only: is_read_only(element),
        description: description(element),
    })
}

fn navigation(element: &Element, names: &Names) -> Result<Navigation, ImportError> {
    let kind = element.needed("Type")?;
    let inner = element_type(kind);
    let constraint = element.all("ReferentialConstraint").next();
    Ok(Navigation {
        name: element.needed("Name")?.to_owned(),
        target: names.local(inner).to_owned(),
        is_collection: inner != kind,
        partner: element.attribute("Partner").map(str::to_owned),
        property: constraint
            .map(|constraint| constraint.needed("Property").map(str::to_owned))
            .transpose()?,
    })
}

fn enumeration(element: &Element) -> Result<EnumType, ImportError> {
    let mut next: i32 = 0;
    let mut members = Vec::new();
    for member in element.all("Member") {
        let value: i32 = match member.attribute("Value") {
            None => next,
            Some(text) => text.parse().map_err(|_| {
                let message = format!("`{text}` is no value of an enumeration");
                ImportError::at(member.line, message, "Values are 32-bit numbers.")
            })?,
        };
        next = value.saturating_add(1);
        members.push((member.needed("Name")?.to_owned(), value));
    }
    Ok(EnumType { members })
}

fn container(element: &Element, names: &Names, document: &mut Document) -> Result<(), ImportError> {
    for set in element.all("EntitySet") {
        let tracking = annotation(set, &[TRACKING]);
        document.tells_tracking |= tracking.is_some();
        let kind = names.local(set.needed("EntityType")?);
        let set = EntitySet {
            name: set.needed("Name")?.to_owned(),
            is_tracked: tracking.is_some_and(is_supported),
        };
        document.sets.entry(kind.to_owned()).or_insert(set);
    }
    Ok(())
}

fn annotation<'a>(element: &'a Element, terms: &[&str]) -> Option<&'a Element> {
    element.all("Annotation").find(|annotation| {
        let term = annotation.attribute("Term");
        term.is_some_and(|term| terms.contains(&term))
    })
}

fn description(element: &Element) -> String {
    let found = annotation(element, &[DESCRIPTION]);
    let text = found.and_then(|annotation| annotation.attribute("String"));
    text.unwrap_or_default().to_owned()
}

fn is_read_only(element: &Element) -> bool {
    let is_computed = annotation(element, &[COMPUTED])
        .is_some_and(|annotation| annotation.attribute("Bool") != Some("false"));
    let is_permitted = annotation(element, &[PERMISSIONS]).is_none_or(|annotation| {
        let inner = annotation.all("EnumMember").next();
        let member = annotation.attribute("EnumMember");
        let member = member.or_else(|| inner.map(|inner| inner.text.as_str()));
        !member.is_some_and(|member| member.ends_with("/Read"))
    });
    is_computed || !is_permitted
}

fn is_supported(annotation: &Element) -> bool {
    let mut values = annotation
        .all("Record")
        .flat_map(|record| record.all("PropertyValue"));
    values.any(|value| {
        value.attribute("Property") == Some("Supported") && value.attribute("Bool") != Some("false")
    })
}

fn alternate_keys(element: &Element) -> Vec<Vec<String>> {
    let Some(annotation) = annotation(element, &ALTERNATE_KEYS) else {
        return Vec::new();
    };
    let keys = annotation
        .all("Collection")
        .flat_map(|collection| collection.all("Record"));
    keys.map(|key| {
        key.all("PropertyValue")
            .flat_map(|value| value.all("Collection"))
            .flat_map(|collection| collection.all("Record"))
            .filter_map(column_of_key)
            .collect::<Vec<_>>()
    })
    .filter(|columns| !columns.is_empty())
    .collect()
}

fn column_of_key(part: &Element) -> Option<String> {
    let mut values = part.all("PropertyValue");
    let name = values.find(|value| value.attribute("Property") == Some("Name"))?;
    let path = name
        .attribute("PropertyPath")
        .or_else(|| name.attribute("Path"));
    path.map(str::to_owned)
}

//! From a path to definitions: `EntityDefinitions(LogicalName='lead')/Attributes(LogicalName='statuscode')/…`.

use percent_encoding::percent_decode_str;
use uuid::Uuid;

use super::NAMESPACE;
use super::documents::managed::MANAGED_PROPERTIES;
use super::item::{Children, Item};
use crate::http::SimError;
use crate::schema::Schema;

/// What a path leads to.
pub(super) struct Resource<'a> {
    /// What is there.
    pub(super) content: Content<'a>,
    /// The path as `@odata.context` names it.
    context: Vec<ContextSegment>,
    /// The type it was cast to, without namespace.
    pub(super) cast: Option<String>,
}

/// What is at the end of a path.
pub(super) enum Content<'a> {
    /// A collection of definitions.
    Many(Vec<Item<'a>>),
    /// One definition.
    One(Item<'a>),
    /// Nothing, where one might be.
    Nothing,
    /// A property of a definition.
    Property(Item<'a>, String),
    /// `$count` of a collection.
    Count(usize),
}

/// A name in a context, and the key that picked one of its collection.
struct ContextSegment {
    name: String,
    key: Option<String>,
}

impl Resource<'_> {
    /// The path as `@odata.context` names it, without selection: keys show only where the path goes on behind them,
    /// and a cast is no going on.
    pub(super) fn context(&self) -> String {
        let is_cast = |segment: &ContextSegment| segment.name.starts_with(NAMESPACE);
        let last = self
            .context
            .iter()
            .rposition(|segment| !is_cast(segment))
            .unwrap_or_default();
        let mut text = String::new();
        for (index, ContextSegment { name, key }) in self.context.iter().enumerate() {
            if index > 0 {
                text.push('/');
            }
            text.push_str(name);
            if let Some(key) = key.as_ref().filter(|_| index < last) {
                text.push_str(&format!("('{key}')"));
            }
        }
        text
    }

    fn goes_on(&mut self, name: &str) {
        self.context.push(ContextSegment {
            name: name.to_owned(),
            key: None,
        });
    }

    pub(super) fn is_collection(&self) -> bool {
        matches!(self.content, Content::Many(_))
    }

    /// Whether the path promises only a base type, so that the answer names the type that is there.
    pub(super) fn is_of_base_type(&self) -> bool {
        let last = self
            .context
            .last()
            .map_or("", |segment| segment.name.as_str());
        matches!(
            last,
            "Attributes" | "GlobalOptionSetDefinitions" | "RelationshipDefinitions"
        )
    }

    /// Whether the collection mixes types, so that only common properties can be asked for.
    pub(super) fn is_mixed(&self) -> bool {
        self.is_collection() && self.is_of_base_type()
    }
}

/// Follows a path.
pub(super) fn resolve<'a>(schema: &'a Schema, path: &str) -> Result<Resource<'a>, SimError> {
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    let first = Segment::parse(segments.next().unwrap_or_default())?;
    let mut resource = Resource {
        content: Content::Many(root(schema, &first.name)),
        context: vec![ContextSegment {
            name: first.name.clone(),
            key: None,
        }],
        cast: None,
    };
    if let Some(key) = &first.key {
        resource = pick(resource, key, &first.name)?;
    }
    for segment in segments {
        resource = step(schema, resource, Segment::parse(segment)?)?;
    }
    Ok(resource)
}

fn root<'a>(schema: &'a Schema, name: &str) -> Vec<Item<'a>> {
    match name {
        "EntityDefinitions" => schema.tables().iter().map(Item::Table).collect(),
        "ManagedPropertyDefinitions" => MANAGED_PROPERTIES.iter().map(Item::Managed).collect(),
        "GlobalOptionSetDefinitions" => schema.option_sets().iter().map(Item::OptionSet).collect(),
        _ => {
            let one_to_many = schema
                .relationships()
                .iter()
                .map(|one| Item::OneToMany(one));
            one_to_many
                .chain(
                    schema
                        .many_to_many()
                        .iter()
                        .map(|many| Item::ManyToMany(many)),
                )
                .collect()
        }
    }
}

fn step<'a>(
    schema: &'a Schema,
    mut resource: Resource<'a>,
    segment: Segment,
) -> Result<Resource<'a>, SimError> {
    let content = std::mem::replace(&mut resource.content, Content::Nothing);
    resource.cast = None;
    if let Some(wanted) = segment.name.strip_prefix(NAMESPACE) {
        resource.content = cast_to(content, wanted)?;
        resource.cast = Some(wanted.to_owned());
    } else {
        resource.content = follow(schema, content, &segment)?;
    }
    if !matches!(resource.content, Content::Count(_)) {
        resource.goes_on(&segment.name);
    }
    match &segment.key {
        Some(key) => pick(resource, key, &segment.name),
        None => Ok(resource),
    }
}

fn follow<'a>(
    schema: &'a Schema,
    content: Content<'a>,
    segment: &Segment,
) -> Result<Content<'a>, SimError> {
    let unknown = || SimError::unknown_segment(&segment.name);
    match content {
        Content::One(item) => match item.children(schema, &segment.name) {
            Some(Children::Many(items)) => Ok(Content::Many(items)),
            Some(Children::One(child)) => Ok(child.map_or(Content::Nothing, Content::One)),
            None if segment.key.is_none() && item.has_property(&segment.name, false) => {
                Ok(Content::Property(item, segment.name.clone()))
            }
            None => Err(unknown()),
        },
        Content::Many(items) if segment.name == "$count" => Ok(Content::Count(items.len())),
        _ => Err(unknown()),
    }
}

/// Keeps what is of a type. `AttributeMetadata` fits every column.
fn cast_to<'a>(content: Content<'a>, wanted: &str) -> Result<Content<'a>, SimError> {
    let is_base = matches!(
        wanted,
        "AttributeMetadata" | "OptionSetMetadataBase" | "RelationshipMetadataBase"
    );
    let fits = |item: &Item<'_>| is_base || item.type_name() == wanted;
    let unknown = || SimError::unknown_segment(&format!("{NAMESPACE}{wanted}"));
    if !is_castable(wanted) {
        return Err(unknown());
    }
    Ok(match content {
        Content::Many(items) => Content::Many(items.into_iter().filter(fits).collect()),
        Content::One(item) if fits(&item) => Content::One(item),
        Content::Nothing => Content::Nothing,
        // One definition that is of another type is not there under this one.
        _ => return Err(unknown()),
    })
}

/// Types that a path may cast to. `EnumAttributeMetadata` is abstract and refused.
fn is_castable(name: &str) -> bool {
    const COLUMNS: [&str; 18] = [
        "",
        "BigInt",
        "Boolean",
        "DateTime",
        "Decimal",
        "Double",
        "EntityName",
        "File",
        "Image",
        "Integer",
        "Lookup",
        "ManagedProperty",
        "Memo",
        "Money",
        "MultiSelectPicklist",
        "Picklist",
        "State",
        "Status",
    ];
    const OTHERS: [&str; 6] = [
        "OptionSetMetadata",
        "BooleanOptionSetMetadata",
        "OptionSetMetadataBase",
        "OneToManyRelationshipMetadata",
        "ManyToManyRelationshipMetadata",
        "RelationshipMetadataBase",
    ];
    let column = name.strip_suffix("AttributeMetadata");
    column.is_some_and(|column| {
        COLUMNS.contains(&column) || matches!(column, "String" | "UniqueIdentifier")
    }) || OTHERS.contains(&name)
}

fn pick<'a>(
    mut resource: Resource<'a>,
    key: &Key,
    collection: &str,
) -> Result<Resource<'a>, SimError> {
    let Content::Many(items) = resource.content else {
        return Err(SimError::unknown_segment(collection));
    };
    let found = items
        .into_iter()
        .find(|item| item.is_named(&key.property, &key.value));
    let item = found.ok_or_else(|| not_found(collection, key))?;
    resource.content = Content::One(item);
    if let Some(segment) = resource.context.last_mut() {
        // A context names what was found by its shortest name, whatever property the key used.
        segment.key = Some(match item {
            Item::Table(table) => table.logical_name.clone(),
            Item::Column(_, column) => column.logical_name.clone(),
            _ => key.value.clone(),
        });
    }
    Ok(resource)
}

/// Words and code of the message behind each set; the code is that of a missing row.
fn not_found(collection: &str, key: &Key) -> SimError {
    let Key { property, value } = key;
    let message = match (collection, property.as_str()) {
        ("EntityDefinitions", "LogicalName") => {
            format!("Could not find an entity with specified entity name: {value}.")
        }
        ("Attributes", "LogicalName") => {
            format!("Could not find an attribute with specified name: {value}.")
        }
        ("GlobalOptionSetDefinitions", "Name") => {
            format!("Could not find optionset with optionsetname {value}.")
        }
        _ => format!("Could not find {collection} with specified {property}: {value}."),
    };
    SimError::new(http::StatusCode::NOT_FOUND, "0x80040217", message)
}

/// A path segment.
struct Segment {
    name: String,
    key: Option<Key>,
}

/// A key predicate with one part.
struct Key {
    property: String,
    value: String,
}

impl Segment {
    fn parse(text: &str) -> Result<Self, SimError> {
        let text = percent_decode_str(text).decode_utf8_lossy();
        let Some((name, rest)) = text.split_once('(') else {
            return Ok(Self {
                name: text.into_owned(),
                key: None,
            });
        };
        let bad = || SimError::bad_url("Bad Request - Error in query syntax.");
        let inner = rest.strip_suffix(')').ok_or_else(bad)?.trim();
        let key = match inner.split_once('=') {
            Some((property, value)) => {
                let (property, value) = (property.trim(), value.trim());
                let quoted = value
                    .strip_prefix('\'')
                    .and_then(|value| value.strip_suffix('\''));
                let value = match quoted {
                    Some(value) => value.replace("''", "'"),
                    // Ids go without quotes, names never.
                    None if Uuid::try_parse(value).is_ok() => value.to_owned(),
                    None => return Err(bad()),
                };
                Key {
                    property: property.to_owned(),
                    value,
                }
            }
            None if Uuid::try_parse(inner).is_ok() => Key {
                property: "MetadataId".to_owned(),
                value: inner.to_owned(),
            },
            None => return Err(bad()),
        };
        Ok(Self {
            name: name.to_owned(),
            key: Some(key),
        })
    }
}

//! The types of columns: as people call them, and as the service does.

use airlock_connector::{
    Error,
    nearest::{did_you_mean, nearest},
};
use serde_json::{Map, Value};

use super::read::{inner, text};

/// Name here, name in the service's `AttributeTypeName`, and the cast that its definitions have.
const KINDS: [(&str, &str, &str); 19] = [
    ("text", "String", "String"),
    ("memo", "Memo", "Memo"),
    ("whole", "Integer", "Integer"),
    ("big", "BigInt", "BigInt"),
    ("decimal", "Decimal", "Decimal"),
    ("double", "Double", "Double"),
    ("money", "Money", "Money"),
    ("yes-no", "Boolean", "Boolean"),
    ("choice", "Picklist", "Picklist"),
    ("choices", "MultiSelectPicklist", "MultiSelectPicklist"),
    ("state", "State", "State"),
    ("status", "Status", "Status"),
    ("date", "DateTime", "DateTime"),
    ("lookup", "Lookup", "Lookup"),
    ("customer", "Customer", "Lookup"),
    ("owner", "Owner", "Lookup"),
    ("image", "Image", "Image"),
    ("file", "File", "File"),
    ("id", "Uniqueidentifier", "UniqueIdentifier"),
];

/// A type of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KindOfColumn {
    /// As the service calls it.
    pub(super) service: &'static str,
    /// The cast under which its definitions have all of their members.
    pub(super) cast: &'static str,
}

impl KindOfColumn {
    /// The type that a text names: `money`, `Money`, `MoneyType` or `MoneyAttributeMetadata`.
    pub(super) fn named(name: &str, pointer: &str) -> Result<Self, Error> {
        let bare = name.trim();
        let bare = bare.rsplit('.').next().unwrap_or(bare);
        let bare = bare.strip_suffix("AttributeMetadata").unwrap_or(bare);
        let bare = bare.strip_suffix("Type").unwrap_or(bare);
        let found = KINDS.iter().find(|(own, service, _)| {
            own.eq_ignore_ascii_case(bare) || service.eq_ignore_ascii_case(bare)
        });
        if let Some((_, service, cast)) = found {
            return Ok(Self { service, cast });
        }
        let names = || KINDS.iter().map(|(own, _, _)| *own);
        let near = nearest(bare, names());
        let hint = if near.is_empty() {
            format!("; there are {}", names().collect::<Vec<_>>().join(", "))
        } else {
            did_you_mean(&near)
        };
        Err(Error::invalid(
            pointer,
            format!("there is no type of columns `{name}`{hint}"),
        ))
    }

    /// Whether a column is of it.
    pub(super) fn is_of(self, column: &Map<String, Value>) -> bool {
        service_name(column) == self.service
    }

    /// The last part of an address that gives definitions with all members of the type.
    pub(super) fn segment(self) -> String {
        format!("/Microsoft.Dynamics.CRM.{}AttributeMetadata", self.cast)
    }
}

/// What the service calls a column's type. `AttributeType` says Virtual for files, images and several choices.
fn service_name(column: &Map<String, Value>) -> &str {
    let newer = inner(column, "AttributeTypeName").and_then(|name| name.strip_suffix("Type"));
    newer
        .or_else(|| text(column, "AttributeType"))
        .unwrap_or_default()
}

/// What a column's type is called here.
pub(super) fn name_of(column: &Map<String, Value>) -> String {
    let service = service_name(column);
    let known = KINDS.iter().find(|(_, name, _)| *name == service);
    known.map_or_else(|| service.to_lowercase(), |(own, _, _)| (*own).to_owned())
}

/// Where a column's options are, if it has any.
pub(super) fn options_of(column: &Map<String, Value>) -> Option<KindOfColumn> {
    let service = service_name(column);
    let with_options = [
        "Picklist",
        "MultiSelectPicklist",
        "State",
        "Status",
        "Boolean",
    ];
    let name = with_options.iter().find(|name| **name == service)?;
    KindOfColumn::named(name, "").ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_found_by_every_name_that_it_has() {
        for name in [
            "money",
            "Money",
            "MoneyType",
            "Microsoft.Dynamics.CRM.MoneyAttributeMetadata",
        ] {
            assert_eq!(KindOfColumn::named(name, "").unwrap().service, "Money");
        }
        assert_eq!(KindOfColumn::named("owner", "").unwrap().cast, "Lookup");
        let error = KindOfColumn::named("monney", "/type")
            .unwrap_err()
            .to_string();
        assert!(error.contains("did you mean money?"), "{error}");
        let error = KindOfColumn::named("zz", "/type").unwrap_err().to_string();
        assert!(error.contains("there are text, memo"), "{error}");
    }
}

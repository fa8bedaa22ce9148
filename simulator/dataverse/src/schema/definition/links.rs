//! From a lookup's targets to relationships and the names of their navigation properties.

use super::TableDefinition;
use super::file::{CascadeName, Feature, Link, SpecialLink};
use crate::schema::{Cascade, CascadeAction, Facts, OneToMany};

/// The relationship of one lookup column towards one target.
///
/// A lookup with one target is navigated by its own name, one with several by `<column>_<target>`; on activities
/// both get the table's name as suffix, because the unsuffixed ones belong to `activitypointer`. The collection on
/// the other side is named like the relationship.
pub(super) fn relationship(
    definition: &TableDefinition,
    column: &str,
    target: &str,
    is_polymorphic: bool,
    link: &Link,
) -> OneToMany {
    let special = match link {
        Link::Usual(name) => SpecialLink {
            relationship: name.clone(),
            cascade: CascadeName::default(),
            hierarchical: false,
            target_id: None,
            navigation: None,
        },
        Link::Special(special) => special.clone(),
    };
    let table = definition.logical_name();
    let mut usual = if is_polymorphic {
        format!("{column}_{target}")
    } else {
        column.to_owned()
    };
    if definition.has(Feature::Activity) {
        usual = format!("{usual}_{table}");
    }
    OneToMany {
        referenced: target.to_owned(),
        referenced_attribute: special.target_id.unwrap_or_else(|| format!("{target}id")),
        referencing: table,
        referencing_attribute: column.to_owned(),
        referencing_navigation: special.navigation.unwrap_or(usual),
        referenced_navigation: special.relationship.clone(),
        schema_name: special.relationship,
        cascade: cascade(special.cascade),
        is_hierarchical: special.hierarchical,
        is_custom: false,
        facts: Facts::default(),
    }
}

pub(super) fn cascade(name: CascadeName) -> Cascade {
    use CascadeAction::{Cascade as All, NoCascade, RemoveLink, Restrict};
    let none = Cascade {
        assign: NoCascade,
        delete: NoCascade,
        merge: NoCascade,
        reparent: NoCascade,
        share: NoCascade,
        unshare: NoCascade,
        rollup_view: NoCascade,
    };
    match name {
        CascadeName::None => none,
        CascadeName::Referential => Cascade {
            delete: RemoveLink,
            ..none
        },
        CascadeName::ReferentialMerge => Cascade {
            delete: RemoveLink,
            merge: All,
            ..none
        },
        CascadeName::Restrict => Cascade {
            delete: Restrict,
            ..none
        },
        CascadeName::Parental => Cascade {
            assign: All,
            delete: All,
            merge: All,
            reparent: All,
            share: All,
            unshare: All,
            ..none
        },
    }
}

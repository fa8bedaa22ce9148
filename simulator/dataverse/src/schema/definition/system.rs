//! The columns every table has, so that no table file repeats them.

use super::columns::{plain, read_only};
use super::file::{CascadeName, Lacking, Link, SpecialLink};
use super::{TableDefinition, links};
use crate::schema::{
    Column, ColumnKind, DateTimeBehaviour, DateTimeFormat, Derivation, Facts, IntegerFormat,
    OneToMany, RequiredLevel, TableParts,
};

/// Columns and relationships that a definition's `[system]` asks for.
pub(super) fn columns(definition: &TableDefinition) -> (Vec<Column>, Vec<OneToMany>) {
    let mut columns = dates(&definition.system.lacks);
    let mut relationships = Vec::new();
    for (column, relationship) in lookups(definition) {
        relationships.extend(relationship);
        columns.push(column);
    }
    if definition.system.currency.is_some() {
        columns.push(exchange_rate());
    }
    columns.push(Column {
        derivation: Some(Derivation::Version),
        ..read_only("VersionNumber", "Version Number", ColumnKind::BigInt)
    });
    (columns, relationships)
}

fn exchange_rate() -> Column {
    let kind = ColumnKind::Decimal {
        min: 0.000_000_000_001,
        max: 100_000_000_000.0,
        precision: 12,
    };
    read_only("ExchangeRate", "Exchange Rate", kind)
}

/// The currency of a table that was defined without one.
pub(super) fn currency_of(table: &TableParts) -> (Vec<Column>, OneToMany) {
    let kind = ColumnKind::Lookup {
        targets: vec!["transactioncurrency".to_owned()],
    };
    let column = plain("TransactionCurrencyId", "Currency", kind);
    let mut navigation = column.logical_name.clone();
    if table.is_activity {
        navigation = format!("{navigation}_{}", table.logical_name);
    }
    let name = format!("TransactionCurrency_{}", table.schema_name);
    let relationship = OneToMany {
        referenced: "transactioncurrency".to_owned(),
        referenced_attribute: "transactioncurrencyid".to_owned(),
        referencing: table.logical_name.clone(),
        referencing_attribute: column.logical_name.clone(),
        referencing_navigation: navigation,
        referenced_navigation: name.clone(),
        schema_name: name,
        cascade: links::cascade(CascadeName::Restrict),
        is_hierarchical: false,
        is_custom: false,
        facts: Facts::default(),
    };
    (vec![column, exchange_rate()], relationship)
}

/// Dates, import columns and time zones, but for what a table lacks.
fn dates(lacks: &[Lacking]) -> Vec<Column> {
    use Lacking::{Dates, Import, Modified, Overridden, TimeZones};
    let moment = || ColumnKind::DateTime {
        behaviour: DateTimeBehaviour::UserLocal,
        format: DateTimeFormat::DateAndTime,
    };
    let day = ColumnKind::DateTime {
        behaviour: DateTimeBehaviour::UserLocal,
        format: DateTimeFormat::DateOnly,
    };
    let whole = |min| ColumnKind::Integer {
        min,
        max: i32::MAX,
        format: IntegerFormat::None,
    };
    let only_on_create = |column| Column {
        valid_for_update: false,
        ..column
    };
    let all: [(&[Lacking], Column); 6] = [
        (&[Dates], read_only("CreatedOn", "Created On", moment())),
        (
            &[Dates, Modified],
            read_only("ModifiedOn", "Modified On", moment()),
        ),
        (
            &[Import, Overridden],
            only_on_create(plain("OverriddenCreatedOn", "Record Created On", day)),
        ),
        (
            &[Import],
            only_on_create(plain(
                "ImportSequenceNumber",
                "Import Sequence Number",
                whole(i32::MIN),
            )),
        ),
        (
            &[TimeZones],
            plain(
                "TimeZoneRuleVersionNumber",
                "Time Zone Rule Version Number",
                whole(-1),
            ),
        ),
        (
            &[TimeZones],
            plain(
                "UTCConversionTimeZoneCode",
                "UTC Conversion Time Zone Code",
                whole(-1),
            ),
        ),
    ];
    let kept = all
        .into_iter()
        .filter(|(without, _)| !without.iter().any(|lacking| lacks.contains(lacking)));
    kept.map(|(_, column)| column).collect()
}

fn lookups(definition: &TableDefinition) -> Vec<(Column, Option<OneToMany>)> {
    let system = &definition.system;
    let person = |schema_name, label, name: &Option<String>| {
        lookup(definition, schema_name, label, "systemuser", name)
    };
    let owning = |schema_name, label, target, name: &Option<String>, derivation| {
        let found = lookup(definition, schema_name, label, target, name);
        found.map(|(column, relationship)| {
            (
                Column {
                    derivation: Some(derivation),
                    ..column
                },
                relationship,
            )
        })
    };
    [
        person("CreatedBy", "Created By", &system.created_by),
        person(
            "CreatedOnBehalfBy",
            "Created By (Delegate)",
            &system.created_on_behalf_by,
        ),
        person("ModifiedBy", "Modified By", &system.modified_by),
        person(
            "ModifiedOnBehalfBy",
            "Modified By (Delegate)",
            &system.modified_on_behalf_by,
        ),
        owner(definition, &system.owner),
        owning(
            "OwningUser",
            "Owning User",
            "systemuser",
            &system.owning_user,
            Derivation::OwningUser,
        ),
        owning(
            "OwningTeam",
            "Owning Team",
            "team",
            &system.owning_team,
            Derivation::OwningTeam,
        ),
        owning(
            "OwningBusinessUnit",
            "Owning Business Unit",
            "businessunit",
            &system.owning_business_unit,
            Derivation::OwningBusinessUnit,
        ),
        currency(definition, &system.currency),
    ]
    .into_iter()
    .flatten()
    .collect()
}

type Found = Option<(Column, Option<OneToMany>)>;

fn lookup(
    definition: &TableDefinition,
    schema_name: &str,
    label: &str,
    target: &str,
    relationship: &Option<String>,
) -> Found {
    let link = special(relationship.as_ref()?, CascadeName::None);
    let column = read_only(
        schema_name,
        label,
        ColumnKind::Lookup {
            targets: vec![target.to_owned()],
        },
    );
    let relationship = links::relationship(definition, &column.logical_name, target, false, &link);
    Some((column, Some(relationship)))
}

/// `ownerid`: points at users and teams, while metadata knows one relationship towards `owner`.
fn owner(definition: &TableDefinition, relationship: &Option<String>) -> Found {
    let link = special(relationship.as_ref()?, CascadeName::None);
    let kind = ColumnKind::Owner {
        targets: vec!["systemuser".to_owned(), "team".to_owned()],
    };
    let column = Column {
        required: RequiredLevel::System,
        ..plain("OwnerId", "Owner", kind)
    };
    let relationship = links::relationship(definition, "ownerid", "owner", false, &link);
    Some((column, Some(relationship)))
}

fn currency(definition: &TableDefinition, relationship: &Option<String>) -> Found {
    let link = special(relationship.as_ref()?, CascadeName::Restrict);
    let kind = ColumnKind::Lookup {
        targets: vec!["transactioncurrency".to_owned()],
    };
    let column = plain("TransactionCurrencyId", "Currency", kind);
    let relationship = links::relationship(
        definition,
        &column.logical_name,
        "transactioncurrency",
        false,
        &link,
    );
    Some((column, Some(relationship)))
}

fn special(relationship: &str, cascade: CascadeName) -> Link {
    Link::Special(SpecialLink {
        relationship: relationship.to_owned(),
        cascade,
        hierarchical: false,
        target_id: (relationship.starts_with("owner_")).then(|| "ownerid".to_owned()),
        navigation: None,
    })
}

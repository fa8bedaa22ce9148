//! From a column's definition to a column.

use std::sync::Arc;

use super::DefinitionError;
use super::file::{
    BehaviourName, ColumnDefinition, DefaultValue, DerivedName, FormatName, RequiredName, TypeName,
    Write,
};
use crate::schema::{
    ChoiceOption, Column, ColumnKind, DateTimeBehaviour, DateTimeFormat, Derivation, Facts,
    IntegerFormat, Label, OptionDetail, OptionSet, PrecisionSource, RequiredLevel, TextFormat,
};

/// Largest amount either way: what an SQL `money` holds, in whole units.
pub const MONEY_LIMIT: f64 = 922_337_203_685_477.0;
/// Largest decimal either way.
const DECIMAL_LIMIT: f64 = 100_000_000_000.0;
/// Largest picture by default, in kilobytes.
const IMAGE_KILOBYTES: u32 = 10_240;
/// Largest file by default, in kilobytes.
const FILE_KILOBYTES: u32 = 32_768;

/// Where a column stands, for its option set's name and for messages.
pub(super) struct Place<'a> {
    pub(super) table: &'a str,
    pub(super) schema_name: &'a str,
    pub(super) global_choices: &'a [Arc<OptionSet>],
}

impl Place<'_> {
    fn logical_name(&self) -> String {
        self.schema_name.to_ascii_lowercase()
    }

    fn error(&self, message: impl Into<String>) -> DefinitionError {
        DefinitionError::Column {
            table: self.table.to_owned(),
            column: self.schema_name.to_owned(),
            message: message.into(),
        }
    }
}

/// A column without anything special; the kinds of columns that tables get by themselves start from it.
pub(crate) fn plain(schema_name: &str, label: &str, kind: ColumnKind) -> Column {
    Column {
        logical_name: schema_name.to_ascii_lowercase(),
        schema_name: schema_name.to_owned(),
        display_name: if label.is_empty() {
            Label::empty()
        } else {
            Label::new(label)
        },
        description: Label::empty(),
        kind,
        required: RequiredLevel::None,
        valid_for_create: true,
        valid_for_update: true,
        valid_for_read: true,
        attribute_of: None,
        derivation: None,
        number: 0,
        is_custom: false,
        facts: Facts::default(),
    }
}

/// A column that only the server writes.
pub(super) fn read_only(schema_name: &str, label: &str, kind: ColumnKind) -> Column {
    Column {
        valid_for_create: false,
        valid_for_update: false,
        ..plain(schema_name, label, kind)
    }
}

pub(super) fn define(
    definition: &ColumnDefinition,
    place: &Place<'_>,
) -> Result<Column, DefinitionError> {
    let (create, update) = match definition.write {
        Write::Always => (true, true),
        Write::Create => (true, false),
        Write::Update => (false, true),
        Write::Never => (false, false),
    };
    let is_id = definition.r#type == TypeName::PrimaryId;
    Ok(Column {
        required: if is_id {
            RequiredLevel::System
        } else {
            required(definition.required)
        },
        valid_for_create: create,
        valid_for_update: update && !is_id,
        derivation: definition.derived.map(derivation),
        ..plain(
            place.schema_name,
            &definition.label,
            kind(definition, place)?,
        )
    })
}

fn kind(definition: &ColumnDefinition, place: &Place<'_>) -> Result<ColumnKind, DefinitionError> {
    let min = |default: f64| definition.min.unwrap_or(default);
    let max = |default: f64| definition.max.unwrap_or(default);
    let targets = || definition.to.keys().cloned().collect::<Vec<_>>();
    Ok(match definition.r#type {
        TypeName::PrimaryId | TypeName::Guid => ColumnKind::Uniqueidentifier,
        TypeName::Text => ColumnKind::String {
            max_length: length(definition, place)?,
            format: text_format(definition.format),
        },
        TypeName::Memo => ColumnKind::Memo {
            max_length: length(definition, place)?,
            format: TextFormat::TextArea,
        },
        TypeName::Whole => ColumnKind::Integer {
            min: min(f64::from(i32::MIN)) as i32,
            max: max(f64::from(i32::MAX)) as i32,
            format: integer_format(definition.format),
        },
        TypeName::Big => ColumnKind::BigInt,
        TypeName::Decimal => ColumnKind::Decimal {
            min: min(-DECIMAL_LIMIT),
            max: max(DECIMAL_LIMIT),
            precision: definition.precision.unwrap_or(2),
        },
        TypeName::Double => ColumnKind::Double {
            min: min(-DECIMAL_LIMIT),
            max: max(DECIMAL_LIMIT),
            precision: definition.precision.unwrap_or(2),
        },
        TypeName::Money => ColumnKind::Money {
            min: min(-MONEY_LIMIT),
            max: max(MONEY_LIMIT),
            precision: definition.precision.unwrap_or(2),
            precision_source: PrecisionSource::Currency,
            base_of: None,
        },
        TypeName::YesNo => yes_no(definition),
        TypeName::Choice => {
            let options = options(definition, place)?;
            ColumnKind::Choice {
                options,
                default: choice_default(definition, place)?,
            }
        }
        TypeName::Choices => ColumnKind::MultiChoice {
            options: options(definition, place)?,
        },
        TypeName::DateTime => date_time(definition),
        TypeName::Lookup => ColumnKind::Lookup { targets: targets() },
        TypeName::Customer => ColumnKind::Customer { targets: targets() },
        TypeName::PartyList => ColumnKind::PartyList {
            targets: PARTIES.iter().map(|party| (*party).to_owned()).collect(),
        },
        TypeName::EntityName => ColumnKind::EntityName,
        TypeName::Image => ColumnKind::Image {
            max_kilobytes: IMAGE_KILOBYTES,
            is_primary: true,
            can_store_full: false,
        },
        TypeName::File => ColumnKind::File {
            max_kilobytes: FILE_KILOBYTES,
        },
        TypeName::ManagedProperty => ColumnKind::ManagedProperty,
    })
}

/// Who can take part in an activity.
const PARTIES: [&str; 5] = ["account", "contact", "lead", "opportunity", "systemuser"];

fn length(definition: &ColumnDefinition, place: &Place<'_>) -> Result<u32, DefinitionError> {
    match definition.max {
        Some(max) if max >= 1.0 && max <= f64::from(u32::MAX) => Ok(max as u32),
        _ => Err(place.error("text needs `max`, its greatest length")),
    }
}

fn yes_no(definition: &ColumnDefinition) -> ColumnKind {
    let (no, yes) = definition
        .labels
        .clone()
        .unwrap_or_else(|| ("No".into(), "Yes".into()));
    ColumnKind::Boolean {
        true_label: Label::new(yes),
        false_label: Label::new(no),
        default: matches!(definition.default, Some(DefaultValue::YesNo(true))),
    }
}

fn date_time(definition: &ColumnDefinition) -> ColumnKind {
    let behaviour = match definition.behaviour {
        BehaviourName::UserLocal => DateTimeBehaviour::UserLocal,
        BehaviourName::DateOnly => DateTimeBehaviour::DateOnly,
        BehaviourName::TimeZoneIndependent => DateTimeBehaviour::TimeZoneIndependent,
    };
    let is_day = definition.format == FormatName::Day || behaviour == DateTimeBehaviour::DateOnly;
    let format = if is_day {
        DateTimeFormat::DateOnly
    } else {
        DateTimeFormat::DateAndTime
    };
    ColumnKind::DateTime { behaviour, format }
}

fn choice_default(
    definition: &ColumnDefinition,
    place: &Place<'_>,
) -> Result<Option<i32>, DefinitionError> {
    match definition.default {
        None => Ok(None),
        Some(DefaultValue::Choice(value)) => Ok(Some(value)),
        Some(DefaultValue::YesNo(_)) => Err(place.error("a choice's default is one of its values")),
    }
}

fn options(
    definition: &ColumnDefinition,
    place: &Place<'_>,
) -> Result<Arc<OptionSet>, DefinitionError> {
    if let Some(name) = &definition.global {
        let found = place.global_choices.iter().find(|set| set.name == *name);
        return found
            .cloned()
            .ok_or_else(|| place.error(format!("there is no global choice `{name}`")));
    }
    let options = definition
        .options
        .iter()
        .map(|(value, label)| {
            let value = value
                .parse()
                .map_err(|_| place.error(format!("`{value}` is no choice value")))?;
            Ok(ChoiceOption {
                value,
                label: Label::new(label),
                color: None,
                detail: OptionDetail::Plain,
                description: Label::empty(),
                external_value: None,
                parent_values: Vec::new(),
                is_custom: false,
            })
        })
        .collect::<Result<Vec<_>, DefinitionError>>()?;
    if options.is_empty() {
        return Err(place.error("a choice needs `options` or `global`"));
    }
    Ok(Arc::new(OptionSet {
        name: format!("{}_{}", place.table, place.logical_name()),
        display_name: Label::new(&definition.label),
        is_global: false,
        options,
        description: Label::empty(),
        is_custom: false,
        facts: Facts::default(),
    }))
}

fn required(name: RequiredName) -> RequiredLevel {
    match name {
        RequiredName::No => RequiredLevel::None,
        RequiredName::Recommended => RequiredLevel::Recommended,
        RequiredName::Application => RequiredLevel::Application,
        RequiredName::System => RequiredLevel::System,
    }
}

fn text_format(name: FormatName) -> TextFormat {
    match name {
        FormatName::Email => TextFormat::Email,
        FormatName::Url => TextFormat::Url,
        FormatName::Phone => TextFormat::Phone,
        FormatName::Ticker => TextFormat::TickerSymbol,
        FormatName::Phonetic => TextFormat::PhoneticGuide,
        _ => TextFormat::Text,
    }
}

fn integer_format(name: FormatName) -> IntegerFormat {
    match name {
        FormatName::Duration => IntegerFormat::Duration,
        FormatName::TimeZone => IntegerFormat::TimeZone,
        FormatName::Language => IntegerFormat::Language,
        _ => IntegerFormat::None,
    }
}

fn derivation(name: DerivedName) -> Derivation {
    let address = |prefix: &str| Derivation::Address {
        prefix: prefix.to_owned(),
    };
    match name {
        DerivedName::FullName => Derivation::FullName,
        DerivedName::Address1 => address("address1_"),
        DerivedName::Address2 => address("address2_"),
        DerivedName::Address3 => address("address3_"),
        DerivedName::PrincipalId => Derivation::PrincipalId,
    }
}

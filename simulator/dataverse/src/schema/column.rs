//! Columns: one per attribute of a table, with everything that its type adds.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Facts, Label, OptionSet};

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Lower-case name.
    pub logical_name: String,
    /// Name with capitals.
    pub schema_name: String,
    /// Name for people.
    pub display_name: Label,
    /// Explanation for people.
    pub description: Label,
    /// Type and what belongs to it.
    pub kind: ColumnKind,
    /// Whether a value must be given.
    pub required: RequiredLevel,
    /// May be given on create; ignored otherwise.
    pub valid_for_create: bool,
    /// May be given on update; ignored otherwise.
    pub valid_for_update: bool,
    /// Can be read. A column that cannot is no property of the data API.
    pub valid_for_read: bool,
    /// Part of another column (`AttributeOf`), such as `primarycontactidname`. Such companions exist in metadata
    /// and are no property of the data API.
    pub attribute_of: Option<String>,
    /// How the server computes the value, when it does.
    pub derivation: Option<Derivation>,
    /// Position in metadata (`ColumnNumber`), from 1.
    pub number: u32,
    /// Added by a person, not shipped with the table.
    pub is_custom: bool,
    /// Identity, history and settings.
    #[serde(default)]
    pub facts: Facts,
}

/// Type of a column (`AttributeType`) with its limits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ColumnKind {
    /// A GUID that is no lookup: primary ids and foreign identifiers.
    Uniqueidentifier,
    /// A single line of text.
    String {
        /// Longest value in UTF-16 code units.
        max_length: u32,
        /// How forms show it.
        format: TextFormat,
    },
    /// Several lines of text.
    Memo {
        /// Longest value in UTF-16 code units.
        max_length: u32,
        /// How forms show it.
        format: TextFormat,
    },
    /// A 32-bit number.
    Integer {
        /// Least value.
        min: i32,
        /// Greatest value.
        max: i32,
        /// How forms show it.
        format: IntegerFormat,
    },
    /// A 64-bit number, kept by the server.
    BigInt,
    /// An exact decimal number.
    Decimal {
        /// Least value.
        min: f64,
        /// Greatest value.
        max: f64,
        /// Digits after the point, 0 to 10.
        precision: u8,
    },
    /// A floating-point number.
    Double {
        /// Least value.
        min: f64,
        /// Greatest value.
        max: f64,
        /// Digits after the point, 0 to 5.
        precision: u8,
    },
    /// An amount in the currency of the row.
    Money {
        /// Least value.
        min: f64,
        /// Greatest value.
        max: f64,
        /// Digits after the point, 0 to 4.
        precision: u8,
        /// Where the shown precision comes from.
        precision_source: PrecisionSource,
        /// Logical name of the amount this one restates in the base currency (`CalculationOf`).
        base_of: Option<String>,
    },
    /// Yes or no.
    Boolean {
        /// Label of true.
        true_label: Label,
        /// Label of false.
        false_label: Label,
        /// Value of a row that gives none.
        default: bool,
    },
    /// One option of a set (`Picklist`).
    Choice {
        /// The options.
        options: Arc<OptionSet>,
        /// Value of a row that gives none.
        default: Option<i32>,
    },
    /// Several options of a set (`MultiSelectPicklist`).
    MultiChoice {
        /// The options.
        options: Arc<OptionSet>,
    },
    /// `statecode`.
    State {
        /// Options with [`OptionDetail::State`](super::OptionDetail::State).
        options: Arc<OptionSet>,
        /// State of a new row.
        default: i32,
    },
    /// `statuscode`.
    Status {
        /// Options with [`OptionDetail::Status`](super::OptionDetail::Status).
        options: Arc<OptionSet>,
    },
    /// A moment or a day.
    DateTime {
        /// What time zones do to it; also decides between `Edm.Date` and `Edm.DateTimeOffset`.
        behaviour: DateTimeBehaviour,
        /// How forms show it.
        format: DateTimeFormat,
    },
    /// A reference to a row of one of some tables.
    Lookup {
        /// Logical names of the tables.
        targets: Vec<String>,
    },
    /// A reference to an account or a contact.
    Customer {
        /// Logical names of the tables, `account` and `contact`.
        targets: Vec<String>,
    },
    /// The user or team that owns the row.
    Owner {
        /// Logical names of the tables, `systemuser` and `team`.
        targets: Vec<String>,
    },
    /// The people of an activity.
    PartyList {
        /// Logical names of the tables.
        targets: Vec<String>,
    },
    /// A logical table name, as kept beside polymorphic references.
    EntityName,
    /// A picture.
    Image {
        /// Largest picture in kilobytes.
        max_kilobytes: u32,
        /// The picture that stands for the row.
        is_primary: bool,
        /// Whether the picture itself is kept, and not only its thumbnail.
        #[serde(default)]
        can_store_full: bool,
    },
    /// A file.
    File {
        /// Largest file in kilobytes.
        max_kilobytes: u32,
    },
    /// Yes or no, and whether that may be changed where the solution is installed (`BooleanManagedProperty`).
    ManagedProperty,
    /// Anything else that metadata lists and the data API does not show.
    Virtual,
}

/// How text is shown (`FormatName`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum TextFormat {
    Text,
    TextArea,
    Email,
    Url,
    Phone,
    TickerSymbol,
    PhoneticGuide,
    Json,
    RichText,
    VersionNumber,
}

/// How a whole number is shown (`Format`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum IntegerFormat {
    None,
    Duration,
    TimeZone,
    Language,
    Locale,
}

/// Where the shown precision of an amount comes from (`PrecisionSource`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PrecisionSource {
    /// The column's own precision (0).
    Column,
    /// The organisation's pricing precision (1).
    Pricing,
    /// The precision of the row's currency (2).
    Currency,
}

/// `DateTimeBehavior`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DateTimeBehaviour {
    /// Stored in UTC, shown in the user's zone.
    UserLocal,
    /// A day, without time and zone: `Edm.Date`.
    DateOnly,
    /// Stored and returned unchanged.
    TimeZoneIndependent,
}

/// `Format` of a date column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum DateTimeFormat {
    DateOnly,
    DateAndTime,
}

/// `RequiredLevel`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RequiredLevel {
    /// Optional.
    None,
    /// Optional, marked in forms.
    Recommended,
    /// Forms insist; the API does not.
    Application,
    /// The server insists.
    System,
}

/// How the server computes a value nobody writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Derivation {
    /// First, middle and last name by the organisation's name order (`First Last`).
    FullName,
    /// The lines of the address whose columns start with this prefix, such as `address1_`.
    Address {
        /// Prefix of the columns.
        prefix: String,
    },
    /// The amount of another column restated in the base currency.
    MoneyBase {
        /// Logical name of that column.
        of: String,
    },
    /// The owner, when it is a user.
    OwningUser,
    /// The owner, when it is a team.
    OwningTeam,
    /// The owner's business unit.
    OwningBusinessUnit,
    /// The row version.
    Version,
    /// The same GUID as the primary id (`ownerid` of users and teams).
    PrincipalId,
}

impl Column {
    /// Name of the property that carries the value in the data API: `_x_value` for lookups, `None` for what the
    /// data API does not show.
    pub fn property(&self) -> Option<String> {
        if !self.valid_for_read || self.attribute_of.is_some() {
            return None;
        }
        match &self.kind {
            ColumnKind::Lookup { .. } | ColumnKind::Customer { .. } | ColumnKind::Owner { .. } => {
                Some(format!("_{}_value", self.logical_name))
            }
            ColumnKind::PartyList { .. } | ColumnKind::Virtual => None,
            _ => Some(self.logical_name.clone()),
        }
    }

    /// Type of the property in the data API. A lookup's is that of the id it shows.
    pub fn edm_type(&self) -> &'static str {
        match &self.kind {
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
            ColumnKind::ManagedProperty => "mscrm.BooleanManagedProperty",
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
        }
    }

    /// Logical name of the managed property whose value the column is. Whatever is not about deleting is about customising.
    pub fn managed_property(&self) -> &'static str {
        match self.logical_name.as_str() {
            "canbedeleted" => "canbedeleted",
            _ => "iscustomizableanddeletable",
        }
    }

    /// Logical names of the tables this column can point at; empty when it is no reference.
    pub fn targets(&self) -> &[String] {
        match &self.kind {
            ColumnKind::Lookup { targets }
            | ColumnKind::Customer { targets }
            | ColumnKind::Owner { targets }
            | ColumnKind::PartyList { targets } => targets,
            _ => &[],
        }
    }

    /// Whether the value is a reference to one row.
    pub fn is_lookup(&self) -> bool {
        matches!(
            self.kind,
            ColumnKind::Lookup { .. } | ColumnKind::Customer { .. } | ColumnKind::Owner { .. }
        )
    }

    /// The options of a choice, choices, state or status column.
    pub fn options(&self) -> Option<&Arc<OptionSet>> {
        match &self.kind {
            ColumnKind::Choice { options, .. }
            | ColumnKind::MultiChoice { options }
            | ColumnKind::State { options, .. }
            | ColumnKind::Status { options } => Some(options),
            _ => None,
        }
    }
}

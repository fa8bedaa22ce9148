//! The TOML form of a table. Every key that may appear in a file is a field here; others are refused.

use indexmap::IndexMap;
use serde::Deserialize;

use super::DefinitionError;

/// A table file.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TableDefinition {
    /// Name with capitals; the logical name is the same in lower case.
    pub schema_name: String,
    /// Resource name in URLs.
    pub entity_set: String,
    /// Name of one row for people.
    pub display_name: String,
    /// Name of many rows for people.
    pub display_collection_name: String,
    /// Explanation for people.
    #[serde(default)]
    pub description: String,
    /// Numeric type code.
    pub type_code: i32,
    /// Who owns the rows.
    pub ownership: OwnershipName,
    /// Logical name of the primary name column.
    #[serde(default)]
    pub primary_name: String,
    /// What the table can do beyond rows.
    #[serde(default)]
    pub features: Vec<Feature>,
    /// Standard columns, each with the schema name of its relationship.
    #[serde(default)]
    pub system: SystemColumns,
    /// States with their status reasons; the first reason of a state is its default.
    #[serde(default)]
    pub states: Vec<StateDefinition>,
    /// Whether a new row may be given a state. Of the tables that come with the service only accounts may.
    #[serde(default)]
    pub state_on_create: bool,
    /// Labels of `statecode` and `statuscode` when they differ from `Status` and `Status Reason`.
    #[serde(default)]
    pub state_labels: Option<(String, String)>,
    /// Columns by schema name.
    pub columns: IndexMap<String, ColumnDefinition>,
    /// Alternate keys: schema name and logical column names.
    #[serde(default)]
    pub keys: IndexMap<String, Vec<String>>,
    /// Many-to-many relationships declared here.
    #[serde(default)]
    pub many_to_many: Vec<ManyToManyDefinition>,
}

/// Who owns rows.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum OwnershipName {
    /// Users and teams.
    User,
    /// The organisation.
    Organisation,
    /// A business unit.
    Business,
    /// Nobody.
    None,
}

/// Something a table can do.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Feature {
    /// An activity: keyed by `activityid`, lookups named with the table's suffix.
    Activity,
    /// A user or team.
    Principal,
    /// `odata.track-changes`.
    ChangeTracking,
    /// ETags in conditions.
    OptimisticConcurrency,
    /// Notes.
    Notes,
    /// Activities can regard it.
    Activities,
    /// Links rows of other tables, and is written through their navigation properties only.
    Intersect,
    /// Kept in partitions without transactions; has `partitionid` and `ttlinseconds`.
    Elastic,
    /// A part of solutions: has the columns of `templates/component.toml`.
    Component,
}

/// Schema names of the relationships behind the standard columns.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SystemColumns {
    /// `createdby`.
    pub created_by: Option<String>,
    /// `createdonbehalfby`.
    pub created_on_behalf_by: Option<String>,
    /// `modifiedby`.
    pub modified_by: Option<String>,
    /// `modifiedonbehalfby`.
    pub modified_on_behalf_by: Option<String>,
    /// `ownerid`.
    pub owner: Option<String>,
    /// `owninguser`.
    pub owning_user: Option<String>,
    /// `owningteam`.
    pub owning_team: Option<String>,
    /// `owningbusinessunit`.
    pub owning_business_unit: Option<String>,
    /// `transactioncurrencyid` and `exchangerate`.
    pub currency: Option<String>,
    /// Which of the columns that most tables have this one does without.
    #[serde(default)]
    pub lacks: Vec<Lacking>,
}

/// Columns that most tables have and some do without.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Lacking {
    /// `createdon` and `modifiedon`.
    Dates,
    /// `modifiedon`.
    Modified,
    /// `overriddencreatedon` and `importsequencenumber`.
    Import,
    /// `overriddencreatedon`.
    Overridden,
    /// `timezoneruleversionnumber` and `utcconversiontimezonecode`.
    TimeZones,
}

/// One state.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StateDefinition {
    /// `statecode`.
    pub value: i32,
    /// Its label and invariant name.
    pub label: String,
    /// `statuscode` values and labels.
    pub reasons: IndexMap<String, String>,
}

/// A many-to-many relationship.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ManyToManyDefinition {
    /// Schema name, and navigation property on both sides.
    pub schema_name: String,
    /// Logical name of the intersect table.
    pub intersect: String,
    /// Its resource name in URLs.
    pub intersect_set: String,
    /// Its type code.
    pub intersect_type_code: i32,
    /// Logical name of the other table.
    pub with: String,
    /// Primary id of the other table, under which the intersect table keeps it.
    pub with_id: String,
    /// Whether the intersect table has a file of its own, because several relationships share it.
    #[serde(default)]
    pub shared: bool,
}

/// A column.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ColumnDefinition {
    /// Its type.
    pub r#type: TypeName,
    /// Name for people.
    pub label: String,
    /// Whether a value must be given.
    #[serde(default)]
    pub required: RequiredName,
    /// When a value may be given.
    #[serde(default)]
    pub write: Write,
    /// Longest text, or greatest number.
    pub max: Option<f64>,
    /// Least number.
    pub min: Option<f64>,
    /// Digits after the point.
    pub precision: Option<u8>,
    /// How it is shown.
    #[serde(default)]
    pub format: FormatName,
    /// What time zones do to a date.
    #[serde(default)]
    pub behaviour: BehaviourName,
    /// Labels of no and yes.
    pub labels: Option<(String, String)>,
    /// Value of a row that gives none.
    pub default: Option<DefaultValue>,
    /// Options of a local choice: value and label.
    #[serde(default)]
    pub options: IndexMap<String, String>,
    /// Name of a global choice.
    pub global: Option<String>,
    /// Tables a lookup can point at, each with its relationship.
    #[serde(default)]
    pub to: IndexMap<String, Link>,
    /// How the server computes it.
    pub derived: Option<DerivedName>,
}

/// Type of a column.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum TypeName {
    PrimaryId,
    Guid,
    Text,
    Memo,
    Whole,
    Big,
    Decimal,
    Double,
    Money,
    YesNo,
    Choice,
    Choices,
    DateTime,
    Lookup,
    Customer,
    PartyList,
    EntityName,
    Image,
    File,
    ManagedProperty,
}

/// Whether a value must be given.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum RequiredName {
    #[default]
    No,
    Recommended,
    Application,
    System,
}

/// When a value may be given.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Write {
    /// On create and update.
    #[default]
    Always,
    /// On create.
    Create,
    /// On update.
    Update,
    /// Never: the server computes it.
    Never,
}

/// How a value is shown.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum FormatName {
    #[default]
    Plain,
    Email,
    Url,
    Phone,
    Ticker,
    Phonetic,
    Duration,
    TimeZone,
    Language,
    Day,
}

/// What time zones do to a date.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum BehaviourName {
    #[default]
    UserLocal,
    DateOnly,
    TimeZoneIndependent,
}

/// How the server computes a column.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum DerivedName {
    FullName,
    Address1,
    Address2,
    Address3,
    PrincipalId,
}

/// Value of a row that gives none.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(untagged)]
#[allow(missing_docs)]
pub enum DefaultValue {
    YesNo(bool),
    Choice(i32),
}

/// A lookup's way to one table.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Link {
    /// The relationship's schema name; everything else as usual.
    Usual(String),
    /// A relationship that differs.
    Special(SpecialLink),
}

/// A relationship that differs from the usual.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SpecialLink {
    /// Schema name.
    pub relationship: String,
    /// What deleting and assigning the target does.
    #[serde(default)]
    pub cascade: CascadeName,
    /// Whether it forms a hierarchy.
    #[serde(default)]
    pub hierarchical: bool,
    /// Primary id of the target when it is not `<table>id`.
    pub target_id: Option<String>,
    /// Navigation property of the lookup when it is not the usual one.
    pub navigation: Option<String>,
}

/// Usual combinations of cascades, as the product's own designer names them.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum CascadeName {
    /// Deleting the target clears the lookup.
    #[default]
    Referential,
    /// As referential, and merging the target moves the rows.
    ReferentialMerge,
    /// Everything done to the target is done to the rows.
    Parental,
    /// The target cannot be deleted while rows point at it.
    Restrict,
    /// Nothing.
    None,
}

/// What every component of a solution has.
const COMPONENT: &str = include_str!("../templates/component.toml");

fn read<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> Result<T, DefinitionError> {
    toml::from_str(text).map_err(|source| DefinitionError::Syntax {
        table: name.to_owned(),
        message: source.to_string(),
    })
}

impl TableDefinition {
    /// Reads a table file.
    pub fn parse(name: &str, text: &str) -> Result<Self, DefinitionError> {
        let mut definition: Self = read(name, text)?;
        if definition.has(Feature::Component) {
            let columns: IndexMap<_, _> = read("component", COMPONENT)?;
            definition.columns.extend(columns);
        }
        Ok(definition)
    }

    /// Lower-case name.
    pub fn logical_name(&self) -> String {
        self.schema_name.to_ascii_lowercase()
    }

    /// Whether the table can do something.
    pub fn has(&self, feature: Feature) -> bool {
        self.features.contains(&feature)
    }
}

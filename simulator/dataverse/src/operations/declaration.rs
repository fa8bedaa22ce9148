//! What an operation is called, takes and gives: the data that `$metadata` lists.
//!
//! Layer: operations, pure.

use std::borrow::Cow;

/// Whether a call reads or may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Called with GET, parameters in the URL.
    Function,
    /// Called with POST, parameters in the body.
    Action,
}

/// What an operation is called on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Binding {
    /// Nothing: `…/WhoAmI`.
    None,
    /// A row: `…/leads(id)/Microsoft.Dynamics.CRM.QualifyLead`.
    Row(Tables),
    /// An entity set: `…/accounts/Microsoft.Dynamics.CRM.CreateMultiple`.
    Collection(Tables),
}

/// Tables that an operation can be bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tables {
    /// Every table with an entity set that can be written.
    All,
    /// These, by logical name.
    Named(Vec<Cow<'static, str>>),
}

impl Tables {
    /// Whether a table is one of them.
    pub fn contains(&self, logical_name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Named(names) => names.iter().any(|name| name == logical_name),
        }
    }
}

/// Type of a parameter or of a part of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// `Edm.Boolean`
    Boolean,
    /// `Edm.Int32`
    Int32,
    /// `Edm.Int64`
    Int64,
    /// `Edm.Decimal`
    Decimal,
    /// `Edm.Double`
    Double,
    /// `Edm.String`
    String,
    /// `Edm.Guid`
    Guid,
    /// `Edm.DateTimeOffset`
    DateTime,
    /// An enumeration of the service, by its name without namespace.
    Enum(Cow<'static, str>),
    /// A complex type of the service, by its name without namespace.
    Complex(Cow<'static, str>),
    /// A row of the table with this logical name, or of any table for `crmbaseentity` and of users and teams for
    /// `principal`.
    Entity(Cow<'static, str>),
}

/// Any row.
pub(super) const ANY: ValueType = ValueType::Entity(Cow::Borrowed("crmbaseentity"));
/// A user or a team.
pub(super) const PRINCIPAL: ValueType = ValueType::Entity(Cow::Borrowed("principal"));

/// A row of a table.
pub(super) const fn row(table: &'static str) -> ValueType {
    ValueType::Entity(Cow::Borrowed(table))
}

/// A value of an enumeration.
pub(super) const fn choice(name: &'static str) -> ValueType {
    ValueType::Enum(Cow::Borrowed(name))
}

/// An object of a complex type.
pub(super) const fn object(name: &'static str) -> ValueType {
    ValueType::Complex(Cow::Borrowed(name))
}

impl ValueType {
    /// The type as CSDL and error texts name it; `prefix` is the namespace or its alias with a dot.
    pub fn name(&self, prefix: &str) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Boolean => "Edm.Boolean",
            Self::Int32 => "Edm.Int32",
            Self::Int64 => "Edm.Int64",
            Self::Decimal => "Edm.Decimal",
            Self::Double => "Edm.Double",
            Self::String => "Edm.String",
            Self::Guid => "Edm.Guid",
            Self::DateTime => "Edm.DateTimeOffset",
            Self::Enum(name) | Self::Complex(name) | Self::Entity(name) => {
                return Cow::Owned(format!("{prefix}{name}"));
            }
        })
    }
}

/// A parameter, or a member of a complex result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Name, with its capitals.
    pub name: Cow<'static, str>,
    /// Type of the value, or of each element.
    pub of: ValueType,
    /// Whether the value is an array.
    pub is_collection: bool,
    /// Whether a call may leave it out.
    pub is_optional: bool,
}

impl Parameter {
    /// One value that must be given.
    pub fn one(name: &'static str, of: ValueType) -> Self {
        Self {
            name: Cow::Borrowed(name),
            of,
            is_collection: false,
            is_optional: false,
        }
    }

    /// An array that must be given.
    pub fn many(name: &'static str, of: ValueType) -> Self {
        Self {
            is_collection: true,
            ..Self::one(name, of)
        }
    }

    /// The type as CSDL names it.
    pub fn type_name(&self, prefix: &str) -> String {
        let name = self.of.name(prefix);
        if self.is_collection {
            format!("Collection({name})")
        } else {
            name.into_owned()
        }
    }
}

/// What a call gives back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Returns {
    /// 204.
    Nothing,
    /// A complex type of the operation's own, `<name>Response`, with these members.
    Members(Vec<Parameter>),
    /// One value or row.
    One(ValueType),
    /// Many values or rows.
    Many(ValueType),
}

/// What a function or action is called, takes and gives.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// Name, without namespace.
    pub name: Cow<'static, str>,
    /// Function or action.
    pub kind: Kind,
    /// What it is called on.
    pub binding: Binding,
    /// What it takes besides what it is bound to.
    pub parameters: Vec<Parameter>,
    /// What it gives.
    pub returns: Returns,
    /// Whether an organisation's own configuration brought it.
    pub is_custom: bool,
    /// Whether it writes nothing although it is an action, and needs no transaction.
    pub is_reading: bool,
}

impl Declaration {
    /// Name of the complex type of the result, when it has one of its own.
    pub fn response_type(&self) -> Option<String> {
        matches!(self.returns, Returns::Members(_)).then(|| format!("{}Response", self.name))
    }

    /// The parameter with this name. Case matters.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters
            .iter()
            .find(|parameter| parameter.name == name)
    }
}

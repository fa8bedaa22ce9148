//! The shape of a query after parsing and before any table is known.
//!
//! Layer: query, pure data.

use uuid::Uuid;

/// A constant in a query.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A bare GUID.
    Guid(Uuid),
    /// A quoted text, unescaped.
    Text(String),
    /// A number as written.
    Number(String),
    /// A bare date or date and time, as written.
    Moment(String),
    /// `Namespace.Type'Member'`: the type's and the member's name.
    Enumeration(String, String),
    /// A JSON array or object, as written.
    Json(String),
}

/// A property, possibly behind navigation properties: `primarycontactid/fullname`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The names between the slashes, at least one.
    pub segments: Vec<String>,
}

/// How two operands are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `eq`
    Equal,
    /// `ne`
    NotEqual,
    /// `gt`
    Greater,
    /// `ge`
    GreaterOrEqual,
    /// `lt`
    Less,
    /// `le`
    LessOrEqual,
}

impl Comparison {
    /// The comparison that holds when the operands change places.
    pub fn mirrored(self) -> Self {
        match self {
            Self::Equal | Self::NotEqual => self,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
        }
    }

    /// The name that the service's messages use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Equal => "Equal",
            Self::NotEqual => "NotEqual",
            Self::Greater => "GreaterThan",
            Self::GreaterOrEqual => "GreaterThanOrEqual",
            Self::Less => "LessThan",
            Self::LessOrEqual => "LessThanOrEqual",
        }
    }
}

/// How values of many rows become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregate {
    /// The number of rows.
    Count,
    /// The number of rows with a value, or of different values.
    CountColumn,
    /// The sum.
    Sum,
    /// The average.
    Average,
    /// The least value.
    Minimum,
    /// The greatest value.
    Maximum,
}

impl Aggregate {
    /// Its name in FetchXML.
    pub fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::CountColumn => "countcolumn",
            Self::Sum => "sum",
            Self::Average => "avg",
            Self::Minimum => "min",
            Self::Maximum => "max",
        }
    }
}

/// Whether a lambda asks for one related row or for every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// `any`
    Any,
    /// `all`
    All,
}

/// An expression of `$filter`.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// A constant.
    Literal(Literal),
    /// A property.
    Path(Path),
    /// Two operands compared.
    Compare(Comparison, Box<Expression>, Box<Expression>),
    /// Both hold.
    And(Box<Expression>, Box<Expression>),
    /// One holds.
    Or(Box<Expression>, Box<Expression>),
    /// It does not hold.
    Not(Box<Expression>),
    /// A function of the standard: `contains(name,'x')`.
    Call(String, Vec<Expression>),
    /// A function of Dataverse, its name without the namespace and its named parameters.
    Dataverse(String, Vec<(String, Literal)>),
    /// `Account_Tasks/any(t:t/statecode eq 1)`; no body asks whether any row is related at all.
    Lambda {
        /// The collection.
        collection: Path,
        /// Any or all.
        quantifier: Quantifier,
        /// The variable and what must hold for it.
        body: Option<(String, Box<Expression>)>,
    },
}

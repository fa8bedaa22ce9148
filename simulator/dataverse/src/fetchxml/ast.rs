//! The shape of a FetchXML query before any table is known.
//!
//! Layer: fetchxml, pure data. Names of elements and attributes are those of the language.

use crate::query::ast::Aggregate;

/// `<fetch>`
#[derive(Debug, Clone, PartialEq)]
pub struct Fetch {
    /// `top`
    pub top: Option<usize>,
    /// `count`: rows of a page.
    pub count: Option<usize>,
    /// `page`, from 1.
    pub page: Option<usize>,
    /// Rows left out in front, which only SQL can ask for.
    pub skip: usize,
    /// `paging-cookie`
    pub cookie: Option<String>,
    /// `returntotalrecordcount`
    pub total: bool,
    /// `distinct`
    pub distinct: bool,
    /// `aggregate`
    pub aggregate: bool,
    /// `aggregatelimit`
    pub aggregate_limit: Option<usize>,
    /// `useraworderby`: choices sort by number.
    pub raw_order: bool,
    /// `datasource='retained'`: rows in long-term storage.
    pub retained: bool,
    /// `<entity name>`
    pub table: String,
    /// What stands in `<entity>`.
    pub content: Content,
}

/// What may stand in an `<entity>` or a `<link-entity>`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Content {
    /// `<all-attributes/>`
    pub all: bool,
    /// `<attribute>`
    pub attributes: Vec<Attribute>,
    /// `<order>`
    pub orders: Vec<Order>,
    /// `<filter>`; all of them must hold.
    pub filters: Vec<Filter>,
    /// `<link-entity>`
    pub links: Vec<Link>,
}

/// `<attribute>`
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attribute {
    /// Logical name of the column.
    pub name: String,
    /// Name in the result.
    pub alias: Option<String>,
    /// `aggregate`
    pub aggregate: Option<Aggregate>,
    /// `distinct`: only different values are counted.
    pub distinct: bool,
    /// `groupby`
    pub group: bool,
    /// `dategrouping`: `day`, `week`, …
    pub date_part: Option<&'static str>,
    /// `rowaggregate='CountChildren'`
    pub count_children: bool,
}

/// `<order>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// What is sorted by.
    pub by: OrderBy,
    /// The link whose column it is; `None` for the element's own.
    pub link: Option<String>,
    /// Whether the largest value comes first.
    pub descending: bool,
}

/// What an `<order>` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderBy {
    /// `attribute`
    Column(String),
    /// `alias`
    Alias(String),
}

/// `<filter>`
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// `type='or'`
    pub any: bool,
    /// What stands inside.
    pub items: Vec<Item>,
}

/// What may stand in a filter.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// `<condition>`
    Condition(Condition),
    /// `<filter>`
    Filter(Filter),
    /// `<link-entity>` of a filter type.
    Link(Link),
}

/// `<condition>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Logical name of the column.
    pub column: String,
    /// The operator, by the name of its OData function.
    pub operator: &'static str,
    /// `value` or the `<value>` children.
    pub values: Vec<String>,
    /// `valueof`: the column to compare with.
    pub other: Option<String>,
    /// `entityname`: the link whose column it is.
    pub link: Option<String>,
}

/// `<link-entity>`
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Logical name of the linked table.
    pub table: String,
    /// `from`: column of the linked table.
    pub from: Option<String>,
    /// `to`: column of the table linked from.
    pub to: Option<String>,
    /// `alias`
    pub alias: Option<String>,
    /// `link-type`
    pub kind: LinkKind,
    /// What stands inside.
    pub content: Content,
}

/// `link-type`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// `inner`
    Inner,
    /// `outer`
    Outer,
    /// `exists`
    Exists,
    /// `in`
    In,
    /// `matchfirstrowusingcrossapply`
    FirstRow,
    /// `any`
    Any,
    /// `not any`
    NotAny,
    /// `all`: there are linked rows, and none of them meets the filter.
    All,
    /// `not all`: the same as `any`.
    NotAll,
}

impl LinkKind {
    /// Whether it stands in filters.
    pub fn is_filter(self) -> bool {
        matches!(self, Self::Any | Self::NotAny | Self::All | Self::NotAll)
    }

    /// Whether columns of the linked row can be returned.
    pub fn has_columns(self) -> bool {
        matches!(self, Self::Inner | Self::Outer | Self::FirstRow)
    }
}

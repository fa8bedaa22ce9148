//! Functions and actions with the types that they take and give, as far as a call needs them.

use std::collections::{BTreeMap, BTreeSet};

/// Whether an operation only reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Reads, by GET.
    Function,
    /// May change anything, by POST.
    Action,
}

/// The name of a type as the document spells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypeName {
    /// Without namespace.
    pub name: String,
    /// Whether it is one of OData's own.
    pub primitive: bool,
    /// Whether it is a list of such values.
    pub many: bool,
}

/// A parameter, or a member of a complex type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// What it takes.
    pub of: TypeName,
    /// Whether it may be left out.
    pub optional: bool,
}

/// What an operation is called on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The table's logical name, or a type that tables descend from.
    pub table: String,
    /// Whether it is called on all rows of the table and not on one.
    pub many: bool,
}

/// A function or an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Its name, without namespace.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// What it is called on; `None` for one that stands by itself.
    pub binding: Option<Binding>,
    /// What it takes besides.
    pub parameters: Vec<Parameter>,
    /// What it gives.
    pub returns: Option<TypeName>,
}

impl Operation {
    /// The parameter called `name`, in any case.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        let mut all = self.parameters.iter();
        all.find(|one| one.name.eq_ignore_ascii_case(name))
    }
}

/// The members of an enumeration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Enumeration {
    /// Whether several can be combined.
    pub flags: bool,
    /// Names with their numbers.
    pub members: Vec<(String, i64)>,
}

/// The members of a complex type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Complex {
    /// The type that it has further members of.
    pub base: Option<String>,
    /// Whether it takes members that are not declared.
    pub open: bool,
    /// Its members.
    pub members: Vec<Parameter>,
}

/// What a value has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType<'a> {
    /// Text.
    Text,
    /// GUID.
    Guid,
    /// Yes or no.
    YesNo,
    /// Whole number of so many bits.
    Whole(u32),
    /// Any number.
    Number,
    /// Date without time.
    Date,
    /// Date with time.
    Moment,
    /// Members of an enumeration, by its name.
    Enumeration(&'a str, &'a Enumeration),
    /// A row, or a reference to one, of this table or of one that descends from it.
    Row(&'a str),
    /// An object of declared members.
    Complex(&'a str),
    /// Whatever the service takes under that name.
    Other(&'a str),
}

/// Everything that can be called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operations {
    /// Namespace of everything that is not OData's own.
    pub namespace: String,
    /// The operations in the document's order.
    pub all: Vec<Operation>,
    pub(super) tables: BTreeMap<String, Option<String>>,
    pub(super) enumerations: BTreeMap<String, Enumeration>,
    pub(super) complex: BTreeMap<String, Complex>,
}

impl Operations {
    /// What a value of that type has to be; for a list, each of its items.
    #[must_use]
    pub fn value_type<'a>(&'a self, of: &'a TypeName) -> ValueType<'a> {
        let name = of.name.as_str();
        if of.primitive {
            return match name {
                "String" => ValueType::Text,
                "Guid" => ValueType::Guid,
                "Boolean" => ValueType::YesNo,
                "Byte" | "SByte" | "Int16" | "Int32" => ValueType::Whole(32),
                "Int64" => ValueType::Whole(64),
                "Decimal" | "Double" | "Single" => ValueType::Number,
                "Date" => ValueType::Date,
                "DateTimeOffset" => ValueType::Moment,
                other => ValueType::Other(other),
            };
        }
        if let Some(found) = self.enumerations.get(name) {
            return ValueType::Enumeration(name, found);
        }
        if self.tables.contains_key(name) {
            return ValueType::Row(name);
        }
        if self.complex.contains_key(name) {
            return ValueType::Complex(name);
        }
        ValueType::Other(name)
    }

    /// Whether rows of `table` are rows of `of` too.
    #[must_use]
    pub fn is_a(&self, table: &str, of: &str) -> bool {
        self.lineage(table).any(|one| one == of)
    }

    /// Whether `table` has rows of its own and is not only what tables descend from.
    #[must_use]
    pub fn is_abstract(&self, table: &str) -> bool {
        matches!(table, "crmbaseentity" | "principal" | "expando")
    }

    /// The table, what it descends from, and so on; the root of all of them stands for any table.
    fn lineage<'a>(&'a self, table: &'a str) -> impl Iterator<Item = &'a str> {
        let mut next = Some(table);
        let mut seen = BTreeSet::new();
        std::iter::from_fn(move || {
            let one = next.filter(|one| seen.insert(*one))?;
            next = self.tables.get(one)?.as_deref();
            Some(one)
        })
        .chain(["crmbaseentity"])
    }

    /// The members of a complex type with those of the types that it descends from, and whether it takes
    /// others too.
    #[must_use]
    pub fn members(&self, complex: &str) -> (Vec<&Parameter>, bool) {
        let mut members = Vec::new();
        let mut open = false;
        let mut seen = BTreeSet::new();
        let mut next = Some(complex);
        while let Some(name) = next.filter(|name| seen.insert(*name)) {
            let Some(found) = self.complex.get(name) else {
                open = true;
                break;
            };
            members.extend(&found.members);
            open |= found.open;
            next = found.base.as_deref();
        }
        (members, open)
    }
}

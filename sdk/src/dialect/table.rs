//! What a table of another system's operation can say. Nothing here does anything.

/// An operation of another system.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// The system that people know it from, such as `power-automate`.
    pub system: &'static str,
    /// What it is called there, such as `ListRecords`.
    pub name: &'static str,
    /// The action that it stands for.
    pub action: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// What differs from the action, for people; a full sentence each.
    pub description: &'static str,
    /// What it takes, in the order in which a person should meet it. Where two keys fill one field of the
    /// action, the earlier one counts.
    pub keys: &'static [Key],
    /// What of the action's input is fixed.
    pub always: &'static [Constant],
    /// What it answers.
    pub gives: Answer,
    /// Whole inputs that show how it is used, each a JSON object.
    pub examples: &'static [&'static str],
}

impl Operation {
    /// Its name that no other system has.
    #[must_use]
    pub fn qualified(&self) -> String {
        format!("{}:{}", self.system, self.name)
    }
}

/// A field of the action's input and its value as JSON.
pub type Constant = (&'static str, &'static str);

/// One key of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name. One with `/` may also be given as a member of an object of the part before it.
    pub name: &'static str,
    /// What it means to the action.
    pub means: Means,
    /// Whether the operation cannot do without it.
    pub required: bool,
    /// What counts when it is left out, as JSON.
    pub default: Option<&'static str>,
    /// What it is, for people; of the action's own field where nothing is said.
    pub about: Option<&'static str>,
}

impl Key {
    /// A key that may be left out.
    #[must_use]
    pub const fn new(name: &'static str, means: Means) -> Self {
        Self {
            name,
            means,
            required: false,
            default: None,
            about: None,
        }
    }

    /// The same key, which cannot be left out.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same key with a default, as JSON.
    #[must_use]
    pub const fn or(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    /// The same key with words of its own for people.
    #[must_use]
    pub const fn about(mut self, about: &'static str) -> Self {
        self.about = Some(about);
        self
    }
}

/// What a key means. The text in it is the action's field.
#[derive(Clone, Copy, Debug)]
pub enum Means {
    /// The same value. A blank text counts as not given.
    Same(&'static str),
    /// A number, which may be given as text.
    Number(&'static str),
    /// True or false, which may be given as text.
    Switch(&'static str),
    /// Names in one text, separated by commas.
    Commas(&'static str),
    /// A list of names; blank ones do not count.
    Names(&'static str),
    /// One value, where the action takes a list.
    One(&'static str),
    /// An object: whole, or member by member in keys that begin with this one and `/`. Members of members
    /// are reached by more of them.
    Members(&'static str),
    /// An object as a list of `key` and `value`; also as an object, or as the JSON text of either.
    Pairs(&'static str),
    /// The same where a name may come twice: its values become a list.
    Lists(&'static str),
    /// One of a few words, each of which sets fields.
    Words(&'static [Word]),
    /// A member of the object that the field is.
    Within(&'static str, &'static str),
    /// The same of a text that may still be percent-encoded, as it stood in an address.
    Unescaped(&'static str, &'static str),
    /// A list of objects with keys of their own, each with constants of its own.
    Each(&'static str, &'static [Key], &'static [Constant]),
    /// An object of blocks by name, each an operation of the same system. What it stands for becomes an
    /// item of the list that the field is, under the name given here, with its constant.
    Blocks {
        /// The field that is the list.
        field: &'static str,
        /// The member of an item that holds the block's name.
        named: &'static str,
        /// The operations that may stand there, and what an item of each says besides.
        children: &'static [(&'static Operation, &'static [Constant])],
    },
    /// A place that the service has to be at, such as an organisation: asked of
    /// [`Connector::is_here`](crate::Connector::is_here).
    Place,
    /// Nothing: it is accepted, and what it asks for is so anyway.
    Nothing,
}

/// A word that a key takes.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// The word.
    pub word: &'static str,
    /// What it sets.
    pub sets: &'static [Constant],
}

/// What an operation answers.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// Nothing: `null`.
    Nothing,
    /// The value of one field of the action's answer.
    Field(&'static str),
    /// The row that one field of the action's answer is, in the system's shape.
    Row(&'static str, &'static Rows),
    /// An object made of fields.
    Object(&'static [Part]),
    /// A list: of the list that the first field is, of each item the field named second; an empty object
    /// where an item has none.
    Items(&'static str, &'static str),
    /// An object: of the list that the first field is, each item under what it holds in the second field,
    /// with the field named third; `null` where it has none.
    Named(&'static str, &'static str, &'static str),
}

/// A shape of rows: without annotations but for some, and with members made of those.
#[derive(Clone, Copy, Debug)]
pub struct Rows {
    /// The member that holds the row's id, as its address says it.
    pub id: &'static str,
    /// Members made of annotations.
    pub beside: &'static [Beside],
    /// The annotations of the row itself that stay.
    pub keeps: &'static [&'static str],
}

/// A member of a row, made of an annotation of a column.
#[derive(Clone, Copy, Debug)]
pub struct Beside {
    /// The annotation, without the column and `@`.
    pub annotation: &'static str,
    /// What stands behind `_` and the column in the member's name.
    pub suffix: &'static str,
    /// Whether it names a kind of thing, and the member what the list of such things is called.
    pub list: bool,
}

/// A member of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Its name. One with `/` is a member of an object of the part before it, beside its neighbours that begin
    /// so.
    pub name: &'static str,
    /// The field of the action's answer that it comes from; left out where that has none.
    pub from: &'static str,
    /// Whether it is a link, of which only what a request sends is given.
    pub link: bool,
    /// A key of the operation: the member is left out where the key was given.
    pub unless: Option<&'static str>,
    /// The shape of the rows that it is a list of, where that is not the service's own.
    pub rows: Option<&'static Rows>,
}

impl Part {
    /// The value of a field.
    #[must_use]
    pub const fn of(name: &'static str, from: &'static str) -> Self {
        Self {
            name,
            from,
            link: false,
            unless: None,
            rows: None,
        }
    }

    /// A list of rows in a shape.
    #[must_use]
    pub const fn rows(name: &'static str, from: &'static str, rows: &'static Rows) -> Self {
        let mut part = Self::of(name, from);
        part.rows = Some(rows);
        part
    }

    /// A link.
    #[must_use]
    pub const fn link(name: &'static str, from: &'static str) -> Self {
        Self {
            link: true,
            ..Self::of(name, from)
        }
    }

    /// The same, left out where `key` was given.
    #[must_use]
    pub const fn unless(mut self, key: &'static str) -> Self {
        self.unless = Some(key);
        self
    }
}

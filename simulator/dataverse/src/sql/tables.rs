//! Which tables a SELECT reads and under which names.

use sqlparser::ast::Expr;

use super::{unsupported, wrong};
use crate::fetchxml::ast::{Content, Link, LinkKind};
use crate::http::SimError;

/// One table of FROM or JOIN.
pub(super) struct Source {
    /// Logical name.
    pub(super) table: String,
    /// The name that columns are prefixed with.
    pub(super) alias: String,
    /// How it is joined; nothing for the first.
    pub(super) join: Option<Join>,
    /// What is read of it.
    pub(super) content: Content,
}

/// How a table is joined.
pub(super) struct Join {
    /// The place of the table it is joined to.
    pub(super) parent: usize,
    /// The column of the joined table.
    pub(super) from: String,
    /// The column of the other.
    pub(super) to: String,
    /// Inner or left.
    pub(super) kind: LinkKind,
}

/// The tables of a SELECT; the first is the one of FROM.
pub(super) struct Tables(pub(super) Vec<Source>);

impl Tables {
    /// The table and the name of a column. A name without prefix belongs to the first table.
    pub(super) fn column(&self, expression: &Expr) -> Result<(usize, String), SimError> {
        match expression {
            Expr::Identifier(name) => Ok((0, name.value.to_lowercase())),
            Expr::CompoundIdentifier(parts) => {
                let [prefix, name] = parts.as_slice() else {
                    return Err(wrong(format_args!("'{expression}' is no column.")));
                };
                let known = |source: &Source| source.alias.eq_ignore_ascii_case(&prefix.value);
                let place = self.0.iter().position(known);
                let place =
                    place.ok_or_else(|| wrong(format_args!("The table '{prefix}' is unknown.")))?;
                Ok((place, name.value.to_lowercase()))
            }
            Expr::Nested(inner) => self.column(inner),
            _ => Err(unsupported(format_args!("The expression '{expression}'"))),
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// One of the tables.
    pub(super) fn source(&self, place: usize) -> Option<&Source> {
        self.0.get(place)
    }

    /// One of the tables, to add to it.
    pub(super) fn source_mut(&mut self, place: usize) -> Option<&mut Source> {
        self.0.get_mut(place)
    }

    /// The name of a joined table, nothing for the first.
    pub(super) fn link(&self, place: usize) -> Option<String> {
        (place > 0).then(|| self.source(place).map(|source| source.alias.clone()))?
    }

    /// The tree that FetchXML has: each joined table inside the one it is joined to.
    pub(super) fn into_root(mut self) -> Result<Source, SimError> {
        while self.0.len() > 1 {
            let Some(Source {
                table,
                alias,
                join: Some(join),
                content,
            }) = self.0.pop()
            else {
                return Err(wrong("A join has no ON."));
            };
            let link = Link {
                table,
                from: Some(join.from),
                to: Some(join.to),
                alias: Some(alias),
                kind: join.kind,
                content,
            };
            if let Some(parent) = self.0.get_mut(join.parent) {
                parent.content.links.insert(0, link);
            }
        }
        self.0.pop().ok_or_else(|| wrong("FROM is missing."))
    }
}

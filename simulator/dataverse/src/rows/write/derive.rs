//! Columns that the server computes: full names, composite addresses, base amounts, owners.
//!
//! Layer: write.

use std::borrow::Cow;

use crate::rows::storage::decimal::{Decimal, MONEY_SCALE};
use crate::rows::storage::draft::{Draft, position};
use crate::rows::{Cell, StoreError};
use crate::schema::{Derivation, Table};

use super::facts::Facts;

/// The derived columns of a table, with the positions of what they are derived from.
pub struct Derivations {
    columns: Vec<(usize, Formula)>,
}

enum Formula {
    FullName {
        first: Option<usize>,
        last: Option<usize>,
    },
    Address {
        lines: [Option<usize>; 3],
        city: Option<usize>,
        state: Option<usize>,
        code: Option<usize>,
        country: Option<usize>,
    },
    MoneyBase {
        amount: usize,
        rate: Option<usize>,
    },
    Owner {
        owner: usize,
        table: &'static str,
    },
    BusinessUnit {
        owner: usize,
    },
}

impl Derivations {
    /// The derived columns of a table. Those that are kept elsewhere (the version, a principal's `ownerid`) are none.
    pub fn of(table: &Table) -> Self {
        let columns = table.columns.iter().enumerate();
        Self {
            columns: columns
                .filter_map(|(index, column)| {
                    Some((index, formula(table, column.derivation.as_ref()?)?))
                })
                .collect(),
        }
    }

    /// Whether the column at this position is one of them.
    pub fn fills(&self, index: usize) -> bool {
        self.columns.iter().any(|(column, _)| *column == index)
    }

    /// Computes all of them and tells which changed.
    ///
    /// # Errors
    /// When an owner's business unit cannot be read.
    pub fn apply(&self, draft: &mut Draft, facts: &Facts<'_>) -> Result<Vec<usize>, StoreError> {
        let mut changed = Vec::new();
        for (index, formula) in &self.columns {
            let cell = formula.value(draft, facts)?;
            if *draft.cell(*index) != cell {
                draft.set(*index, cell);
                changed.push(*index);
            }
        }
        Ok(changed)
    }
}

fn formula(table: &Table, derivation: &Derivation) -> Option<Formula> {
    let at = |name: &str| position(table, name);
    Some(match derivation {
        Derivation::FullName => Formula::FullName {
            first: at("firstname"),
            last: at("lastname"),
        },
        Derivation::Address { prefix } => {
            let part = |name: &str| at(&format!("{}_{name}", prefix.trim_end_matches('_')));
            Formula::Address {
                lines: [part("line1"), part("line2"), part("line3")],
                city: part("city"),
                state: part("stateorprovince"),
                code: part("postalcode"),
                country: part("country"),
            }
        }
        Derivation::MoneyBase { of } => Formula::MoneyBase {
            amount: at(of)?,
            rate: at("exchangerate"),
        },
        Derivation::OwningUser => Formula::Owner {
            owner: at("ownerid")?,
            table: "systemuser",
        },
        Derivation::OwningTeam => Formula::Owner {
            owner: at("ownerid")?,
            table: "team",
        },
        Derivation::OwningBusinessUnit => Formula::BusinessUnit {
            owner: at("ownerid")?,
        },
        Derivation::Version | Derivation::PrincipalId => return None,
    })
}

impl Formula {
    fn value(&self, draft: &Draft, facts: &Facts<'_>) -> Result<Cell, StoreError> {
        let text = |index: &Option<usize>| match index.map(|index| draft.cell(index)) {
            Some(Cell::Text(text)) => text.trim(),
            _ => "",
        };
        Ok(match self {
            Self::FullName { first, last } => joined(&[text(first), text(last)], " "),
            Self::Address {
                lines,
                city,
                state,
                code,
                country,
            } => {
                let region = [text(state), text(code)]
                    .into_iter()
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join(" ");
                let place = [text(city), &region]
                    .into_iter()
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join(", ");
                let [first, second, third] = lines;
                joined(
                    &[
                        text(first),
                        text(second),
                        text(third),
                        &place,
                        text(country),
                    ],
                    "\r\n",
                )
            }
            Self::MoneyBase { amount, rate } => {
                let rate = match rate.map(|index| draft.cell(index)) {
                    Some(Cell::Decimal { unscaled, scale }) => Decimal {
                        unscaled: *unscaled,
                        scale: *scale,
                    },
                    _ => Decimal {
                        unscaled: 1,
                        scale: 0,
                    },
                };
                match draft.cell(*amount) {
                    Cell::Decimal { unscaled, scale } => Decimal {
                        unscaled: *unscaled,
                        scale: *scale,
                    }
                    .rescaled(MONEY_SCALE)
                    .and_then(|amount| amount.divided_by(rate))
                    .map_or(Cell::Null, Cell::from),
                    _ => Cell::Null,
                }
            }
            Self::Owner { owner, table } => match draft.cell(*owner) {
                Cell::Lookup { table: named, id } if named == table => Cell::Lookup {
                    table: Cow::Borrowed(table),
                    id: *id,
                },
                _ => Cell::Null,
            },
            Self::BusinessUnit { owner } => match draft.cell(*owner) {
                Cell::Lookup { table, id } => {
                    facts
                        .business_unit(table, *id)?
                        .map_or(Cell::Null, |id| Cell::Lookup {
                            table: Cow::Borrowed("businessunit"),
                            id,
                        })
                }
                _ => Cell::Null,
            },
        })
    }
}

/// The parts that are not empty; null when all are.
fn joined(parts: &[&str], separator: &str) -> Cell {
    let parts: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| !part.is_empty())
        .collect();
    if parts.is_empty() {
        Cell::Null
    } else {
        Cell::Text(parts.join(separator))
    }
}

//! Rows to begin with.
//!
//! Every organisation has the rows without which it cannot work (organisation, business unit, currency, users); a
//! [`Seed`] adds more. All of it is deterministic: the same seed gives the same ids and values.

mod base;
mod custom_apis;
mod duplicate_rules;
mod error;
mod follow;
mod generated;
mod ids;
mod keep;
mod names;
mod roles;
mod small;
mod solutions;
mod tables;
mod units;
mod views;
mod writer;

use std::str::FromStr;

pub(crate) use base::{FIRST_PERSON, root_business_unit};
pub use base::{Members, SYSTEM_USER, application_user_id, write_base};
pub use follow::follow;
pub use generated::generated_id;
pub use ids::named as row_id;
pub use names::ACTIVE_SOLUTION;
pub use names::{ADMINISTRATOR, BASIC_USER, CUSTOMIZER, DELEGATE, SALESPERSON, role};

use crate::organisation::{Caller, Identity};
use crate::rows::RowStore;
use crate::schema::Schema;
pub use error::SeedError;
use time::OffsetDateTime;
use writer::Writer;

/// Rows of generated seeds when no number is given.
const DEFAULT_ROWS: u64 = 10_000;

/// What to fill an organisation with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seed {
    /// A handful of believable rows for people to look at.
    Small,
    /// Many generated rows of one table.
    Rows {
        /// How many.
        count: u64,
        /// Logical name: `account`, `contact` or `lead`.
        table: String,
    },
}

impl FromStr for Seed {
    type Err = SeedError;

    fn from_str(text: &str) -> Result<Self, SeedError> {
        let unknown = || SeedError::Unknown(text.to_owned());
        if text == "small" {
            return Ok(Self::Small);
        }
        let number = |value: &str| value.replace('_', "").parse::<u64>();
        if let Ok(count) = number(text) {
            let table = "account".to_owned();
            return Ok(Self::Rows { count, table });
        }
        let mut count = None;
        let mut table = "account".to_owned();
        for part in text.split(',') {
            match part.split_once('=').ok_or_else(unknown)? {
                ("rows", value) => count = Some(number(value).map_err(|_| unknown())?),
                ("table", value) if generated::TABLES.contains(&value) => table = value.to_owned(),
                _ => return Err(unknown()),
            }
        }
        Ok(Self::Rows {
            count: count.unwrap_or(DEFAULT_ROWS),
            table,
        })
    }
}

impl Seed {
    /// Writes the rows. Returns how many there were.
    pub fn write(
        &self,
        rows: &RowStore,
        schema: &Schema,
        identity: &Identity,
        owner: Caller,
        now: OffsetDateTime,
    ) -> Result<u64, SeedError> {
        let writer = Writer::new(rows, schema, owner, now);
        match self {
            Self::Small => small::write(&writer, identity),
            Self::Rows { count, table } => generated::write(&writer, table, *count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_written_as_words() {
        assert_eq!("small".parse::<Seed>().unwrap(), Seed::Small);
        let rows = |count, table: &str| Seed::Rows {
            count,
            table: table.to_owned(),
        };
        assert_eq!(
            "rows=1_000_000".parse::<Seed>().unwrap(),
            rows(1_000_000, "account")
        );
        assert_eq!(
            "rows=5,table=lead".parse::<Seed>().unwrap(),
            rows(5, "lead")
        );
        assert_eq!("25".parse::<Seed>().unwrap(), rows(25, "account"));
        for wrong in ["large", "-1", "rows=many", "rows=5,table=nothing"] {
            assert!(wrong.parse::<Seed>().is_err(), "{wrong}");
        }
    }
}

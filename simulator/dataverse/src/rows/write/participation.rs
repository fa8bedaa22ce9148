//! Who takes part in an activity without being named: its owner and the row it is about; and what an email tells of its
//! sender and recipients.
//!
//! Layer: write. The owner is a party of type 9, what the activity regards one of type 8 (reference §2.1).

use uuid::Uuid;

use crate::http::SimError;
use crate::organisation::OrgContext;
use crate::rows::Cell;
use crate::rows::storage::database::Write;
use crate::rows::storage::draft::{Draft, insert, load, position, update};
use crate::rows::storage::encoding::{as_guid, guid};
use crate::rows::storage::layout::Encoding;
use crate::schema::{Schema, Table};

use super::erase::erase;
use super::facts::Facts;
use super::recipe::Recipe;
use super::{errors, rules};

pub use crate::schema::messages::PARTY;

/// Those of its columns that are used here: an organisation that was made from other metadata may lack some.
const COLUMNS: [&str; 5] = [
    "activitypartyid",
    "activityid",
    "partyid",
    "participationtypemask",
    "addressused",
];

/// Parties that follow a column of the activity: the column and the type of the party.
const AUTOMATIC: [(&str, i64); 2] = [("ownerid", 9), ("regardingobjectid", 8)];

/// Types of the parties that an email tells of in a text: the column, the type, what stands behind each address.
const TOLD: [(&str, i64, &str); 2] = [("sender", 1, ""), ("torecipients", 2, ";")];

/// A party as far as it matters here.
struct Party {
    id: Uuid,
    who: Option<Uuid>,
    kind: i64,
    address: Option<String>,
}

/// Brings the parties of an activity in line with its owner and what it regards, and an email's texts in line with its
/// parties. Does nothing for tables whose rows have no parties.
///
/// # Errors
/// When the store fails.
pub fn complete(
    context: &OrgContext<'_>,
    write: &Write<'_>,
    facts: &Facts<'_>,
    table: &Table,
    id: Uuid,
) -> Result<(), SimError> {
    let Some(parties) = parties_of(&context.schema, table) else {
        return Ok(());
    };
    let Some((mut draft, _)) = load(write, table, id)? else {
        return Ok(());
    };
    let mut present = present(write, id)?;
    for (column, kind) in AUTOMATIC {
        let who = match draft.named(table, column) {
            Cell::Lookup { table: named, id } if can_take_part(parties, named) => {
                Some((named.to_string(), *id))
            }
            _ => None,
        };
        let meant = who.as_ref().map(|(_, id)| *id);
        let (kept, gone): (Vec<_>, Vec<_>) = present
            .into_iter()
            .partition(|party| party.kind != kind || party.who == meant);
        for party in gone {
            erase(context, write, parties, party.id)?;
        }
        present = kept;
        if let Some((named, who)) = who
            && !present.iter().any(|party| party.kind == kind)
        {
            add(write, facts, parties, (table, id), (&named, who), kind)?;
        }
    }
    tell(write, table, id, &mut draft, &present)
}

/// The table of parties, when rows of this table can have any.
fn parties_of<'s>(schema: &'s Schema, table: &Table) -> Option<&'s Table> {
    let mut relationships = table.one_to_many().iter();
    let has_parties = table.is_activity
        && relationships
            .any(|known| known.referencing == PARTY && known.referencing_attribute == "activityid");
    let is_kept =
        |name: &&str, parties: &Table| parties.column(name).and_then(Encoding::of).is_some();
    schema
        .table(PARTY)
        .filter(|parties| has_parties && COLUMNS.iter().all(|name| is_kept(name, parties)))
}

/// Whether the lookup of a party can point at rows of a table.
fn can_take_part(parties: &Table, named: &str) -> bool {
    let lookup = parties.column("partyid");
    lookup.is_some_and(|column| column.targets().iter().any(|target| target == named))
}

fn present(write: &Write<'_>, activity: Uuid) -> Result<Vec<Party>, SimError> {
    let mut statement = write.prepare_cached(
        "SELECT activitypartyid, partyid, participationtypemask, addressused FROM activityparty \
         WHERE activityid = ? ORDER BY \"$version\"",
    )?;
    let found = statement.query_map([guid(activity)], |row| {
        Ok(Party {
            id: as_guid(row.get_ref(0)?).unwrap_or_default(),
            who: as_guid(row.get_ref(1)?),
            kind: row.get::<_, Option<i64>>(2)?.unwrap_or_default(),
            address: row.get(3)?,
        })
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

fn add(
    write: &Write<'_>,
    facts: &Facts<'_>,
    parties: &Table,
    (table, activity): (&Table, Uuid),
    (named, who): (&str, Uuid),
    kind: i64,
) -> Result<(), SimError> {
    let lookup = |table: &str, id| Cell::Lookup {
        table: table.to_owned().into(),
        id,
    };
    let mut draft = Draft::empty(parties);
    draft.set_named(parties, "activityid", lookup(&table.logical_name, activity));
    draft.set_named(parties, "partyid", lookup(named, who));
    draft.set_named(parties, "participationtypemask", Cell::Integer(kind));
    Recipe::new(parties).complete(&mut draft, facts)?;
    rules::complete(parties, &mut draft, None, facts)?;
    insert(write, parties, draft, write.next_version())
        .map_err(|error| errors::from_insert(parties, error))
}

/// Writes the addresses of the parties into the columns of an email. What a caller wrote stays where there is no party.
fn tell(
    write: &Write<'_>,
    table: &Table,
    id: Uuid,
    draft: &mut Draft,
    present: &[Party],
) -> Result<(), SimError> {
    let mut changed = Vec::new();
    for (column, kind, behind) in TOLD {
        let Some(index) = position(table, column) else {
            continue;
        };
        let text: String = present
            .iter()
            .filter(|party| party.kind == kind)
            .filter_map(|party| party.address.as_deref())
            .map(|address| format!("{address}{behind}"))
            .collect();
        let cell = Cell::Text(text);
        if cell != Cell::Text(String::new()) && *draft.cell(index) != cell {
            draft.set(index, cell);
            changed.push(index);
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    update(write, table, id, draft, &changed, write.next_version())
        .map_err(|error| errors::from_insert(table, error))
}

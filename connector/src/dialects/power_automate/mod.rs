//! Microsoft's Dataverse connector, as flows of Power Automate name its operations
//! (`shared_commondataserviceforapps`).

mod bulk;
mod elsewhere;
mod relations;
mod rows;
mod search;

pub(super) use bulk::BULK;
pub(super) use elsewhere::ELSEWHERE;
pub(super) use relations::RELATIONS;
pub(super) use rows::ROWS;
pub(super) use search::SEARCH;

use airlock_connector::dialect::{Constant, Key, Means};

/// The system's name.
const SYSTEM: &str = "power-automate";

/// Whatever reads or writes a row there gives every annotation, and the row's address.
const WHOLE: &[Constant] = &[("all-annotations", "true"), ("full-metadata", "true")];

/// Whatever writes one there gives it back besides.
const WRITTEN: &[Constant] = &[
    ("return-row", "true"),
    ("all-annotations", "true"),
    ("full-metadata", "true"),
];

const TABLE: Key = Key::new("entityName", Means::Same("table"))
    .required()
    .about("Table, by its entity set name such as `accounts`; any other name of it does as well.");

const ROW: Key = Key::new("recordId", Means::Same("id"))
    .required()
    .about("Id of the row, or an alternate key such as `accountnumber='A1'`.");

/// Headers that the connector sends with every request, and that say what is so here anyway.
const PREFER: Key = Key::new("prefer", Means::Nothing);
const ACCEPT: Key = Key::new("accept", Means::Nothing);
const FULL: Key = Key::new("x-ms-odata-metadata-full", Means::Nothing);

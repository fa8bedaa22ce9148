//! The classic connectors of Logic Apps, `shared_commondataservice` and `shared_dynamicscrmonline`, which
//! know their operations by the words of any table: items, a dataset, a table.

mod first_rows;
mod rows;

pub(super) use first_rows::FIRST_ROWS;
pub(super) use rows::ROWS;

use airlock_connector::dialect::{Beside, Key, Means, Part, Rows};

/// The system's name.
const SYSTEM: &str = "logic-apps";

const DATASET: Key = Key::new("dataset", Means::Place).required().about(
    "The organisation: `default.cds`, its address, or a name of it such as `contoso.crm4`. It has to be the \
     connection's own.",
);

const TABLE: Key = Key::new("table", Means::Same("table"))
    .required()
    .about("Table, by its entity set name such as `accounts`; any other name of it does as well.");

const ID: Key = Key::new("id", Means::Same("id"))
    .required()
    .about("Id of the row.");

const FILTER: Key = Key::new("$filter", Means::Same("filter"));

const ORDER_BY: Key = Key::new("$orderby", Means::Commas("orderby")).about(
    "Columns to sort by, separated by commas, each with `desc` behind it to turn the order round.",
);

/// What a flow calls the threshold of its pagination.
const THRESHOLD: Key = Key::new("minimumItemCount", Means::Number("minimum-count"))
    .about("Read page after page until there are at least so many rows, 1 to 100000.");

const ITEM: Key = Key::new("item", Means::Members("row"))
    .required()
    .about("Columns of the row with their values: as one object, or each as an input of its own such as `item/name`.");

/// What these connectors call an item: the row's columns, its id, the tables of its lookups, its texts for people.
const ITEMS: Rows = Rows {
    id: "ItemInternalId",
    beside: &[
        Beside {
            annotation: "OData.Community.Display.V1.FormattedValue",
            suffix: "_label",
            list: false,
        },
        Beside {
            annotation: "Microsoft.Dynamics.CRM.lookuplogicalname",
            suffix: "_type",
            list: true,
        },
    ],
    keeps: &["@odata.id", "@odata.etag"],
};

const LISTED: &[Part] = &[
    Part::rows("value", "rows", &ITEMS),
    Part::link("@odata.nextLink", "next-page"),
];

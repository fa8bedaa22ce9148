//! Search: the relevant rows.

use airlock_connector::dialect::{Answer, Key, Means, Operation, Part};

use super::{ACCEPT, PREFER, SYSTEM};

pub(crate) const SEARCH: &[Operation] = &[Operation {
    system: SYSTEM,
    name: "GetRelevantRows",
    action: "search-rows",
    title: "Search rows",
    description: "Finds rows of several tables by words, the most relevant first.",
    keys: &[
        Key::new("search", Means::Same("search"))
            .required()
            .about("What to search for, up to 100 characters."),
        Key::new("searchtype", Means::Same("search-type"))
            .about("The language of `search`: `simple`, or `full` for Lucene's."),
        Key::new("searchmode", Means::Same("search-mode"))
            .about("Whether `any` of the words is enough, or `all` are needed."),
        Key::new("top", Means::Number("top")).about("Most rows to give, up to 100."),
        Key::new("filter", Means::Same("filter"))
            .about("Condition, such as `account:revenue gt 5000`."),
        Key::new("orderby", Means::Names("orderby"))
            .about("Order, such as `name desc`, as a list."),
        Key::new("facets", Means::Names("facets")).about("What to group by, as a list."),
        Key::new("entities", Means::Names("tables")).about("Tables to search in, as a list."),
        Key::new("skip", Means::Number("skip")).about("Rows to leave out at the beginning."),
        Key::new("returntotalrecordcount", Means::Switch("count")).about("Also count all rows."),
        PREFER,
        ACCEPT,
    ],
    // Its answers are those of the older version.
    always: &[("version", "\"1.0\"")],
    gives: Answer::Object(&[
        Part::of("value", "rows"),
        Part::of("totalrecordcount", "count"),
        Part::of("facets", "facets"),
    ]),
    examples: &[r#"{"search": "harbor", "entities": ["account"], "top": 10}"#],
}];

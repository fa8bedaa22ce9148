//! What the document has and the schema has not, found by looking: for whoever starts a simulator.
//!
//! Layer: schema import, pure.

use super::columns::is_held;
use super::lookups;
use super::model::{Document, EntityType};
use crate::schema::SchemaParts;

/// How many of a kind are named; the rest is counted.
const EXAMPLES: usize = 3;

/// Members that are missing for one reason.
struct Missing {
    what: &'static str,
    why: &'static str,
    names: Vec<String>,
}

impl Missing {
    fn new(what: &'static str, why: &'static str) -> Self {
        Self {
            what,
            why,
            names: Vec::new(),
        }
    }

    fn line(self) -> Option<String> {
        let count = self.names.len();
        let examples: Vec<String> = self.names.into_iter().take(EXAMPLES).collect();
        let more = if count > EXAMPLES { ", …" } else { "" };
        let named = examples.join(", ");
        (count > 0).then(|| format!("{count} {} ({named}{more}): {}", self.what, self.why))
    }
}

/// What is missing, a line for each reason. Properties of types that no column has are told elsewhere.
pub(super) fn losses(
    document: &Document,
    found: &[(&EntityType, String)],
    parts: &SchemaParts,
) -> Vec<String> {
    let schema = parts.clone().build();
    let mut columns = Missing::new(
        "columns",
        "the simulator has others in their place, or they have no name for a column",
    );
    let mut kinds = Missing::new(
        "columns of another type",
        "the simulator's own type is kept",
    );
    let mut astray = Missing::new(
        "navigation properties",
        "what they lead to is no table in the document",
    );
    let mut loose = Missing::new(
        "navigation properties",
        "no column or table of the document stands behind them",
    );
    for (one, _) in found {
        let Some(table) = schema.table(&one.name) else {
            continue;
        };
        for property in &one.properties {
            let shown = format!("{}.{}", one.name, property.name);
            match table.property(&property.name) {
                Some(column) if is_other(column.edm_type(), &property.kind) => {
                    kinds.names.push(format!("{shown} is {}", property.kind))
                }
                Some(_) => {}
                None if !is_held(document, &property.kind) => {}
                None => columns.names.push(shown),
            }
        }
        for way in one.navigations.values() {
            if table.navigation(&way.name).is_some() {
                continue;
            }
            let shown = format!("{}.{}", one.name, way.name);
            match schema.table(lookups::target(way)) {
                None => astray.names.push(shown),
                Some(_) => loose.names.push(shown),
            }
        }
    }
    let all = [columns, kinds, astray, loose];
    all.into_iter().filter_map(Missing::line).collect()
}

/// Whether a column that the simulator knows has another type than the document says, and both can be told apart.
fn is_other(known: &str, kind: &str) -> bool {
    kind.starts_with("Edm.") && known != kind
}

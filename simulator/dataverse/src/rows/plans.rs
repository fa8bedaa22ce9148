//! Remembers how rows of a table are read for a selection, so that a repeated retrieve compiles nothing.
//!
//! Layer: rows. A new schema empties it.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::http::SimError;
use crate::schema::Schema;

use super::read::node::Wanted;
use super::read::plan::Plan;

/// Plans kept at most: a few dozen tables in a few dozen shapes. A flood of other shapes empties the cache.
const CAPACITY: usize = 1_024;

/// Table, `$select`, what is wanted besides.
type Key = (String, Option<String>, Wanted);

/// The cache.
#[derive(Default)]
pub struct Plans {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// The schema that all plans were made for.
    schema: Option<Arc<Schema>>,
    plans: HashMap<Key, Arc<Plan>>,
}

impl Plans {
    /// The plan for a selection, built when it is not known yet.
    ///
    /// # Errors
    /// What building returns; failures are not remembered.
    pub fn get_or_build(
        &self,
        schema: &Arc<Schema>,
        table: &str,
        select: Option<&str>,
        wanted: Wanted,
        build: impl FnOnce() -> Result<Plan, SimError>,
    ) -> Result<Arc<Plan>, SimError> {
        let key = (table.to_owned(), select.map(str::to_owned), wanted);
        {
            let mut known = self.known.lock();
            if !known
                .schema
                .as_ref()
                .is_some_and(|known| Arc::ptr_eq(known, schema))
            {
                known.plans.clear();
                known.schema = Some(schema.clone());
            }
            if let Some(plan) = known.plans.get(&key) {
                return Ok(plan.clone());
            }
        }
        let plan = Arc::new(build()?);
        let mut known = self.known.lock();
        if known.plans.len() >= CAPACITY {
            known.plans.clear();
        }
        // A request that still runs on an older schema must not leave its plan to those on the new one.
        if known
            .schema
            .as_ref()
            .is_some_and(|known| Arc::ptr_eq(known, schema))
        {
            known.plans.insert(key, plan.clone());
        }
        Ok(plan)
    }
}

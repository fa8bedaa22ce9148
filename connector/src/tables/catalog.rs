//! What is known about one connection's tables, loaded piece by piece as actions need it.

mod messages;
mod operations;
mod options;
mod parts;

use std::{cell::RefCell, rc::Rc, time::Duration};

use airlock_connector::{Error, Transport, by_name::ByName};
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    choice::ChoicesByColumn,
    column::Columns,
    facet::{Bounds, DateShapes},
    key::KeyDefinition,
    lookup::{Collections, Lookups},
    resolve,
    slot::Slot,
    table::{self, Table},
};
use crate::operations::model::Operations;
use crate::webapi::{
    ApiRequest, Client,
    literal::{encode_expression, quote},
    names::is_identifier,
};

/// How long metadata is believed. A name that is unknown is asked for again at once, so this only
/// bounds how long a changed label, option or relationship goes unnoticed.
pub const MAX_AGE: Duration = Duration::from_secs(600);

/// How old an answer may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// At most [`MAX_AGE`].
    Cached,
    /// Loaded at that moment of the transport's clock or later: for looking again after a name
    /// was not found.
    Since(Duration),
}

impl Freshness {
    fn oldest(self, now: Duration) -> Duration {
        let aged = now.saturating_sub(MAX_AGE);
        match self {
            Self::Cached => aged,
            Self::Since(moment) => moment.max(aged),
        }
    }
}

type Slots<V> = RefCell<ByName<Rc<Slot<V>>>>;

/// The metadata of one organisation, as one connection sees it.
#[derive(Debug, Default)]
pub struct Catalog {
    named: Slots<Option<Rc<Table>>>,
    all: Slot<Rc<Vec<Rc<Table>>>>,
    columns: Slots<Rc<Columns>>,
    dates: Slots<Rc<DateShapes>>,
    bounds: Slots<Rc<Bounds>>,
    lookups: Slots<Rc<Lookups>>,
    collections: Slots<Rc<Collections>>,
    keys: Slots<Rc<Vec<KeyDefinition>>>,
    choices: Slots<Rc<ChoicesByColumn>>,
    messages: Slots<bool>,
    operations: Slot<Rc<Operations>>,
}

#[derive(Deserialize)]
struct List<V> {
    value: Vec<V>,
}

impl Catalog {
    /// Knows nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets all of it, as after a definition was changed.
    pub fn forget(&self) {
        self.named.borrow_mut().clear();
        self.all.clear();
        self.columns.borrow_mut().clear();
        self.dates.borrow_mut().clear();
        self.bounds.borrow_mut().clear();
        self.lookups.borrow_mut().clear();
        self.collections.borrow_mut().clear();
        self.keys.borrow_mut().clear();
        self.choices.borrow_mut().clear();
        self.operations.clear();
    }

    /// The table called `name`: logical name or entity set name with one small request, any other
    /// name by looking through all tables.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] at `pointer` with the nearest names when there is none.
    pub async fn table<T: Transport>(
        &self,
        client: &Client<T>,
        name: &str,
        pointer: &str,
    ) -> Result<Rc<Table>, Error> {
        let started = client.transport().now();
        let lower = name.trim().to_lowercase();
        if is_identifier(&lower)
            && let Some(table) = self.named(client, &lower).await?
        {
            return Ok(table);
        }
        let tables = self.tables(client, Freshness::Cached).await?;
        if let Some(table) = resolve::find(&tables, name, pointer)? {
            return Ok(table);
        }
        let tables = self.tables(client, Freshness::Since(started)).await?;
        resolve::find(&tables, name, pointer)?
            .ok_or_else(|| resolve::unknown(&tables, name, pointer))
    }

    async fn named<T: Transport>(
        &self,
        client: &Client<T>,
        lower: &str,
    ) -> Result<Option<Rc<Table>>, Error> {
        let slot = slot(&self.named, lower);
        let oldest = Freshness::Cached.oldest(client.transport().now());
        let found = slot
            .get(client.transport(), oldest, async || {
                let literal = quote(lower);
                let filter = format!("LogicalName eq {literal} or EntitySetName eq {literal}");
                let query = format!(
                    "$select={}&$filter={}",
                    table::SELECT,
                    encode_expression(&filter)
                );
                let found: List<table::Definition> =
                    read(client, "EntityDefinitions", &query, Freshness::Cached).await?;
                let tables: Vec<Rc<Table>> = found
                    .value
                    .into_iter()
                    .filter_map(table::Definition::into_table)
                    .map(Rc::new)
                    .collect();
                resolve::find(&tables, lower, "")
            })
            .await?;
        match &found {
            // The table goes by both names from now on.
            Some(table) => {
                let began = client.transport().now();
                for other in [table.name.as_str(), table.set.as_str()] {
                    let other = other.to_lowercase();
                    if other != lower {
                        self::slot(&self.named, &other).put(Some(Rc::clone(table)), began);
                    }
                }
            }
            // Not remembered: the table may be made any moment, and wrong names are endless.
            None => {
                self.named.borrow_mut().remove(lower);
            }
        }
        Ok(found)
    }

    /// All tables that the Web API reaches.
    ///
    /// # Errors
    /// What the service answered.
    pub async fn tables<T: Transport>(
        &self,
        client: &Client<T>,
        freshness: Freshness,
    ) -> Result<Rc<Vec<Rc<Table>>>, Error> {
        let oldest = freshness.oldest(client.transport().now());
        self.all
            .get(client.transport(), oldest, async || {
                let query = format!("$select={}", table::SELECT);
                let found: List<table::Definition> =
                    read(client, "EntityDefinitions", &query, freshness).await?;
                let tables = found
                    .value
                    .into_iter()
                    .filter_map(table::Definition::into_table)
                    .map(Rc::new)
                    .collect();
                Ok(Rc::new(tables))
            })
            .await
    }
}

fn slot<V>(slots: &Slots<V>, key: &str) -> Rc<Slot<V>> {
    let mut slots = slots.borrow_mut();
    if let Some(slot) = slots.get(key) {
        return Rc::clone(slot);
    }
    let slot = Rc::new(Slot::default());
    slots.insert(key.to_owned(), Rc::clone(&slot));
    slot
}

async fn read<V: DeserializeOwned, T: Transport>(
    client: &Client<T>,
    resource: &str,
    query: &str,
    freshness: Freshness,
) -> Result<V, Error> {
    let mut call = ApiRequest::get(client.base().url(resource, query)?).preparing();
    if matches!(freshness, Freshness::Since(_)) {
        // The service's own cache lags about 30 s behind a change.
        call.options
            .extra
            .push(("consistency".to_owned(), "Strong".to_owned()));
    }
    client.send(call).await?.json()
}

#[cfg(test)]
mod tests;

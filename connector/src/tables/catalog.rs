//! What is known about one connection's tables, loaded piece by piece as actions need it.

use std::{cell::RefCell, collections::HashMap, future::Future, rc::Rc, time::Duration};

use futures_util::future::{try_join, try_join3};
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    choice::{self, Choices, ChoicesByColumn},
    column::{self, Column, Columns, DateShapes, Facet, Lengths},
    key::{self, KeyDefinition},
    lookup::{self, Collections, Lookups},
    resolve,
    slot::Slot,
    table::{self, Table},
};
use crate::webapi::{
    Call, Client, Error, Transport,
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

type Slots<V> = RefCell<HashMap<String, Rc<Slot<V>>>>;

/// The metadata of one organisation, as one connection sees it.
#[derive(Debug, Default)]
pub struct Catalog {
    named: Slots<Option<Rc<Table>>>,
    all: Slot<Rc<Vec<Rc<Table>>>>,
    columns: Slots<Rc<Columns>>,
    dates: Slots<Rc<DateShapes>>,
    lengths: Slots<Rc<Lengths>>,
    lookups: Slots<Rc<Lookups>>,
    collections: Slots<Rc<Collections>>,
    keys: Slots<Rc<Vec<KeyDefinition>>>,
    choices: Slots<Rc<ChoicesByColumn>>,
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

    /// The columns of a table.
    ///
    /// # Errors
    /// What the service answered.
    pub async fn columns<T: Transport>(
        &self,
        client: &Client<T>,
        table: &Table,
        freshness: Freshness,
    ) -> Result<Rc<Columns>, Error> {
        load(&self.columns, client, table, freshness, async || {
            let definitions: List<column::Definition> =
                part(client, table, "Attributes", column::SELECT, freshness).await?;
            let columns = definitions
                .value
                .into_iter()
                .map(column::Definition::into_column)
                .collect();
            Ok(Rc::new(Columns::new(columns)))
        })
        .await
    }

    /// The shapes of a table's date columns.
    ///
    /// # Errors
    /// What the service answered.
    pub async fn dates<T: Transport>(
        &self,
        client: &Client<T>,
        table: &Table,
        freshness: Freshness,
    ) -> Result<Rc<DateShapes>, Error> {
        load(&self.dates, client, table, freshness, async || {
            let select = "LogicalName,DateTimeBehavior";
            let found = facets(client, table, "DateTime", select, freshness).await?;
            let shapes = found.into_iter().map(Facet::into_shape).collect();
            Ok(Rc::new(shapes))
        })
        .await
    }

    /// The longest texts that a table's text columns take, in characters.
    ///
    /// # Errors
    /// What the service answered.
    pub async fn lengths<T: Transport>(
        &self,
        client: &Client<T>,
        table: &Table,
        freshness: Freshness,
    ) -> Result<Rc<Lengths>, Error> {
        load(&self.lengths, client, table, freshness, async || {
            let select = "LogicalName,MaxLength";
            let (texts, memos) = try_join(
                facets(client, table, "String", select, freshness),
                facets(client, table, "Memo", select, freshness),
            )
            .await?;
            let all = texts.into_iter().chain(memos);
            Ok(Rc::new(all.filter_map(Facet::into_length).collect()))
        })
        .await
    }

    /// The lookups of a table and the navigation properties that bind them.
    ///
    /// # Errors
    /// What the service answered.
    pub async fn lookups<T: Transport>(
        &self,
        client: &Client<T>,
        table: &Table,
        freshness: Freshness,
    ) -> Result<Rc<Lookups>, Error> {
        load(&self.lookups, client, table, freshness, async || {
            let found: List<lookup::ManyToOne> = part(
                client,
                table,
                "ManyToOneRelationships",
                lookup::MANY_TO_ONE,
                freshness,
            )
            .await?;
            let lookups = found
                .value
                .into_iter()
                .filter_map(lookup::ManyToOne::into_lookup)
                .collect();
            Ok(Rc::new(Lookups::new(lookups)))
        })
        .await
    }

    /// The properties of a table that lead to many rows.
    ///
    /// # Errors
    /// What the service answered.
    pub async fn collections<T: Transport>(
        &self,
        client: &Client<T>,
        table: &Table,
        freshness: Freshness,
    ) -> Result<Rc<Collections>, Error> {
        load(&self.collections, client, table, freshness, async || {
            let one_to_many: List<lookup::OneToMany> = part(
                client,
                table,
                "OneToManyRelationships",
                lookup::ONE_TO_MANY,
                freshness,
            )
            .await?;
            let many_to_many: List<lookup::ManyToMany> = part(
                client,
                table,
                "ManyToManyRelationships",
                lookup::MANY_TO_MANY,
                freshness,
            )
            .await?;
            let of_many = many_to_many
                .value
                .into_iter()
                .flat_map(|one| one.into_collections(table.name.as_str()));
            let collections = one_to_many
                .value
                .into_iter()
                .filter_map(lookup::OneToMany::into_collection)
                .chain(of_many)
                .collect();
            Ok(Rc::new(Collections::new(collections)))
        })
        .await
    }

    /// The alternate keys of a table.
    ///
    /// # Errors
    /// What the service answered.
    pub async fn keys<T: Transport>(
        &self,
        client: &Client<T>,
        table: &Table,
        freshness: Freshness,
    ) -> Result<Rc<Vec<KeyDefinition>>, Error> {
        load(&self.keys, client, table, freshness, async || {
            let found: List<key::Definition> =
                part(client, table, "Keys", key::SELECT, freshness).await?;
            let keys = found
                .value
                .into_iter()
                .map(key::Definition::into_key)
                .collect();
            Ok(Rc::new(keys))
        })
        .await
    }

    /// The options of one choice, state, status or yes/no column; none for any other kind.
    ///
    /// # Errors
    /// What the service answered.
    pub async fn choices<T: Transport>(
        &self,
        client: &Client<T>,
        table: &Table,
        column: &Column,
        freshness: Freshness,
    ) -> Result<Choices, Error> {
        let Some(cast) = column.kind.options_cast() else {
            return Ok(Choices::default());
        };
        let options = self.options(client, table, cast, freshness).await?;
        Ok(options.get(&column.name).cloned().unwrap_or_default())
    }

    /// The options of all choice, state, status and yes/no columns.
    ///
    /// # Errors
    /// What the service answered.
    pub async fn all_choices<T: Transport>(
        &self,
        client: &Client<T>,
        table: &Table,
        freshness: Freshness,
    ) -> Result<ChoicesByColumn, Error> {
        let of = |cast| self.options(client, table, cast, freshness);
        let (picklists, multiple, yes_no) =
            try_join3(of("Picklist"), of("MultiSelectPicklist"), of("Boolean")).await?;
        let states = of("State").await?;
        let reasons = of("Status").await?;
        let mut all = ChoicesByColumn::new();
        for some in [picklists, multiple, yes_no, states, reasons] {
            all.extend(some.iter().map(|(name, one)| (name.clone(), one.clone())));
        }
        Ok(all)
    }

    /// One request brings the options of all columns of a kind: columns with labels come in
    /// groups, and each column alone would cost a round trip.
    async fn options<T: Transport>(
        &self,
        client: &Client<T>,
        table: &Table,
        cast: &str,
        freshness: Freshness,
    ) -> Result<Rc<ChoicesByColumn>, Error> {
        let slot = slot(&self.choices, &format!("{}/{cast}", table.name));
        let oldest = freshness.oldest(client.transport().now());
        slot.get(client.transport(), oldest, async || {
            let resource = format!(
                "{}/Attributes/Microsoft.Dynamics.CRM.{cast}AttributeMetadata",
                table.definition()
            );
            let query = match cast {
                "Picklist" | "MultiSelectPicklist" => {
                    "$select=LogicalName&$expand=OptionSet($select=Options),GlobalOptionSet($select=Options)"
                }
                "Boolean" => {
                    "$select=LogicalName&$expand=OptionSet($select=TrueOption,FalseOption)"
                }
                _ => "$select=LogicalName&$expand=OptionSet($select=Options)",
            };
            let found: List<choice::Definition> =
                read(client, &resource, query, freshness).await?;
            let choices = found
                .value
                .into_iter()
                .map(choice::Definition::into_choices)
                .collect();
            Ok(Rc::new(choices))
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

async fn load<V, T, F>(
    slots: &Slots<V>,
    client: &Client<T>,
    table: &Table,
    freshness: Freshness,
    load: impl FnOnce() -> F,
) -> Result<V, Error>
where
    V: Clone,
    T: Transport,
    F: Future<Output = Result<V, Error>>,
{
    let slot = slot(slots, table.name.as_str());
    let oldest = freshness.oldest(client.transport().now());
    slot.get(client.transport(), oldest, load).await
}

/// Reads the members that only columns of one type have.
async fn facets<T: Transport>(
    client: &Client<T>,
    table: &Table,
    kind: &str,
    select: &str,
    freshness: Freshness,
) -> Result<Vec<Facet>, Error> {
    let path = format!("Attributes/Microsoft.Dynamics.CRM.{kind}AttributeMetadata");
    let found: List<Facet> = part(client, table, &path, select, freshness).await?;
    Ok(found.value)
}

/// Reads a part of a table's definition.
async fn part<V: DeserializeOwned, T: Transport>(
    client: &Client<T>,
    table: &Table,
    path: &str,
    select: &str,
    freshness: Freshness,
) -> Result<V, Error> {
    let resource = format!("{}/{path}", table.definition());
    read(client, &resource, &format!("$select={select}"), freshness).await
}

async fn read<V: DeserializeOwned, T: Transport>(
    client: &Client<T>,
    resource: &str,
    query: &str,
    freshness: Freshness,
) -> Result<V, Error> {
    let mut call = Call::get(client.base().url(resource, query)?).preparing();
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

//! The parts of one table's definition, each read when first needed.

use std::{future::Future, rc::Rc};

use airlock_connector::{Error, Transport};
use futures_util::future::try_join;
use serde::de::DeserializeOwned;

use super::{Catalog, Freshness, List, Slots, read, slot};
use crate::{
    tables::{
        column::{self, ColumnKind, Columns},
        facet::{Bounds, DateShapes, Facet, bounds_cast},
        key::{self, KeyDefinition},
        lookup::{self, Collections, Lookups},
        table::Table,
    },
    webapi::Client,
};

impl Catalog {
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

    /// What a table's columns of one kind allow; nothing for a kind that has no settings of its own.
    ///
    /// # Errors
    /// What the service answered.
    pub async fn bounds<T: Transport>(
        &self,
        client: &Client<T>,
        table: &Table,
        kind: &ColumnKind,
        freshness: Freshness,
    ) -> Result<Rc<Bounds>, Error> {
        let Some((cast, select)) = bounds_cast(kind) else {
            return Ok(Rc::default());
        };
        let slot = slot(&self.bounds, &format!("{}/{cast}", table.name));
        let oldest = freshness.oldest(client.transport().now());
        slot.get(client.transport(), oldest, async || {
            let found = facets(client, table, cast, select, freshness).await?;
            let bounds = found.into_iter().filter_map(Facet::into_bound).collect();
            Ok(Rc::new(bounds))
        })
        .await
    }

    /// What a table's texts allow, of one line and of many.
    ///
    /// # Errors
    /// What the service answered.
    pub async fn texts<T: Transport>(
        &self,
        client: &Client<T>,
        table: &Table,
        freshness: Freshness,
    ) -> Result<Bounds, Error> {
        let (lines, memos) = try_join(
            self.bounds(client, table, &ColumnKind::Text, freshness),
            self.bounds(client, table, &ColumnKind::Memo, freshness),
        )
        .await?;
        let all = lines.iter().chain(memos.iter());
        Ok(all.map(|(name, bound)| (name.clone(), *bound)).collect())
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

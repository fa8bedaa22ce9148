//! Lookups in a row: which navigation property binds which row.
//!
//! The property always comes from metadata. A custom lookup is bound by its schema name, a lookup
//! with several tables by one property per table; neither can be told from the column's name.

use airlock_connector::{
    Error, Transport,
    nearest::{did_you_mean, nearest},
};
use serde_json::Value;

use super::{
    Organisation,
    address::address,
    find::is_search,
    owners::{OWNERS, with_owners},
    reference::{Reference, choose, is_reference, reference},
    row::{Properties, Purpose, Writer},
    words::shown,
};
use crate::{
    tables::{Collection, Column, Columns, Lookup, Lookups},
    webapi::{CallOptions, Query, RowKey},
};

/// Rows that exist only as parts of an activity.
const PARTY: &str = "activityparty";

impl<T: Transport> Writer<'_, T> {
    /// A lookup column.
    pub(super) async fn lookup(
        &self,
        column: &Column,
        value: &Value,
        place: &str,
    ) -> Result<Properties, Error> {
        let lookups = self.lookups().await?;
        let targets = with_owners(lookups.of(&column.name));
        if targets.is_empty() {
            self.stale.set(true);
        }
        self.point(&column.name, &targets, value, place).await
    }

    /// An explicit `property@odata.bind`.
    pub(super) async fn bind(
        &self,
        columns: &Columns,
        property: &str,
        value: &Value,
        place: &str,
    ) -> Result<Properties, Error> {
        if let Value::Array(items) = value {
            return self.bind_many(property, items, place).await;
        }
        let lookups = self.lookups().await?;
        let targets = match lookups.by_navigation(property) {
            Some(found) => with_owners(
                lookups
                    .iter()
                    .filter(|lookup| lookup.navigation == found.navigation),
            ),
            None => with_owners(lookups.of(property)),
        };
        if targets.is_empty() {
            self.stale.set(true);
            let all = lookups.iter().map(|lookup| lookup.navigation.as_str());
            return Err(Error::invalid(
                place,
                format!(
                    "{} has no lookup that is bound by `{property}`{}",
                    self.table.name,
                    did_you_mean(&nearest(property, all))
                ),
            ));
        }
        self.check_column(columns, &targets, place)?;
        self.point(property, &targets, value, place).await
    }

    /// Refuses a lookup whose column cannot be written, whatever it is called.
    fn check_column(
        &self,
        columns: &Columns,
        targets: &[Lookup],
        place: &str,
    ) -> Result<(), Error> {
        let column = targets.first().and_then(|one| columns.get(&one.column));
        column.map_or(Ok(()), |column| self.check(columns, column, place))
    }

    /// A navigation property by its own name, with a reference or new rows; `None` when there is
    /// no such property.
    pub(super) async fn navigation(
        &self,
        columns: &Columns,
        name: &str,
        value: &Value,
        place: &str,
    ) -> Result<Option<Properties>, Error> {
        let lookups = self.lookups().await?;
        if let Some(found) = lookups.by_navigation(name) {
            let targets = with_owners(
                lookups
                    .iter()
                    .filter(|lookup| lookup.navigation == found.navigation),
            );
            self.check_column(columns, &targets, place)?;
            return self.point(name, &targets, value, place).await.map(Some);
        }
        let Value::Array(rows) = value else {
            return Ok(None);
        };
        let Organisation { client, catalog } = self.organisation;
        let collections = catalog
            .collections(client, self.table, self.freshness)
            .await?;
        let Some(collection) = collections.by_navigation(name) else {
            return Ok(None);
        };
        self.only_on_create_in(collection, place)?;
        let target = catalog.table(client, &collection.target, place).await?;
        let mut bodies = Vec::with_capacity(rows.len());
        for (index, row) in rows.iter().enumerate() {
            let place = format!("{place}/{index}");
            let Value::Object(row) = row else {
                return Err(Error::invalid(
                    place,
                    format!("{} is not a row", shown(row)),
                ));
            };
            bodies.push(Value::Object(self.nested(&target, row, &place).await?));
        }
        Ok(Some(vec![(
            collection.navigation.clone(),
            Value::Array(bodies),
        )]))
    }

    async fn lookups(&self) -> Result<std::rc::Rc<Lookups>, Error> {
        let Organisation { client, catalog } = self.organisation;
        catalog.lookups(client, self.table, self.freshness).await
    }

    /// Points at a row, at none, or at one that is created together with this one.
    async fn point(
        &self,
        name: &str,
        targets: &[Lookup],
        value: &Value,
        place: &str,
    ) -> Result<Properties, Error> {
        let targets: Vec<&Lookup> = targets.iter().collect();
        match value {
            Value::Null => self.clear(&targets).await,
            Value::Object(search) if is_search(search) => {
                let (lookup, link) = self.found(name, &targets, search, place).await?;
                Ok(vec![(bind_name(lookup), Value::from(link))])
            }
            Value::Object(row) if !is_reference(row) && !row.is_empty() => {
                self.only_on_create(place)?;
                let lookup = choose(name, &targets, None, place)?;
                let Organisation { client, catalog } = self.organisation;
                let target = catalog.table(client, &lookup.target, place).await?;
                let body = self.nested(&target, row, place).await?;
                Ok(vec![(lookup.navigation.clone(), Value::Object(body))])
            }
            _ => {
                let example = targets.first().map_or(name, |lookup| &lookup.target);
                let base = self.organisation.client.base();
                let reference = reference(value, base, example, place)?;
                let (lookup, link) = self.link(name, &targets, &reference, place).await?;
                Ok(vec![(bind_name(lookup), Value::from(link))])
            }
        }
    }

    /// The navigation property and the address of the row that is pointed at.
    async fn link<'a>(
        &self,
        name: &str,
        targets: &[&'a Lookup],
        reference: &Reference,
        place: &str,
    ) -> Result<(&'a Lookup, String), Error> {
        let Organisation { client, catalog } = self.organisation;
        let told = match &reference.table {
            Some(name) => Some(catalog.table(client, name, place).await?),
            None => None,
        };
        let wanted = match &told {
            Some(table) => Some(table.name.as_str()),
            None => self.owner(targets, &reference.key, place).await?,
        };
        let lookup = choose(name, targets, wanted, place)?;
        let target = match told {
            Some(table) => table,
            None => catalog.table(client, &lookup.target, place).await?,
        };
        let link = address(self.organisation, &target, &reference.key, place).await?;
        Ok((lookup, link))
    }

    /// Whether an owner given only by id is a user or a team: the service has to be asked, and
    /// binding it as the wrong one fails.
    async fn owner(
        &self,
        targets: &[&Lookup],
        key: &RowKey,
        place: &str,
    ) -> Result<Option<&'static str>, Error> {
        let only_owners = targets.len() > 1
            && targets
                .iter()
                .all(|lookup| OWNERS.contains(&lookup.target.as_str()));
        if !only_owners || !matches!(key, RowKey::Id(_)) {
            return Ok(None);
        }
        let Organisation { client, catalog } = self.organisation;
        for name in OWNERS {
            let table = catalog.table(client, name, place).await?;
            let query = Query {
                select: vec![table.primary_id.clone()],
                ..Query::default()
            };
            let found = client
                .look(&table.rows(), key, &query, &CallOptions::default())
                .await;
            match found {
                Ok(_) => return Ok(Some(name)),
                Err(Error::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::invalid(
            place,
            format!("neither a user nor a team has the id {}", key.describe()),
        ))
    }

    async fn bind_many(
        &self,
        property: &str,
        items: &[Value],
        place: &str,
    ) -> Result<Properties, Error> {
        let Organisation { client, catalog } = self.organisation;
        let collections = catalog
            .collections(client, self.table, self.freshness)
            .await?;
        let Some(collection) = collections.by_navigation(property) else {
            self.stale.set(true);
            let all = collections.iter().map(|one| one.navigation.as_str());
            return Err(Error::invalid(
                place,
                format!(
                    "{} has no collection `{property}`{}",
                    self.table.name,
                    did_you_mean(&nearest(property, all))
                ),
            ));
        };
        self.only_on_create_in(collection, place)?;
        let target = catalog.table(client, &collection.target, place).await?;
        let mut links = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let place = format!("{place}/{index}");
            let reference = reference(item, client.base(), &collection.target, &place)?;
            let link = address(self.organisation, &target, &reference.key, &place).await?;
            links.push(Value::from(link));
        }
        Ok(vec![(
            format!("{}@odata.bind", collection.navigation),
            Value::Array(links),
        )])
    }

    fn only_on_create_in(&self, collection: &Collection, place: &str) -> Result<(), Error> {
        if self.purpose != Purpose::Create && collection.target == PARTY {
            return Err(Error::invalid(
                place,
                self.parties_elsewhere(&collection.navigation),
            ));
        }
        self.only_on_create(place)
    }

    /// How the parties of an activity that exists are written.
    pub(super) fn parties_elsewhere(&self, navigation: &str) -> String {
        let set = &self.table.set;
        format!(
            "the parties of an activity that exists are replaced together, by a raw request: \
             PUT {set}(<id>)/{navigation} with {{\"value\": [the parties]}}"
        )
    }

    fn only_on_create(&self, place: &str) -> Result<(), Error> {
        if self.purpose == Purpose::Create {
            return Ok(());
        }
        Err(Error::invalid(
            place,
            "rows within a row can only be created together with a new row: point at an existing row by its id, or write the other row by itself",
        ))
    }
}

fn bind_name(lookup: &Lookup) -> String {
    format!("{}@odata.bind", lookup.navigation)
}

//! The options of choice columns, by kind of column.

use std::rc::Rc;

use airlock_connector::{Error, Transport};
use futures_util::future::try_join3;

use super::{Catalog, Freshness, List, read, slot};
use crate::{
    tables::{
        choice::{self, Choices, ChoicesByColumn},
        column::Column,
        table::Table,
    },
    webapi::Client,
};

impl Catalog {
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
        let mut all = ChoicesByColumn::default();
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

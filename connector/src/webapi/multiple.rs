//! Many rows of one table in one request: `CreateMultiple` and its kin, and the question which rows are there.
//!
//! On a standard table such a message is one transaction, so one wrong row keeps all the others out; an
//! elastic table keeps what succeeded. Either way the answer tells too little of single rows.

use std::collections::BTreeSet;

use airlock_connector::{Error, Transport, http::Method};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    client::{ApiRequest, Client, Safety},
    headers::CallOptions,
    literal::encode_expression,
    row_id::RowId,
    rows::RowSet,
};

/// A message that takes many rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// `CreateMultiple`.
    Create,
    /// `UpdateMultiple`.
    Update,
    /// `UpsertMultiple`.
    Upsert,
    /// `DeleteMultiple`, which only elastic tables have.
    Delete,
}

impl Message {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "CreateMultiple",
            Self::Update => "UpdateMultiple",
            Self::Upsert => "UpsertMultiple",
            Self::Delete => "DeleteMultiple",
        }
    }
}

/// A message that was sent, however often.
#[derive(Debug)]
pub(crate) struct Sent {
    /// Whether all of it was done.
    pub(crate) result: Result<(), Error>,
    /// Whether an earlier attempt may have been carried out.
    pub(crate) uncertain: bool,
    /// How many requests at once the service recommends, where it says so.
    pub(crate) hint: Option<usize>,
}

impl<T: Transport> Client<T> {
    /// Sends `targets`, each a row as JSON, as one message. It is sent again when its fate is not known: the
    /// caller has to see to it that each row names itself. The outer error is for what cannot be sent at all.
    pub(crate) async fn multiple(
        &self,
        table: &RowSet,
        message: Message,
        targets: &[String],
        options: &CallOptions,
    ) -> Result<Sent, Error> {
        let resource = format!("{}/Microsoft.Dynamics.CRM.{}", table.set, message.name());
        let url = self.base().url(&resource, "")?;
        let length: usize = targets.iter().map(|target| target.len() + 1).sum();
        let mut body = String::with_capacity(length + 16);
        body.push_str("{\"Targets\":[");
        for (index, target) in targets.iter().enumerate() {
            if index > 0 {
                body.push(',');
            }
            body.push_str(target);
        }
        body.push_str("]}");
        let mut call = ApiRequest::new(Method::Post, url)
            .with_options(options)
            .with_body(body.into_bytes());
        call.safety = Some(Safety::Repeatable);
        let (reply, uncertain) = self.attempt(call).await?;
        let hint = reply
            .as_ref()
            .ok()
            .and_then(super::client::Reply::parallel_hint);
        Ok(Sent {
            result: reply.map(drop),
            uncertain,
            hint,
        })
    }

    /// Whether the rows of the table called `table` take this message.
    pub(crate) async fn takes(&self, table: &str, message: Message) -> Result<bool, Error> {
        let filter = format!(
            "sdkmessageid/name eq '{}' and primaryobjecttypecode eq '{table}'",
            message.name()
        );
        let query = format!(
            "$select=sdkmessagefilterid&$filter={}&$top=1",
            encode_expression(&filter)
        );
        let url = self.base().url("sdkmessagefilters", &query)?;
        let found: Found = self.send(ApiRequest::get(url).preparing()).await?.json()?;
        Ok(!found.value.is_empty())
    }

    /// Which of these ids are rows of the table.
    pub(crate) async fn existing(
        &self,
        table: &RowSet,
        ids: &[RowId],
        options: &CallOptions,
    ) -> Result<BTreeSet<RowId>, Error> {
        let values: Vec<String> = ids.iter().map(|id| format!("'{id}'")).collect();
        let filter = format!(
            "Microsoft.Dynamics.CRM.In(PropertyName='{}',PropertyValues=[{}])",
            table.primary_id,
            values.join(",")
        );
        let query = format!(
            "$select={}&$filter={}",
            table.primary_id,
            encode_expression(&filter)
        );
        let url = self.base().url(table.set.as_str(), &query)?;
        let mut call = ApiRequest::get(url).preparing();
        call.options.caller = options.caller;
        let found: Found = self.send(call).await?.json()?;
        let ids = found.value.iter().filter_map(|row| {
            let id = row.get(&table.primary_id)?.as_str()?;
            id.parse().ok()
        });
        Ok(ids.collect())
    }
}

#[derive(Deserialize)]
struct Found {
    value: Vec<Map<String, Value>>,
}

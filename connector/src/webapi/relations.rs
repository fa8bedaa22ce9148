//! Rows tied together and apart: `$ref` on a navigation property.
//!
//! Each request has the same effect when it comes twice, so it may be repeated; what a repeat finds done
//! already is told apart from what nobody had done.

use airlock_connector::{Error, Transport, http::Method};
use serde_json::json;

use super::{
    client::{ApiRequest, Client, Safety},
    headers::CallOptions,
    key::RowKey,
    literal::encode_value,
    rows::RowSet,
};

/// The service's code for a link that is there already.
const THERE_ALREADY: &str = "0x80040237";

/// One end of a link: a row, and the property that leads away from it.
#[derive(Clone, Copy, Debug)]
pub struct Tie<'a> {
    /// The row's table.
    pub table: &'a RowSet,
    /// The row.
    pub key: &'a RowKey,
    /// The navigation property.
    pub navigation: &'a str,
    /// Whether it leads to many rows.
    pub many: bool,
}

/// What became of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was made or undone.
    Done,
    /// It had been so before.
    Before,
}

impl<T: Transport> Client<T> {
    /// Ties the row at `address`, which begins with a slash, to that of `tie`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when one of them does not exist; otherwise what the service answered.
    pub async fn associate(
        &self,
        tie: Tie<'_>,
        address: &str,
        options: &CallOptions,
    ) -> Result<Outcome, Error> {
        let method = if tie.many { Method::Post } else { Method::Put };
        let link = json!({"@odata.id": format!("{}{address}", self.base().root())});
        let mut call = self.tying(tie, method, "", options)?;
        call.body = Some(link.to_string().into_bytes());
        match self.send(call).await {
            Ok(_) => Ok(Outcome::Done),
            Err(Error::Conflict(failure)) if tie.many && failure.has_code(THERE_ALREADY) => {
                Ok(Outcome::Before)
            }
            Err(error) => Err(error),
        }
    }

    /// Unties the row at `address` from that of `tie`. A lookup is emptied, whatever it points at.
    /// `may_be_done` says that an earlier call of the same kind may have done it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when a row or the link does not exist; otherwise what the service answered.
    pub async fn disassociate(
        &self,
        tie: Tie<'_>,
        address: &str,
        options: &CallOptions,
        may_be_done: bool,
    ) -> Result<Outcome, Error> {
        let id = if tie.many {
            let whole = format!("{}{address}", self.base().root());
            format!("$id={}", encode_value(&whole))
        } else {
            String::new()
        };
        let call = self.tying(tie, Method::Delete, &id, options)?;
        let (fate, uncertain) = self.attempt(call).await?;
        match fate {
            Ok(_) => Ok(Outcome::Done),
            // An earlier attempt, whose answer was lost, had undone it.
            Err(Error::NotFound(_)) if uncertain => Ok(Outcome::Done),
            Err(Error::NotFound(_)) if may_be_done => Ok(Outcome::Before),
            Err(error) => Err(error),
        }
    }

    fn tying(
        &self,
        tie: Tie<'_>,
        method: Method,
        query: &str,
        options: &CallOptions,
    ) -> Result<ApiRequest, Error> {
        let (resource, query) = tie.key.address(&tie.table.set, query);
        let resource = format!("{resource}/{}/$ref", tie.navigation);
        let url = self.base().url(&resource, &query)?;
        let mut call = ApiRequest::new(method, url).with_options(options);
        call.safety = Some(Safety::Repeatable);
        Ok(call)
    }
}

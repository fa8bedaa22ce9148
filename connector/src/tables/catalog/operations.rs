//! What can be called, from the organisation's `$metadata`.

use std::rc::Rc;

use airlock_connector::{Error, Failure, Transport};

use super::{Catalog, Freshness};
use crate::{
    operations::model::Operations,
    webapi::{ApiRequest, Client},
};

impl Catalog {
    /// The functions and actions of the organisation. The document that tells them has megabytes, so it is
    /// read only where one is called.
    ///
    /// # Errors
    /// What the service answered.
    pub async fn operations<T: Transport>(
        &self,
        client: &Client<T>,
        freshness: Freshness,
    ) -> Result<Rc<Operations>, Error> {
        let oldest = freshness.oldest(client.transport().now());
        self.operations
            .get(client.transport(), oldest, async || {
                let mut call = ApiRequest::get(client.base().url("$metadata", "")?).preparing();
                let extra = &mut call.options.extra;
                extra.push(("accept".to_owned(), "application/xml".to_owned()));
                let reply = client.send(call).await?;
                let text = String::from_utf8_lossy(&reply.body);
                Operations::read(&text).map(Rc::new).map_err(|error| {
                    Error::Rejected(Failure {
                        status: Some(reply.status),
                        ..Failure::text(error.to_string())
                    })
                })
            })
            .await
    }
}

//! A list that fits one page, asked for in the names that people give.

use airlock_connector::{Error, Transport};

use crate::{
    session::Session,
    tables::Table,
    webapi::{ApiRequest, CallOptions, Page, Query},
};

/// The rows of `table` that `query` asks for. Names that the service does not know are put right by
/// metadata, and then asked for again.
pub(super) async fn asked_once<T: Transport>(
    session: &Session<T>,
    table: &Table,
    query: &Query,
    options: &CallOptions,
) -> Result<Page, Error> {
    match ask(session, table, query, options).await {
        Err(refused) => {
            let query = session.corrected(table, query, refused).await?;
            match ask(session, table, &query, options).await {
                // A fault behind the one that was put right.
                Err(refused) => Err(session.explained(table, &query, refused).await),
                page => page,
            }
        }
        page => page,
    }
}

async fn ask<T: Transport>(
    session: &Session<T>,
    table: &Table,
    query: &Query,
    options: &CallOptions,
) -> Result<Page, Error> {
    let client = session.client();
    let url = client.base().url(table.set.as_str(), &query.encode())?;
    let call = ApiRequest::get(url).with_options(options);
    Page::read(client.send(call).await?)
}

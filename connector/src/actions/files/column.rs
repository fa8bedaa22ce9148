//! Which column of a table holds files or pictures.

use airlock_connector::{Error, Transport, nearest::did_you_mean};

use crate::{
    session::Session,
    tables::{Column, ColumnKind, Freshness, Table},
};

/// What a column that takes contents holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    File,
    Picture,
}

/// The column called `name`, in the service's spelling, and what it holds.
pub(super) async fn column<T: Transport>(
    session: &Session<T>,
    table: &Table,
    name: &str,
) -> Result<(String, Holds), Error> {
    let client = session.client();
    let started = client.transport().now();
    let mut columns = session
        .catalog()
        .columns(client, table, Freshness::Cached)
        .await?;
    if columns.get(name.trim()).is_none() {
        // A column may be younger than what is remembered.
        let freshness = Freshness::Since(started);
        columns = session.catalog().columns(client, table, freshness).await?;
    }
    let takes = |column: &&Column| holds(column).is_some();
    let all: Vec<&str> = columns
        .iter()
        .filter(takes)
        .map(|column| column.name.as_str())
        .collect();
    let instead = match all.as_slice() {
        [] => format!(
            "the table {} has no column for files or pictures",
            table.name
        ),
        names => format!("columns for files and pictures: {}", names.join(", ")),
    };
    let Some(found) = columns.get(name.trim()) else {
        let near = did_you_mean(&columns.nearest(name.trim()));
        return Err(Error::invalid(
            "/column",
            format!(
                "the table {} has no column `{name}`{near} ({instead})",
                table.name
            ),
        ));
    };
    match holds(found) {
        Some(holds) => Ok((found.name.clone(), holds)),
        None => Err(Error::invalid(
            "/column",
            format!(
                "the column {} holds no file and no picture; {instead}",
                found.name
            ),
        )),
    }
}

fn holds(column: &Column) -> Option<Holds> {
    match column.kind {
        ColumnKind::File => Some(Holds::File),
        ColumnKind::Image => Some(Holds::Picture),
        _ => None,
    }
}

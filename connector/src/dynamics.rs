//! The connector as a whole: what it is called, and what it offers.

use airlock_connector::{
    ActionEntry, Choice, Connector, Error, Refinement, Transport, TriggerEntry,
    declare::{ConnectionKind, Identity},
    dialect::Operation,
};
use serde_json::{Map, Value};

use crate::{
    actions, connections, dialects, discovery,
    session::{Dataverse, Session},
    triggers,
};

/// The Dynamics 365 connector.
#[derive(Debug)]
pub struct Dynamics;

impl Connector for Dynamics {
    type Service = Dataverse;

    const IDENTITY: Identity = Identity {
        name: "dynamics",
        title: "Microsoft Dynamics 365",
        version: env!("CARGO_PKG_VERSION"),
        description: "Reads and writes the tables of Dynamics 365 and Dataverse (accounts, \
                      contacts, leads, opportunities, activities and every custom table) through \
                      the Dataverse Web API.",
    };

    fn connections() -> Vec<ConnectionKind> {
        connections::all()
    }

    fn actions<T: Transport>() -> &'static [ActionEntry<Dataverse, T>] {
        actions::all()
    }

    fn triggers<T: Transport>() -> &'static [TriggerEntry<Dataverse, T>] {
        triggers::all()
    }

    fn operations() -> &'static [&'static [Operation]] {
        dialects::all()
    }

    async fn is_here<T: Transport>(session: &Session<T>, place: &str) -> Result<(), Error> {
        dialects::place::is_here(session, place).await
    }

    async fn list_of<T: Transport>(session: &Session<T>, kind: &str) -> Result<String, Error> {
        match session.table(kind, "").await {
            Ok(table) => Ok(table.set.to_string()),
            // A table that the user may not know has its own name at least.
            Err(Error::InvalidInput(_) | Error::NotFound(_)) => Ok(kind.to_owned()),
            Err(error) => Err(error),
        }
    }

    async fn check<T: Transport>(session: &Session<T>) -> Result<String, Error> {
        discovery::check(session).await
    }

    async fn choices<T: Transport>(
        session: &Session<T>,
        source: &str,
        form: &Map<String, Value>,
    ) -> Result<Vec<Choice>, Error> {
        discovery::choices(session, source, form).await
    }

    async fn refine<T: Transport>(
        session: &Session<T>,
        refinement: Refinement<Dataverse>,
    ) -> Result<Value, Error> {
        discovery::refine(session, refinement).await
    }
}

//! The connector as a whole: what it is called, and what it offers.

use airlock_connector::{
    ActionEntry, Choice, Connector, Error, Refinement, Transport, TriggerEntry,
    declare::{ConnectionKind, Identity},
};
use serde_json::{Map, Value};

use crate::{
    actions, connections, discovery,
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

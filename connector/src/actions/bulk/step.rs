//! One operation turned into one request of a batch, by metadata.

use std::rc::Rc;

use airlock_connector::{Error, Transport, http::Method};
use serde_json::{Value, json};

use super::{
    operation::{Operation, Verb},
    references::References,
    result::Subject,
};
use crate::{
    actions::options::{names, version},
    columns::{Purpose, Relation},
    session::Session,
    tables::Table,
    webapi::{CallOptions, Precondition, Query, RowKey, batch::Part},
};

/// The row that an operation is about.
enum Target {
    /// One that the service names itself.
    New,
    /// One that exists, or may.
    Row(RowKey),
    /// That of the operation with this number.
    Made(usize),
}

/// One operation, its place in the input, and its number on the wire.
pub(super) struct Step<'a, T> {
    pub(super) session: &'a Session<T>,
    pub(super) operation: &'a Operation,
    pub(super) references: &'a References<'a>,
    /// What holds for every operation.
    pub(super) shared: &'a CallOptions,
    pub(super) number: usize,
    pub(super) pointer: String,
}

impl<T: Transport> Step<'_, T> {
    /// The request, what its answer is about, and the table of its row.
    ///
    /// # Errors
    /// Faults have pointers below the operation.
    pub(super) async fn planned(self) -> Result<(Part, Subject, Rc<Table>), Error> {
        let (table, target) = self.target().await?;
        let mut part = self.part();
        let mut notes = Vec::new();
        let key = match &target {
            Target::Row(key) => Some(key),
            Target::New | Target::Made(_) => None,
        };
        match self.operation.action {
            Verb::Create | Verb::Update | Verb::Upsert => {
                let purpose = self.purpose(&target);
                let given = self.operation.row.clone().unwrap_or_default();
                let given = self.references.replaced(&given)?;
                let row = self.session.writable(&table, &given, purpose, key).await?;
                notes = row.notes;
                let body = self.references.put_back(row.body);
                part.body = Some(
                    serde_json::to_vec(&body)
                        .map_err(|error| Error::Internal(error.to_string()))?,
                );
                part.method = match self.operation.action {
                    Verb::Create => Method::Post,
                    _ => Method::Patch,
                };
                part.options.return_row = self
                    .operation
                    .return_row
                    .unwrap_or_else(|| self.shared.return_row || self.operation.select.is_some());
                part.options.precondition = self.precondition(&target);
                let query = self.query(&table, part.options.return_row).await?;
                part.url = self.url(&table, &target, "", &query)?;
            }
            Verb::Delete => {
                part.method = Method::Delete;
                part.options.precondition = self.operation.if_match.as_deref().map(version);
                part.url = self.url(&table, &target, "", "")?;
            }
            Verb::Get => {
                let query = self.query(&table, true).await?;
                part.url = self.url(&table, &target, "", &query)?;
            }
            Verb::Associate | Verb::Disassociate => {
                self.connect(&table, &target, &mut part).await?;
            }
        }
        let subject = Subject {
            number: self.number,
            pointer: self.pointer.clone(),
            verb: self.operation.action,
            content_id: self.operation.content_id.clone(),
            rows: table.rows(),
            id: match target {
                Target::Row(RowKey::Id(id)) => Some(id),
                _ => None,
            },
            precondition: part.options.precondition.clone(),
            notes,
        };
        Ok((part, subject, table))
    }

    fn part(&self) -> Part {
        Part {
            number: self.number,
            method: Method::Get,
            url: String::new(),
            options: CallOptions {
                return_row: false,
                ..self.shared.clone()
            },
            body: None,
        }
    }

    async fn target(&self) -> Result<(Rc<Table>, Target), Error> {
        let operation = self.operation;
        let named = operation.table.as_deref();
        if let Some(id) = operation.id.as_deref()
            && let Some(made) = self.references.find(id, "/id")?
        {
            // The operation that it refers to has faults of its own, which are told there.
            let table = made
                .table
                .clone()
                .ok_or_else(|| Error::InvalidInput(Vec::new()))?;
            if let Some(named) = named
                && self.session.table(named, "/table").await?.name != table.name
            {
                let message = format!("`{id}` is a row of {}", table.name);
                return Err(Error::invalid("/table", message));
            }
            return Ok((table, Target::Made(made.number)));
        }
        let named = named.unwrap_or_default();
        if operation.action == Verb::Create {
            return Ok((self.session.table(named, "/table").await?, Target::New));
        }
        let (table, key) = self
            .session
            .row(named, operation.id.as_deref(), operation.key.as_ref())
            .await?;
        Ok((table, Target::Row(key)))
    }

    /// A row that an earlier operation made is there.
    fn purpose(&self, target: &Target) -> Purpose {
        match (self.operation.action, target) {
            (Verb::Create, _) => Purpose::Create,
            (Verb::Upsert, Target::Row(_)) => Purpose::Upsert,
            _ => Purpose::Update,
        }
    }

    fn precondition(&self, target: &Target) -> Option<Precondition> {
        match (&self.operation.if_match, self.operation.action, target) {
            (Some(tag), ..) => Some(version(tag)),
            (None, Verb::Update, Target::Row(_)) => Some(Precondition::Exists),
            _ => None,
        }
    }

    /// The columns to give back.
    async fn query(&self, table: &Table, returned: bool) -> Result<String, Error> {
        let select = self.operation.select.as_deref().unwrap_or_default();
        if !returned || select.is_empty() {
            return Ok(String::new());
        }
        let query = Query {
            select: names(select),
            ..Query::default()
        };
        Ok(self.session.named(table, &query).await?.encode())
    }

    fn url(
        &self,
        table: &Table,
        target: &Target,
        suffix: &str,
        query: &str,
    ) -> Result<String, Error> {
        let base = self.session.client().base();
        match target {
            Target::New => base.url(table.set.as_str(), query),
            Target::Row(key) => {
                let (resource, query) = key.address(&table.set, query);
                base.url(&format!("{resource}{suffix}"), &query)
            }
            Target::Made(number) if query.is_empty() => Ok(format!("${number}{suffix}")),
            Target::Made(number) => Ok(format!("${number}{suffix}?{query}")),
        }
    }

    /// Connects the row with another, or takes the connection away.
    async fn connect(&self, table: &Table, target: &Target, part: &mut Part) -> Result<(), Error> {
        let name = self.operation.relation.as_deref().unwrap_or_default();
        let relations = self.session.relations(table, name, "/relation").await?;
        let (navigation, many, to) = match self.operation.to.as_deref() {
            Some(to) => {
                let (relation, to) = self.other(&relations, to).await?;
                (relation.navigation, relation.many, Some(to))
            }
            None => {
                let relation = only(&relations)?;
                (relation.navigation.clone(), relation.many, None)
            }
        };
        let suffix = format!("/{navigation}/$ref");
        let adds = self.operation.action == Verb::Associate;
        part.method = match (adds, many) {
            (true, true) => Method::Post,
            (true, false) => Method::Put,
            (false, _) => Method::Delete,
        };
        let mut query = String::new();
        match (adds, many, to) {
            (true, _, Some(to)) => {
                part.body = Some(json!({"@odata.id": to}).to_string().into_bytes());
            }
            (false, true, Some(to)) => query = format!("$id={to}"),
            (false, true, None) => {
                let message = format!("`{navigation}` leads to many rows: which one?");
                return Err(Error::invalid("/to", message));
            }
            (false, false, Some(_)) => {
                let message = format!(
                    "`{navigation}` leads to one row, which need not be named: leave it out"
                );
                return Err(Error::invalid("/to", message));
            }
            (_, _, None) => {}
        }
        part.url = self.url(table, target, &suffix, &query)?;
        Ok(())
    }

    /// Where the other row is: its address, or a reference; and the way to it.
    async fn other(&self, relations: &[Relation], to: &str) -> Result<(Relation, String), Error> {
        if let Some(made) = self.references.find(to, "/to")? {
            let table = made.table.as_ref();
            let leads = |relation: &&Relation| {
                table.is_none_or(|table| relation.target == table.name.as_str())
            };
            let relation = match relations.iter().find(leads) {
                Some(relation) => relation,
                None => only(relations)?,
            };
            return Ok((relation.clone(), format!("${}", made.number)));
        }
        let related = self
            .session
            .related(relations, &Value::from(to), "/to")
            .await?;
        let base = self.session.client().base();
        Ok((
            related.relation,
            format!("{}{}", base.root(), related.address),
        ))
    }
}

/// The one way there is. A lookup with several tables has one to each, which the other row tells.
fn only(relations: &[Relation]) -> Result<&Relation, Error> {
    match relations {
        [one] => Ok(one),
        several => {
            let ways: Vec<&str> = several.iter().map(|one| one.navigation.as_str()).collect();
            Err(Error::invalid(
                "/relation",
                format!("which of them: {}?", ways.join(", ")),
            ))
        }
    }
}

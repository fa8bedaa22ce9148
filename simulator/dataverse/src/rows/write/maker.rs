//! Makes rows within one transaction: defaults, lookups, what a body nests, and the row that an upsert did not find.
//!
//! Layer: write.

use std::borrow::Cow;

use serde_json::value::RawValue;
use uuid::Uuid;

use crate::http::{ODataRequest, SimError};
use crate::organisation::OrgContext;
use crate::rows::key::RowKey;
use crate::rows::storage::database::Write;
use crate::rows::storage::draft::{Draft, insert, position};
use crate::rows::storage::unions;
use crate::rows::{Cell, Origin, audit};
use crate::schema::messages::PARTY;
use crate::schema::{Column, ColumnKind, Navigation, OneToMany, RequiredLevel, Table};

use crate::security::{Access, check_row};

use super::answer::refuse;
use super::link;
use super::payload::{Members, Payload, Purpose};
use super::recipe::Recipe;
use super::{consequences, duplicates, errors, facts::Facts, reference, rules, state};

/// How deep a deep insert may nest.
const MAX_DEPTH: usize = 20;

/// Makes rows within one transaction.
pub struct Maker<'w, 'o> {
    context: &'w OrgContext<'o>,
    write: &'w Write<'w>,
    facts: Facts<'w>,
    detect_duplicates: bool,
}

impl<'w, 'o> Maker<'w, 'o> {
    /// A maker for a request.
    pub fn new(context: &'w OrgContext<'o>, request: &ODataRequest, write: &'w Write<'w>) -> Self {
        let origin = Origin {
            caller: context.caller,
            now: context.now,
        };
        Self {
            context,
            write,
            facts: Facts::new(&context.schema, origin, write),
            detect_duplicates: duplicates::wanted(request),
        }
    }

    /// What is known about other rows.
    pub fn facts(&self) -> &Facts<'w> {
        &self.facts
    }

    /// Makes a row and what its body nests, and tells its id.
    ///
    /// # Errors
    /// Every refusal of a create.
    pub fn create(
        &self,
        table: &Table,
        payload: Payload<'_>,
        depth: usize,
    ) -> Result<Uuid, SimError> {
        refuse(table, "Create")?;
        self.create_related(table, payload, None, depth)
    }

    /// Makes a row whose lookup points at a row that was just made.
    fn create_related(
        &self,
        table: &Table,
        payload: Payload<'_>,
        back: Option<(&OneToMany, Uuid)>,
        depth: usize,
    ) -> Result<Uuid, SimError> {
        if depth > MAX_DEPTH {
            return Err(SimError::invalid_argument(
                "The request nests related records too deeply.",
            ));
        }
        let mut draft = Draft::empty(table);
        for (index, cell) in payload.cells {
            draft.set(index, cell);
        }
        for (relationship, body) in payload.parents {
            let parent = self.nested_table(&relationship.referenced)?;
            let id = self.nested(parent, body, None, depth)?;
            self.point(table, &mut draft, relationship, parent, id);
        }
        for bind in payload.binds {
            if let Some(address) = bind.address {
                let (target, id) = self.target(table, bind.relationship, &address)?;
                self.point(table, &mut draft, bind.relationship, target, id);
            }
        }
        if let Some((relationship, id)) = back
            && let Some(target) = self.context.schema.table(&relationship.referenced)
        {
            self.point(table, &mut draft, relationship, target, id);
        }
        let id = self.store(table, draft)?;
        for (navigation, addresses) in payload.links {
            for address in addresses {
                link::add(
                    self.context,
                    self.write,
                    &self.facts,
                    table,
                    id,
                    navigation,
                    &address,
                )?;
            }
        }
        for (navigation, bodies) in payload.children {
            for body in bodies {
                self.child(table, id, navigation, body, depth)?;
            }
        }
        consequences::made(self.context, self.write, &self.facts, table, id)?;
        Ok(id)
    }

    /// Completes, checks and stores one row.
    fn store(&self, table: &Table, mut draft: Draft) -> Result<Uuid, SimError> {
        if *draft.named(table, &table.primary_id) == Cell::Guid(Uuid::nil()) {
            draft.set_named(table, &table.primary_id, Cell::Null);
        }
        let given = |kind: fn(&ColumnKind) -> bool| given_option(table, &draft, kind);
        let state = given(|kind| matches!(kind, ColumnKind::State { .. }));
        let status = given(|kind| matches!(kind, ColumnKind::Status { .. }));
        Recipe::new(table).complete(&mut draft, &self.facts)?;
        let Cell::Guid(id) = *draft.named(table, &table.primary_id) else {
            return Err(SimError::unexpected("a new row has no id"));
        };
        if let Some((state, status)) = state::settle_new(table, id, state, status)? {
            state::refuse_closing(table, None, state)?;
            set_state(table, &mut draft, state, status);
        }
        rules::complete(table, &mut draft, None, &self.facts)?;
        let missing = |(index, column): (usize, &Column)| {
            column.required == RequiredLevel::System
                && column.valid_for_create
                && column.attribute_of.is_none()
                && *draft.cell(index) == Cell::Null
        };
        if table.columns.iter().enumerate().any(missing) {
            return Err(errors::required());
        }
        check_row(self.context, self.write, table, id, &draft, Access::Create)?;
        if self.detect_duplicates {
            duplicates::check(&self.context.schema, self.write, table, &draft, None)?;
        }
        insert(self.write, table, draft, self.write.next_version())
            .map_err(|error| errors::from_insert(table, error))?;
        audit::created(self.write, &self.facts, table, id)?;
        Ok(id)
    }

    /// Makes a row that is related to an existing one, and tells its id.
    ///
    /// # Errors
    /// Every refusal of a create.
    pub fn child(
        &self,
        table: &Table,
        id: Uuid,
        navigation: &Navigation,
        body: &RawValue,
        depth: usize,
    ) -> Result<Uuid, SimError> {
        match navigation {
            Navigation::OneToMany(relationship) => {
                let child = self.nested_table(&relationship.referencing)?;
                self.nested(child, body, Some((relationship.as_ref(), id)), depth)
            }
            Navigation::ManyToMany {
                relationship,
                from_first,
            } => {
                let far = if *from_first {
                    &relationship.second
                } else {
                    &relationship.first
                };
                let other = self.nested_table(&far.table)?;
                let other_id = self.nested(other, body, None, depth)?;
                link::link(
                    self.context,
                    self.write,
                    relationship,
                    *from_first,
                    id,
                    other_id,
                )?;
                Ok(other_id)
            }
            Navigation::ManyToOne(_) => Err(errors::primitive_navigation(table)),
        }
    }

    fn nested(
        &self,
        table: &Table,
        body: &RawValue,
        back: Option<(&OneToMany, Uuid)>,
        depth: usize,
    ) -> Result<Uuid, SimError> {
        // The parties of an activity come with it.
        if table.logical_name != PARTY {
            refuse(table, "Create")?;
        }
        let members = Members::parse(table, body.get().as_bytes())?;
        let payload = Payload::understand(table, &members, &Purpose::Create)?;
        self.create_related(table, payload, back, depth + 1)
    }

    fn nested_table(&self, name: &str) -> Result<&Table, SimError> {
        self.context
            .schema
            .table(name)
            .ok_or_else(|| SimError::unknown_segment(name))
    }

    /// The row that a bound address names, checked against the lookup.
    ///
    /// # Errors
    /// 404 for a row that does not exist, 400 for one of a table that the lookup cannot point at.
    pub fn target(
        &self,
        table: &Table,
        relationship: &OneToMany,
        address: &str,
    ) -> Result<(&Table, Uuid), SimError> {
        let (target, id) = reference::resolve(&self.context.schema, self.write, address)?;
        if unions::fits(&relationship.referenced, target) {
            return Ok((target, id));
        }
        Err(SimError::bad_payload(
            &table.entity_set_name,
            format_args!(
                "The navigation property '{}' expects a reference to '{}' and was given one to '{}'.",
                relationship.referencing_navigation, relationship.referenced, target.logical_name
            ),
        ))
    }

    /// Sets a lookup.
    pub fn point(
        &self,
        table: &Table,
        draft: &mut Draft,
        relationship: &OneToMany,
        target: &Table,
        id: Uuid,
    ) -> Option<usize> {
        let cell = Cell::Lookup {
            table: Cow::Owned(target.logical_name.clone()),
            id,
        };
        draft.set_named(table, &relationship.referencing_attribute, cell)
    }

    /// Makes the row that an upsert addressed and did not find: what the key says counts only where the body is silent.
    ///
    /// # Errors
    /// Every refusal of a create.
    pub fn create_addressed(
        &self,
        table: &Table,
        key: RowKey,
        mut payload: Payload<'_>,
    ) -> Result<Uuid, SimError> {
        let parts = match key {
            RowKey::Id(id) => position(table, &table.primary_id)
                .map(|index| (index, Cell::Guid(id)))
                .into_iter()
                .collect(),
            RowKey::Alternate(cells) => cells,
        };
        for (index, cell) in parts {
            if payload.writes(table, index) {
                continue;
            }
            let cell = match (cell, table.columns.get(index)) {
                (Cell::Guid(id), Some(column)) if column.is_lookup() => {
                    self.lookup_from_key(column.targets(), id)?
                }
                (cell, _) => cell,
            };
            payload.cells.push((index, cell));
        }
        self.create(table, payload, 0)
    }

    /// The reference that a key's GUID stands for: the first target table that has such a row.
    fn lookup_from_key(&self, targets: &[String], id: Uuid) -> Result<Cell, SimError> {
        for target in targets
            .iter()
            .filter_map(|target| self.context.schema.table(target))
        {
            if RowKey::Id(id).find(self.write, target)?.is_some() {
                return Ok(Cell::Lookup {
                    table: Cow::Owned(target.logical_name.clone()),
                    id,
                });
            }
        }
        let named = targets.first().map_or("", String::as_str);
        Err(SimError::row_not_found(named, id))
    }
}

/// The value of the first column of a kind.
pub fn given_option(table: &Table, draft: &Draft, kind: fn(&ColumnKind) -> bool) -> Option<i32> {
    let index = table.columns.iter().position(|column| kind(&column.kind))?;
    match draft.cell(index) {
        Cell::Integer(number) => i32::try_from(*number).ok(),
        _ => None,
    }
}

/// Sets state and status, and tells the positions of their columns.
pub fn set_state(table: &Table, draft: &mut Draft, state: i32, status: i32) -> Vec<usize> {
    let mut changed = Vec::new();
    for (index, column) in table.columns.iter().enumerate() {
        let value = match &column.kind {
            ColumnKind::State { .. } => state,
            ColumnKind::Status { .. } => status,
            _ => continue,
        };
        draft.set(index, Cell::Integer(value.into()));
        changed.push(index);
    }
    changed
}

//! From an entry of a file to an operation.
//!
//! Layer: operations, pure.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use http::StatusCode;

use crate::operations::declaration::{
    Binding, Declaration, Kind, Parameter, Returns, Tables, ValueType,
};
use crate::operations::operation::Operation;
use crate::schema::{Schema, Table};

use super::answer::Reply;
use super::check::{columns, free_name, holes, is_name, table};
use super::condition::Condition;
use super::file::{self, Entry, RowAnswer, Type};
use super::scope::{RESERVED, Scope};
use super::step::{Deed, Step};
use super::template::Template;

/// `IsvAborted`: what the service answers when somebody's own code refuses.
const ABORTED: &str = "0x80040265";

/// Makes the operation.
pub(super) fn operation(entry: &Entry, schema: &Schema) -> Result<Operation, String> {
    let (binding, row_table) = binding(entry, schema)?;
    let parameters = entry
        .parameters
        .iter()
        .map(|(name, declared)| parameter(name, declared, schema))
        .collect::<Result<Vec<_>, _>>()?;
    let references: Vec<String> = entry
        .parameters
        .iter()
        .filter(|(_, declared)| declared.of == Type::EntityReference)
        .map(|(name, _)| name.clone())
        .collect();
    let mut known: HashSet<String> = parameters
        .iter()
        .map(|parameter| parameter.name.to_string())
        .collect();
    known.extend(
        RESERVED
            .into_iter()
            .filter(|name| row_table.is_some() || !matches!(*name, "id" | "row"))
            .map(str::to_owned),
    );
    let mut steps = Vec::with_capacity(entry.steps.len());
    for declared in &entry.steps {
        let step = step(declared, schema, row_table)?;
        if entry.kind == file::Kind::Function && !matches!(step.does, Deed::Refuse { .. }) {
            return Err("a function reads; only an action can create, update or delete".to_owned());
        }
        for template in step.templates() {
            holes(template, &known)?;
        }
        if let Deed::Create {
            name: Some(name), ..
        } = &step.does
        {
            known.insert(name.clone());
        }
        steps.push(step);
    }
    let (returns, reply) = reply(entry, schema, row_table)?;
    for template in reply.templates() {
        holes(template, &known)?;
    }
    let mut all = steps
        .iter()
        .flat_map(Step::templates)
        .chain(reply.templates());
    let needs_row = all.any(|template| {
        let mut paths = template.paths().into_iter();
        paths.any(|path| path.0.first().is_some_and(|first| first == "row"))
    });
    Ok(Operation {
        declaration: Declaration {
            name: Cow::Owned(entry.name.clone()),
            kind: match entry.kind {
                file::Kind::Function => Kind::Function,
                file::Kind::Action => Kind::Action,
            },
            binding,
            parameters,
            returns,
            is_custom: true,
            is_reading: false,
        },
        run: Arc::new(move |call| {
            let mut scope = Scope::of(call, needs_row, &references)?;
            for step in &steps {
                step.take(call, &mut scope)?;
            }
            reply.give(call, &scope)
        }),
    })
}

fn binding<'a>(entry: &Entry, schema: &'a Schema) -> Result<(Binding, Option<&'a Table>), String> {
    let named = |table: &Table| Tables::Named(vec![Cow::Owned(table.logical_name.clone())]);
    match (&entry.bound_to_row, &entry.bound_to_collection) {
        (Some(_), Some(_)) => {
            Err("it can be bound to a row or to a collection, not to both".to_owned())
        }
        (Some(name), None) => {
            let table = table(schema, name)?;
            Ok((Binding::Row(named(table)), Some(table)))
        }
        (None, Some(name)) => Ok((Binding::Collection(named(table(schema, name)?)), None)),
        (None, None) => Ok((Binding::None, None)),
    }
}

fn parameter(name: &str, declared: &file::Parameter, schema: &Schema) -> Result<Parameter, String> {
    free_name(name, "a parameter")?;
    let (of, is_collection) = value_type(declared.of, declared.table.as_deref(), schema)?;
    Ok(Parameter {
        name: Cow::Owned(name.to_owned()),
        of,
        is_collection,
        is_optional: declared.optional,
    })
}

/// The type on the wire, and whether it is an array.
fn value_type(
    of: Type,
    table_name: Option<&str>,
    schema: &Schema,
) -> Result<(ValueType, bool), String> {
    let row = || {
        let name = match table_name {
            Some(name) => table(schema, name)?.logical_name.clone(),
            None => "crmbaseentity".to_owned(),
        };
        Ok::<_, String>(ValueType::Entity(Cow::Owned(name)))
    };
    Ok(match of {
        Type::Entity | Type::EntityReference => (row()?, false),
        Type::EntityCollection => (row()?, true),
        _ if table_name.is_some() => {
            return Err(
                "only the types Entity, EntityReference and EntityCollection have a `table`"
                    .to_owned(),
            );
        }
        Type::Boolean => (ValueType::Boolean, false),
        Type::DateTime => (ValueType::DateTime, false),
        Type::Decimal | Type::Money => (ValueType::Decimal, false),
        Type::Float => (ValueType::Double, false),
        Type::Guid => (ValueType::Guid, false),
        Type::Integer | Type::Picklist => (ValueType::Int32, false),
        Type::String => (ValueType::String, false),
        Type::StringArray => (ValueType::String, true),
    })
}

fn step(declared: &file::Step, schema: &Schema, bound: Option<&Table>) -> Result<Step, String> {
    let when = declared.when.as_ref().map(Condition::of).transpose()?;
    let values = || Template::of_table(declared.values.as_ref().unwrap_or(&toml::Table::new()));
    let named = |name: &str, with_values: bool| {
        let table = table(schema, name)?;
        if with_values {
            columns(table, &values()?)?;
        } else if declared.values.is_some() {
            return Err("a step that deletes has no `values`".to_owned());
        }
        Ok::<_, String>(table)
    };
    let is_create = declared.create.is_some();
    if declared.name.is_some() && !is_create {
        return Err("only a step that creates can have `as`".to_owned());
    }
    let does = match (
        &declared.create,
        &declared.update,
        &declared.delete,
        &declared.refuse,
    ) {
        (Some(name), None, None, None) => {
            if declared.id.is_some() {
                return Err("a step that creates has no `id`".to_owned());
            }
            if let Some(name) = &declared.name {
                free_name(name, "a new row")?;
            }
            Deed::Create {
                table: named(name, true)?.logical_name.clone(),
                values: values()?,
                name: declared.name.clone(),
            }
        }
        (None, Some(name), None, None) => {
            let table = named(name, true)?;
            Deed::Update {
                table: table.logical_name.clone(),
                id: id(declared.id.as_deref(), table, bound)?,
                values: values()?,
            }
        }
        (None, None, Some(name), None) => {
            let table = named(name, false)?;
            Deed::Delete {
                table: table.logical_name.clone(),
                id: id(declared.id.as_deref(), table, bound)?,
            }
        }
        (None, None, None, Some(refusal)) => refuse(refusal)?,
        _ => {
            return Err(
                "a step needs exactly one of `create`, `update`, `delete` and `refuse`".to_owned(),
            );
        }
    };
    Ok(Step { when, does })
}

fn refuse(refusal: &file::Refusal) -> Result<Deed, String> {
    let code = refusal.code.as_deref().unwrap_or(ABORTED);
    let is_code = code.len() == 10
        && code.starts_with("0x")
        && code
            .chars()
            .skip(2)
            .all(|letter| letter.is_ascii_hexdigit());
    if !is_code {
        return Err(format!(
            "`{code}` is no error code; write `0x` and eight hex digits"
        ));
    }
    let status = refusal.status.unwrap_or(400);
    let status = StatusCode::from_u16(status)
        .ok()
        .filter(|status| status.is_client_error() || status.is_server_error())
        .ok_or_else(|| format!("{status} is no status of an error; write 400 to 599"))?;
    Ok(Deed::Refuse {
        status,
        code: code.to_owned(),
        message: Template::text(&refusal.message)?,
    })
}

/// The row of a step or an answer: the one given, or the one that the operation is bound to.
fn id(given: Option<&str>, table: &Table, bound: Option<&Table>) -> Result<Template, String> {
    match given {
        Some(text) => Template::text(text),
        None if bound.is_some_and(|bound| bound.logical_name == table.logical_name) => {
            Template::text("{id}")
        }
        None => Err(format!(
            "which row of `{}`? It needs an `id`, for it is not the table that the operation is bound to",
            table.logical_name
        )),
    }
}

fn reply(
    entry: &Entry,
    schema: &Schema,
    bound: Option<&Table>,
) -> Result<(Returns, Reply), String> {
    let Some(answer) = &entry.answer else {
        return members(entry, schema);
    };
    if !entry.response.is_empty() {
        return Err("it answers with members or with rows, not with both".to_owned());
    }
    let row = |name: &str| ValueType::Entity(Cow::Owned(name.to_owned()));
    let options = options(answer)?;
    match (&answer.row, &answer.rows) {
        (Some(name), None) => {
            if options.iter().any(|(option, _)| *option != "$select") {
                return Err("the answer is one row: it can only have `id` and `select`".to_owned());
            }
            let table = table(schema, name)?;
            let reply = Reply::Row {
                table: table.logical_name.clone(),
                id: id(answer.id.as_deref(), table, bound)?,
                options,
            };
            Ok((Returns::One(row(&table.logical_name)), reply))
        }
        (None, Some(name)) => {
            if answer.id.is_some() {
                return Err("the answer is many rows: it has no `id`".to_owned());
            }
            let table = table(schema, name)?;
            let reply = Reply::Rows {
                table: table.logical_name.clone(),
                options,
            };
            Ok((Returns::Many(row(&table.logical_name)), reply))
        }
        _ => Err("an answer needs `row` or `rows`, and not both".to_owned()),
    }
}

fn members(entry: &Entry, schema: &Schema) -> Result<(Returns, Reply), String> {
    if entry.response.is_empty() {
        return match entry.kind {
            file::Kind::Action => Ok((Returns::Nothing, Reply::Nothing)),
            file::Kind::Function => {
                Err("a function answers something: it needs a `response` or an `answer`".to_owned())
            }
        };
    }
    let mut members = Vec::with_capacity(entry.response.len());
    for (name, declared) in &entry.response {
        if !is_name(name) {
            return Err(format!("`{name}` is no name for a member of the answer"));
        }
        let (of, is_collection) = value_type(declared.of, None, schema)?;
        let member = Parameter {
            name: Cow::Owned(name.clone()),
            of,
            is_collection,
            is_optional: true,
        };
        let template = Template::of(&declared.value)?;
        if let Template::Constant(value) = &template
            && member.check(value).is_err()
        {
            return Err(format!("the value of `{name}` is not of its type"));
        }
        members.push((member, template));
    }
    let declared = members.iter().map(|(member, _)| member.clone()).collect();
    Ok((Returns::Members(declared), Reply::Members(members)))
}

fn options(answer: &RowAnswer) -> Result<Vec<(&'static str, Template)>, String> {
    let select = (!answer.select.is_empty()).then(|| answer.select.join(","));
    let given = [
        ("$select", select.as_deref()),
        ("$filter", answer.filter.as_deref()),
        ("$orderby", answer.order_by.as_deref()),
    ];
    let mut options = Vec::new();
    for (name, text) in given {
        if let Some(text) = text {
            options.push((name, Template::text(text)?));
        }
    }
    if let Some(top) = answer.top {
        options.push(("$top", Template::Constant(top.into())));
    }
    Ok(options)
}

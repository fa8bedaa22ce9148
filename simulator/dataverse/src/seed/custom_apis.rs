//! An organisation's own functions and actions as rows of `customapi`, with what they take and give.
//!
//! Layer: seed.

use uuid::Uuid;

use super::ids::named;
use super::keep::keep;
use super::writer::{Writer, lookup, text, whole};
use crate::operations::{
    Binding, Catalogue, Declaration, Kind, Parameter, Returns, Tables, ValueType,
};
use crate::rows::{Cell, RowStore, StoreError};

/// `allowedcustomprocessingsteptype`: such an operation is an event that handlers can be tied to.
const ASYNC_ONLY: i64 = 1;

/// Brings these rows in line with the operations.
pub(super) fn follow(
    writer: &Writer<'_>,
    rows: &RowStore,
    operations: &Catalogue,
) -> Result<(), StoreError> {
    let custom: Vec<&Declaration> = operations.iter().filter(|one| one.is_custom).collect();
    let wanted = custom.iter().map(|one| (id_of(one), *one));
    let new = keep(rows, "customapi", "customapiid", wanted.collect())?;
    let columns = [
        "customapiid",
        "uniquename",
        "name",
        "displayname",
        "description",
        "isfunction",
        "bindingtype",
        "boundentitylogicalname",
        "allowedcustomprocessingsteptype",
        "sdkmessageid",
    ];
    writer.insert("customapi", &columns, new.into_iter().map(api))?;
    if writer.has("customapirequestparameter") {
        let taken = custom.iter().flat_map(|one| {
            let parameters = one.parameters.iter();
            parameters.map(|parameter| (*one, parameter))
        });
        parts(writer, rows, "customapirequestparameter", taken)?;
    }
    if writer.has("customapiresponseproperty") {
        let given = custom.iter().flat_map(|one| match &one.returns {
            Returns::Members(members) => members.iter().map(|member| (*one, member)).collect(),
            Returns::Nothing | Returns::One(_) | Returns::Many(_) => Vec::new(),
        });
        parts(writer, rows, "customapiresponseproperty", given)?;
    }
    Ok(())
}

fn id_of(operation: &Declaration) -> Uuid {
    named("customapi", &operation.name)
}

fn api((id, operation): (Uuid, &Declaration)) -> Vec<Cell> {
    let (binding, bound) = match &operation.binding {
        Binding::None => (0, None),
        Binding::Row(tables) => (1, first(tables)),
        Binding::Collection(tables) => (2, first(tables)),
    };
    let name = || text(&*operation.name);
    vec![
        Cell::Guid(id),
        name(),
        name(),
        name(),
        name(),
        Cell::Bool(operation.kind == Kind::Function),
        whole(binding),
        bound.map_or(Cell::Null, text),
        whole(ASYNC_ONLY),
        lookup("sdkmessage", named("sdkmessage", &operation.name)),
    ]
}

fn first(tables: &Tables) -> Option<&str> {
    match tables {
        Tables::All => None,
        Tables::Named(names) => names.first().map(AsRef::as_ref),
    }
}

fn parts<'a>(
    writer: &Writer<'_>,
    rows: &RowStore,
    table: &str,
    of: impl Iterator<Item = (&'a Declaration, &'a Parameter)>,
) -> Result<(), StoreError> {
    let key = format!("{table}id");
    let is_taken = table == "customapirequestparameter";
    let wanted = of.map(|(operation, part)| {
        let id = named(table, &format!("{}/{}", operation.name, part.name));
        (id, (operation, part))
    });
    let new = keep(rows, table, &key, wanted.collect())?;
    let cells = new.into_iter().map(|(id, (operation, part))| {
        let name = || text(&*part.name);
        let mut cells = vec![
            Cell::Guid(id),
            lookup("customapi", id_of(operation)),
            name(),
            name(),
            name(),
            name(),
            whole(type_code(part)),
            match &part.of {
                ValueType::Entity(name) if *name != "crmbaseentity" => text(&**name),
                _ => Cell::Null,
            },
        ];
        if is_taken {
            cells.push(Cell::Bool(part.is_optional));
        }
        cells
    });
    let mut columns = vec![
        key.as_str(),
        "customapiid",
        "uniquename",
        "name",
        "displayname",
        "description",
        "type",
        "logicalentityname",
    ];
    if is_taken {
        columns.push("isoptional");
    }
    writer.insert(table, &columns, cells).map(drop)
}

/// `type`
fn type_code(part: &Parameter) -> i64 {
    match (&part.of, part.is_collection) {
        (ValueType::Boolean, _) => 0,
        (ValueType::DateTime, _) => 1,
        (ValueType::Decimal, _) => 2,
        (ValueType::Entity(_) | ValueType::Complex(_), true) => 4,
        (ValueType::Entity(_) | ValueType::Complex(_), false) => 5,
        (ValueType::Double, _) => 6,
        (ValueType::Int32 | ValueType::Int64, _) => 7,
        (ValueType::Enum(_), _) => 9,
        (ValueType::String, true) => 11,
        (ValueType::String, false) => 10,
        (ValueType::Guid, _) => 12,
    }
}

//! Properties of objects. The object that is given stays as it is. Part of [`super`].

use serde_json::{Map, Value};

use super::Arguments;
use crate::environment::Datum;
use crate::fault::Raised;

fn taken(arguments: &mut Arguments<'_, '_>) -> Raised<(Map<String, Value>, String)> {
    arguments.object(0)?;
    let name = arguments.text(1)?.to_owned();
    match arguments.take(0).json.into_owned() {
        Value::Object(members) => Ok((members, name)),
        _ => Err(arguments.wrong(0, "an object")),
    }
}

pub(super) fn add_property<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    if arguments.object(0)?.contains_key(arguments.text(1)?) {
        return Err(arguments.bad(
            1,
            "is the name of a property that the object has already; `setProperty` replaces it",
        ));
    }
    set_property(arguments)
}

pub(super) fn set_property<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let (mut members, name) = taken(arguments)?;
    members.insert(name, arguments.take(2).json.into_owned());
    Ok(Value::Object(members).into())
}

pub(super) fn remove_property<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let (mut members, name) = taken(arguments)?;
    members.shift_remove(&name);
    Ok(Value::Object(members).into())
}

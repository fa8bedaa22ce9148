//! One value in its declared type, and what is within it.

use std::{future::Future, pin::Pin};

use airlock_connector::{
    Error, FieldError, Transport,
    input::below,
    nearest::{did_you_mean, nearest},
};
use serde_json::{Map, Value};

use super::arguments::Arguments;
use crate::{
    columns::{
        choice::{self, Item},
        date::date,
        number,
        scalar::scalar,
        words::shown,
    },
    operations::{
        find::short,
        model::{Enumeration, Kind, TypeName, ValueType},
    },
    tables::{Choices, ColumnKind, DateShape},
};

type Read<'b> = Pin<Box<dyn Future<Output = Result<Value, Error>> + 'b>>;

impl<T: Transport> Arguments<'_, T> {
    /// A value of the type `of`; boxed because values nest.
    pub(super) fn value<'b>(
        &'b self,
        of: &'b TypeName,
        value: &'b Value,
        place: &'b str,
    ) -> Read<'b> {
        Box::pin(async move {
            if !of.many {
                return self.one(of, value, place).await;
            }
            // One that stands alone is a list of one.
            let Value::Array(items) = value else {
                return Ok(Value::Array(vec![self.one(of, value, place).await?]));
            };
            let mut read = Vec::with_capacity(items.len());
            let mut faults = Vec::new();
            for (index, item) in items.iter().enumerate() {
                match self.one(of, item, &format!("{place}/{index}")).await {
                    Ok(item) => read.push(item),
                    Err(Error::InvalidInput(more)) => faults.extend(more),
                    Err(error) => return Err(error),
                }
            }
            all_or(faults, Value::Array(read))
        })
    }

    async fn one(&self, of: &TypeName, value: &Value, place: &str) -> Result<Value, Error> {
        let read = match self.operations.value_type(of) {
            ValueType::Text => scalar(&ColumnKind::Text, value),
            ValueType::Guid => scalar(&ColumnKind::Id, value),
            ValueType::YesNo => choice::flag(value, &Choices::default()).map(Value::Bool),
            ValueType::Whole(32) => scalar(&ColumnKind::Whole, value),
            ValueType::Whole(_) => scalar(&ColumnKind::Big, value),
            ValueType::Number => number::decimal(value),
            ValueType::Date => date(value, DateShape::DateOnly).map(|date| Value::from(date.text)),
            ValueType::Moment => {
                date(value, DateShape::DateTime).map(|date| Value::from(date.text))
            }
            ValueType::Enumeration(name, found) => self.members_of(name, found, value),
            ValueType::Row(table) => return self.row(table, value, place).await,
            ValueType::Complex(name) if name != "Object" => {
                return self.object(name, value, place).await;
            }
            ValueType::Complex(_) | ValueType::Other(_) => Ok(value.clone()),
        };
        read.map_err(|message| Error::invalid(place, message))
    }

    /// An object of declared members.
    async fn object(&self, name: &str, value: &Value, place: &str) -> Result<Value, Error> {
        let Value::Object(object) = value else {
            let message = format!("{} is not an object of type {name}", shown(value));
            return Err(Error::invalid(place, message));
        };
        let given = object.get("@odata.type").and_then(Value::as_str);
        let (members, open) = self
            .operations
            .members(given.map_or(name, |given| short(given.trim_start_matches('#'))));
        let mut read = Map::new();
        let mut faults = Vec::new();
        for (name_given, value) in object {
            let place = below(place, name_given);
            let member = members
                .iter()
                .find(|one| one.name.eq_ignore_ascii_case(name_given));
            let member = match member {
                Some(member) if !value.is_null() => member,
                None if !open && !name_given.contains('@') => {
                    let near = nearest(name_given, members.iter().map(|one| one.name.as_str()));
                    let hint = did_you_mean(&near);
                    faults.push(FieldError::new(
                        place,
                        format!("{name} has no member `{name_given}`{hint}"),
                    ));
                    continue;
                }
                _ => {
                    read.insert(name_given.clone(), value.clone());
                    continue;
                }
            };
            match self.value(&member.of, value, &place).await {
                Ok(value) => {
                    read.insert(member.name.clone(), value);
                }
                Err(Error::InvalidInput(more)) => faults.extend(more),
                Err(error) => return Err(error),
            }
        }
        all_or(faults, Value::Object(read))
    }

    fn members_of(&self, name: &str, of: &Enumeration, value: &Value) -> Result<Value, String> {
        let items = if of.flags {
            choice::many(value)?
        } else {
            vec![choice::one(value)?]
        };
        let mut found = Vec::with_capacity(items.len());
        for item in &items {
            let member = of.members.iter().find(|(member, number)| match item {
                Item::Number(wanted) => number == wanted,
                Item::Text(text) => {
                    member.eq_ignore_ascii_case(text) || text.parse() == Ok(*number)
                }
            });
            let Some((member, _)) = member else {
                let wrong = match item {
                    Item::Number(number) => number.to_string(),
                    Item::Text(text) => text.clone(),
                };
                let names = || of.members.iter().map(|(member, _)| member.as_str());
                let near = nearest(&wrong, names());
                let hint = if near.is_empty() {
                    format!("; there are {}", names().collect::<Vec<_>>().join(", "))
                } else {
                    did_you_mean(&near)
                };
                return Err(format!("{name} has no member `{wrong}`{hint}"));
            };
            found.push(member.as_str());
        }
        let separator = if self.kind == Kind::Action { ", " } else { "," };
        Ok(Value::from(found.join(separator)))
    }
}

fn all_or(faults: Vec<FieldError>, value: Value) -> Result<Value, Error> {
    if faults.is_empty() {
        Ok(value)
    } else {
        Err(Error::InvalidInput(faults))
    }
}

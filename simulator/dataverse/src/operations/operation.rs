//! A declaration with the code that answers its calls.
//!
//! Layer: operations, above [`declaration`](super::declaration) and [`call`](super::call).

use std::borrow::Cow;
use std::sync::Arc;

use crate::http::SimError;

use super::answer::Answer;
use super::call::Call;
use super::declaration::{Binding, Declaration, Kind, Parameter, Returns, Tables, ValueType};

/// How an operation does its work.
pub(super) type Run = Arc<dyn Fn(&Call<'_>) -> Result<Answer, SimError> + Send + Sync>;

/// A function or action.
#[derive(Clone)]
pub struct Operation {
    /// What it is called, takes and gives.
    pub declaration: Declaration,
    pub(super) run: Run,
}

impl std::fmt::Debug for Operation {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Operation")
            .field("declaration", &self.declaration)
            .finish_non_exhaustive()
    }
}

impl Operation {
    fn new(
        kind: Kind,
        name: &'static str,
        run: impl Fn(&Call<'_>) -> Result<Answer, SimError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            declaration: Declaration {
                name: Cow::Borrowed(name),
                kind,
                binding: Binding::None,
                parameters: Vec::new(),
                returns: Returns::Nothing,
                is_custom: false,
                is_reading: false,
            },
            run: Arc::new(run),
        }
    }

    /// A function that is not bound, takes nothing and gives nothing until told otherwise.
    pub(super) fn function(
        name: &'static str,
        run: impl Fn(&Call<'_>) -> Result<Answer, SimError> + Send + Sync + 'static,
    ) -> Self {
        Self::new(Kind::Function, name, run)
    }

    /// An action that is not bound, takes nothing and gives nothing until told otherwise.
    pub(super) fn action(
        name: &'static str,
        run: impl Fn(&Call<'_>) -> Result<Answer, SimError> + Send + Sync + 'static,
    ) -> Self {
        Self::new(Kind::Action, name, run)
    }

    /// Says that it writes nothing.
    pub(super) fn reads(mut self) -> Self {
        self.declaration.is_reading = true;
        self
    }

    /// Binds it to rows of these tables.
    pub(super) fn on(mut self, tables: &[&'static str]) -> Self {
        self.declaration.binding = Binding::Row(named(tables));
        self
    }

    /// Binds it to the entity set of every table.
    pub(super) fn on_every_set(mut self) -> Self {
        self.declaration.binding = Binding::Collection(Tables::All);
        self
    }

    /// Adds a value that a call must give.
    pub(super) fn takes(mut self, name: &'static str, of: ValueType) -> Self {
        self.declaration.parameters.push(Parameter::one(name, of));
        self
    }

    /// Adds an array that a call must give.
    pub(super) fn takes_many(mut self, name: &'static str, of: ValueType) -> Self {
        self.declaration.parameters.push(Parameter::many(name, of));
        self
    }

    /// Adds a value that a call may give.
    pub(super) fn may_take(mut self, name: &'static str, of: ValueType) -> Self {
        self.declaration.parameters.push(Parameter {
            is_optional: true,
            ..Parameter::one(name, of)
        });
        self
    }

    /// Gives an object with these members.
    pub(super) fn gives(mut self, members: Vec<Parameter>) -> Self {
        self.declaration.returns = Returns::Members(members);
        self
    }

    /// Gives a value or row.
    pub(super) fn gives_one(mut self, of: ValueType) -> Self {
        self.declaration.returns = Returns::One(of);
        self
    }

    /// Gives many values or rows.
    pub(super) fn gives_many(mut self, of: ValueType) -> Self {
        self.declaration.returns = Returns::Many(of);
        self
    }
}

fn named(tables: &[&'static str]) -> Tables {
    Tables::Named(tables.iter().map(|name| Cow::Borrowed(*name)).collect())
}

//! Walks a tree and calls functions. Part of [`super`].

use std::borrow::Cow;

use serde_json::Value;

use super::access;
use crate::environment::{Budget, Context, Datum, Limits};
use crate::fault::{FaultKind, Raise, Raised};
use crate::functions::{self, Arguments, Evaluator, Run};
use crate::syntax::{Call, Expression, Key, Kind, Part, Shape, Step, Template};
use crate::values;

/// One evaluation.
pub(crate) struct Machine<'c> {
    context: &'c dyn Context,
    budget: Budget,
}

impl<'c> Machine<'c> {
    pub(crate) fn new(context: &'c dyn Context, limits: &Limits) -> Self {
        Self {
            context,
            budget: Budget::new(limits),
        }
    }

    /// The value of a text, to be kept: what is borrowed from the context is copied, and counts.
    pub(crate) fn result(&mut self, template: &'c Template) -> Raised<Value> {
        let datum = self.template(template)?;
        if let Cow::Borrowed(value) = datum.json {
            self.budget.charge(value)?;
        }
        Ok(datum.json.into_owned())
    }

    pub(crate) fn template(&mut self, template: &'c Template) -> Raised<Datum<'c>> {
        match &template.shape {
            Shape::Literal(text) => Ok(text.as_str().into()),
            Shape::Typed(expression) => self.value(expression),
            Shape::Text(parts) => {
                let mut whole = String::new();
                for part in parts {
                    let piece = match part {
                        Part::Literal(text) => Cow::Borrowed(text.as_str()),
                        Part::Hole(expression) => {
                            let datum = self.value(expression)?;
                            let text = values::text(&datum.json)
                                .map_err(|raise| raise.or_at(expression.at.0))?;
                            Cow::Owned(text.into_owned())
                        }
                    };
                    self.budget.take(piece.len())?;
                    whole += &piece;
                }
                Ok(whole.into())
            }
        }
    }

    fn step(&mut self, base: Datum<'c>, step: &'c Step) -> Raised<Cow<'c, Value>> {
        self.budget.step()?;
        match &step.key {
            Key::Name(name) => access::property(base.json, name, step.safe),
            Key::Index(index) => {
                let key = self.value(index)?;
                access::indexed(base.json, &key.json, step.safe)
            }
        }
    }

    fn call(&mut self, call: &'c Call) -> Raised<Datum<'c>> {
        let at = call.at.0;
        let Some(function) = functions::named(&call.folded) else {
            return Err(
                Raise::new(FaultKind::UnknownFunction, functions::unknown(&call.name)).or_at(at),
            );
        };
        function
            .takes(call.arguments.len())
            .map_err(|raise| raise.or_at(at))?;
        let datum = match function.run {
            Run::Lazy(run) => run(self, call),
            Run::Eager(run) => {
                let values = call
                    .arguments
                    .iter()
                    .map(|argument| self.value(argument))
                    .collect::<Raised<Vec<_>>>()?;
                let (context, budget) = (self.context, &mut self.budget);
                run(&mut Arguments {
                    context,
                    budget,
                    call,
                    name: function.name(),
                    values,
                })
            }
        }
        .map_err(|raise| raise.or_at(at))?;
        if let Cow::Owned(value) = &datum.json {
            self.budget.charge(value).map_err(|raise| raise.or_at(at))?;
        }
        Ok(datum)
    }
}

impl<'c> Evaluator<'c> for Machine<'c> {
    fn value(&mut self, expression: &'c Expression) -> Raised<Datum<'c>> {
        self.budget
            .step()
            .map_err(|raise| raise.or_at(expression.at.0))?;
        let mut datum = match &expression.kind {
            Kind::Literal(value) => Datum::borrowed(value),
            Kind::Call(call) => self.call(call)?,
        };
        for (index, step) in expression.steps.iter().enumerate() {
            let read = self
                .step(datum, step)
                .map_err(|raise| absent(*raise, expression, index).or_at(step.at.0))?;
            datum = Datum {
                json: read,
                is_decimal: false,
            };
        }
        Ok(datum)
    }
}

/// Tells of a reading from nothing by the expression up to there, so that a person sees which step was null.
fn absent(mut raise: Raise, expression: &Expression, index: usize) -> Box<Raise> {
    if raise.kind == FaultKind::Missing && raise.at.is_none() {
        let steps = expression.steps.get(..index).unwrap_or_default().to_vec();
        let before = Expression {
            at: expression.at,
            kind: expression.kind.clone(),
            steps,
        };
        let step = expression
            .steps
            .get(index)
            .map(ToString::to_string)
            .unwrap_or_default();
        raise.message = format!(
            "`{step}` cannot be read from `{before}`: {}; write `?{step}` where it may be absent",
            raise.message
        );
    }
    Box::new(raise)
}

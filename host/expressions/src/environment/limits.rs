//! What an evaluation may take. Part of [`super`].
//!
//! Expressions come from people who may not be trusted with the host's memory: doubling a text thirty times takes
//! one line.

use serde_json::Value;

use crate::fault::{FaultKind, Raise, Raised};

/// How much one evaluation may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Calls, literals and readings.
    pub steps: u64,
    /// Bytes of all values that are made on the way, the result among them.
    pub bytes: usize,
    /// How deep lists and objects may lie inside each other.
    pub nesting: usize,
}

impl Default for Limits {
    /// A million steps; 100 MB, the most that a message of the service has; 120 levels, fewer than a JSON reader takes.
    fn default() -> Self {
        Self {
            steps: 1_000_000,
            bytes: 100_000_000,
            nesting: 120,
        }
    }
}

/// What is left of the limits.
pub(crate) struct Budget {
    limits: Limits,
    steps: u64,
    bytes: usize,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            limits: limits.clone(),
            steps: limits.steps,
            bytes: limits.bytes,
        }
    }

    pub(crate) fn step(&mut self) -> Raised<()> {
        match self.steps.checked_sub(1) {
            Some(left) => {
                self.steps = left;
                Ok(())
            }
            None => Err(over(format!(
                "the evaluation takes more than {} steps",
                self.limits.steps
            ))),
        }
    }

    /// Takes the bytes of something that is about to be made.
    pub(crate) fn take(&mut self, bytes: usize) -> Raised<()> {
        match self.bytes.checked_sub(bytes) {
            Some(left) => {
                self.bytes = left;
                Ok(())
            }
            None => Err(over(format!(
                "the evaluation makes more than {} bytes of values",
                self.limits.bytes
            ))),
        }
    }

    /// Looks whether so many bytes may be made, without taking them: whoever made them is charged for them.
    pub(crate) fn foresee(&self, bytes: usize) -> Raised<()> {
        match bytes > self.bytes {
            true => Err(over(format!(
                "the evaluation makes more than {} bytes of values",
                self.limits.bytes
            ))),
            false => Ok(()),
        }
    }

    /// Takes the bytes of a value that has been made, or is about to be copied.
    pub(crate) fn charge(&mut self, value: &Value) -> Raised<()> {
        let bytes = self.weight(value, 0)?;
        self.take(bytes)
    }

    /// Looks whether these values may be copied together, without taking their bytes.
    pub(crate) fn foresee_all<'v>(
        &self,
        values: impl IntoIterator<Item = &'v Value>,
    ) -> Raised<()> {
        let mut bytes = 0_usize;
        for value in values {
            bytes = bytes.saturating_add(self.weight(value, 0)?);
            self.foresee(bytes)?;
        }
        Ok(())
    }

    /// About how many bytes a value takes.
    fn weight(&self, value: &Value, depth: usize) -> Raised<usize> {
        if depth > self.limits.nesting {
            let most = self.limits.nesting;
            return Err(over(format!(
                "lists and objects may lie {most} deep inside each other"
            )));
        }
        let mut bytes = 8;
        match value {
            Value::String(text) => bytes += text.len(),
            Value::Array(items) => {
                for item in items {
                    bytes += self.weight(item, depth + 1)?;
                }
            }
            Value::Object(members) => {
                for (key, member) in members {
                    bytes += key.len() + self.weight(member, depth + 1)?;
                }
            }
            _ => {}
        }
        Ok(bytes)
    }
}

fn over(message: String) -> Box<Raise> {
    Raise::new(FaultKind::Budget, message)
}

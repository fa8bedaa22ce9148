//! Every span that a host opens, on whatever thread, with what is above it and what it says. Those that
//! libraries open in between are passed over.

use crate::logs;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use tracing::dispatcher::Dispatch;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};

/// One span, as it was when it was looked at.
#[derive(Clone, Debug)]
pub struct Traced {
    /// What kind of thing happened.
    pub name: &'static str,
    /// What it says, by name.
    pub fields: BTreeMap<&'static str, String>,
    number: usize,
    above: Option<usize>,
}

impl Traced {
    /// One of its fields; empty when it says nothing of it.
    pub fn says(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", String::as_str)
    }

    /// Whether it happened right within `other`.
    pub fn is_within(&self, other: &Traced) -> bool {
        self.above == Some(other.number)
    }

    /// Whether it happened within nothing.
    pub fn is_root(&self) -> bool {
        self.above.is_none()
    }
}

/// All spans so far.
#[derive(Clone, Default)]
pub struct Traces(Arc<Mutex<Vec<Traced>>>);

impl Traces {
    /// Every span, in the order in which they began.
    pub fn all(&self) -> Vec<Traced> {
        self.0.lock().unwrap().clone()
    }

    /// Those of one kind.
    pub fn named(&self, name: &str) -> Vec<Traced> {
        let mut all = self.all();
        all.retain(|span| span.name == name);
        all
    }

    /// The only one of its kind right within `above`.
    pub fn only(&self, name: &str, above: &Traced) -> Traced {
        let mut found = self.named(name);
        found.retain(|span| span.is_within(above));
        let [one] = found.as_slice() else {
            panic!("one {name} is expected within {above:?}: {:#?}", self.all());
        };
        one.clone()
    }
}

struct Number(usize);

struct Fields<'a>(&'a mut BTreeMap<&'static str, String>);

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

impl<S: tracing::Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Traces {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        if !attributes.metadata().target().starts_with("airlock::") {
            return;
        }
        let above = span
            .scope()
            .skip(1)
            .find_map(|above| above.extensions().get::<Number>().map(|Number(it)| *it));
        let mut fields = BTreeMap::new();
        attributes.record(&mut Fields(&mut fields));
        let mut all = self.0.lock().unwrap();
        span.extensions_mut().insert(Number(all.len()));
        let number = all.len();
        all.push(Traced {
            name: span.name(),
            fields,
            number,
            above,
        });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        let number = span.extensions().get::<Number>().map(|Number(it)| *it);
        let mut all = self.0.lock().unwrap();
        if let Some(traced) = number.and_then(|number| all.get_mut(number)) {
            values.record(&mut Fields(&mut traced.fields));
        }
    }
}

/// Runs `test` on threads of its own whose every span, down to `TRACE`, is kept.
pub fn traced<T>(test: impl AsyncFnOnce(Traces) -> T) -> T {
    let traces = Traces::default();
    let subscriber = Registry::default().with(traces.clone());
    logs::told_to(Dispatch::new(subscriber), async || test(traces).await)
}

//! What a trigger is called and how its events come; its types say the rest.

use std::time::Duration;

/// What a person and a host are told of a trigger.
#[derive(Clone, Copy, Debug)]
pub struct TriggerDeclaration {
    /// Its name, such as `when-a-row-changes`.
    pub name: &'static str,
    /// Other names that callers of older systems know it by.
    pub aliases: &'static [&'static str],
    /// Name for people.
    pub title: &'static str,
    /// What it watches for, for people.
    pub description: &'static str,
    /// How its events come.
    pub delivery: Delivery,
    /// Whole configurations that show how it is used, each a JSON object.
    pub examples: &'static [&'static str],
}

/// How events come to the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The host asks, so often unless a person says otherwise.
    Polling(Duration),
    /// The service calls the host.
    Webhook,
}

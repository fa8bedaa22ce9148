//! What an action is called and said to do; its types say the rest.

use crate::stream::{BYTES, ROWS};

/// What a person and a host are told of an action.
#[derive(Clone, Copy, Debug)]
pub struct Declaration {
    /// Its name, such as `list-rows`.
    pub name: &'static str,
    /// Other names that callers of older systems know it by.
    pub aliases: &'static [&'static str],
    /// Name for people.
    pub title: &'static str,
    /// What it does, for people.
    pub description: &'static str,
    /// Heading under which a person would look for it.
    pub group: &'static str,
    /// What a host may rely on.
    pub traits: Traits,
    /// What it streams.
    pub streams: Streams,
    /// Whole inputs that show how it is used, each a JSON object; the standard's `examples` of its
    /// input schema.
    pub examples: &'static [&'static str],
}

/// What a host may rely on when it runs an action.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traits {
    /// Changes nothing in the service.
    pub read_only: bool,
    /// Twice with one idempotency key equals once.
    pub idempotent: bool,
    /// Removes or overwrites data.
    pub destructive: bool,
}

impl Traits {
    /// Of an action that changes nothing: twice is as good as once.
    pub const READS: Self = Self {
        read_only: true,
        idempotent: true,
        destructive: false,
    };

    /// Of one that makes something new, once for each idempotency key, and touches nothing that was
    /// there.
    pub const ADDS: Self = Self {
        read_only: false,
        idempotent: true,
        destructive: false,
    };

    /// Of one that removes or overwrites, once for each idempotency key.
    pub const CHANGES: Self = Self {
        read_only: false,
        idempotent: true,
        destructive: true,
    };

    /// Of one that may do anything, and again with each repeat.
    pub const ANYTHING: Self = Self {
        read_only: false,
        idempotent: false,
        destructive: true,
    };
}

/// What an action streams, by media type. One that streams either way runs through `pipe` as well as
/// through `invoke`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Streams {
    /// What it takes in beside its input.
    pub takes: Option<&'static str>,
    /// What it gives out before its summary.
    pub gives: Option<&'static str>,
}

impl Streams {
    /// Of an action that takes its input and answers at once.
    pub const NONE: Self = Self {
        takes: None,
        gives: None,
    };

    /// Of one that gives rows.
    pub const ROWS_OUT: Self = Self {
        takes: None,
        gives: Some(ROWS),
    };

    /// Of one that takes rows and gives one for each.
    pub const ROWS_THROUGH: Self = Self {
        takes: Some(ROWS),
        gives: Some(ROWS),
    };

    /// Of one that takes content.
    pub const BYTES_IN: Self = Self {
        takes: Some(BYTES),
        gives: None,
    };

    /// Of one that gives content.
    pub const BYTES_OUT: Self = Self {
        takes: None,
        gives: Some(BYTES),
    };

    /// Whether anything streams.
    #[must_use]
    pub const fn any(self) -> bool {
        self.takes.is_some() || self.gives.is_some()
    }
}

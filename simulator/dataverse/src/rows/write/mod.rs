//! Writing: bodies understood and checked, defaults and derived columns filled in, headers obeyed, rows stored.
//!
//! Layer: rows, above [`storage`](super::storage). Pure parts stand alone: coercion, defaults, states, preconditions.

pub mod answer;
pub mod apply;
pub mod assign;
pub mod associate;
pub mod coerce;
pub mod consequences;
pub mod create;
pub mod delete;
pub mod derive;
pub mod duplicates;
pub mod erase;
pub mod errors;
pub mod facts;
pub mod hierarchy;
pub mod link;
pub mod maker;
pub mod participation;
pub mod parties;
pub mod payload;
pub mod pointing;
pub mod precondition;
pub mod recipe;
pub mod reciprocal;
pub mod reference;
pub mod request_facts;
pub mod rules;
pub mod sharing;
pub mod state;
pub mod store;
pub mod terms;
pub mod update;

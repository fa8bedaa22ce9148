//! Where a connection's secrets come from: the terminal, standard input, files, the environment.
//! Never from an argument.

mod sources;
mod terminal;

pub use sources::{Ask, Needed, Sources, gather};
pub use terminal::Terminal;

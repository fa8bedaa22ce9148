//! Where a connection's secrets come from: the terminal, standard input, files, the environment.
//! Never from an argument.

mod blind;
mod interview;
mod sources;
mod terminal;

pub use interview::interview;
pub use sources::{Ask, NEEDED, Needed, Sources, Unanswered, by_connection, complete, gather};
pub use terminal::Terminal;

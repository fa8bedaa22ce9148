//! Where a connection's secrets come from: the terminal, standard input, files, the environment.
//! Never from an argument.

mod ask;
mod blind;
mod interview;
mod sources;
mod terminal;

pub use ask::{Ask, NEEDED, Needed, Unanswered};
pub use interview::interview;
pub use sources::{Sources, by_connection, complete, gather};
pub use terminal::Terminal;

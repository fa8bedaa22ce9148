//! Dataverse search: rows of several tables found by words, and what helps to type them.

mod autocomplete_search;
mod call;
mod parameters;
mod search_rows;
mod suggest_rows;
#[cfg(test)]
mod tests;
mod version;

pub use autocomplete_search::AutocompleteSearch;
pub use search_rows::SearchRows;
pub use suggest_rows::SuggestRows;

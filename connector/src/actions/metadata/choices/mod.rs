//! Choices with their options: global ones, and those of one column.

mod create_choice;
mod delete_choice;
mod get_choice;
mod list_choices;
mod place;
mod update_choice;

pub use create_choice::CreateChoice;
pub use delete_choice::DeleteChoice;
pub use get_choice::GetChoice;
pub use list_choices::ListChoices;
pub use update_choice::UpdateChoice;

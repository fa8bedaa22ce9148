//! The connection itself.

mod get_current_user;
mod list_organizations;

pub use get_current_user::GetCurrentUser;
pub(crate) use get_current_user::who;
pub use list_organizations::ListOrganizations;

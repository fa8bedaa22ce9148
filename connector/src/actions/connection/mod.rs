//! The connection itself.

mod get_current_user;

pub use get_current_user::GetCurrentUser;
pub(crate) use get_current_user::who;

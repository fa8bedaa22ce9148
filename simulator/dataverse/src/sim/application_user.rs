//! An application and whether organisations know it as a user.

use uuid::Uuid;

use crate::token::Application;

/// An application registration and whether the organisation knows it as a user.
#[derive(Clone, Debug)]
pub struct ApplicationUser {
    /// The registration.
    pub registration: Application,
    /// Whether it is an application user of the organisation. Without, its tokens are good and its calls are
    /// refused with 403.
    pub is_user: bool,
}

impl ApplicationUser {
    /// An enabled application with one lasting secret that is a user of the organisation.
    pub fn new(name: &str, client_id: Uuid, secret: &str) -> Self {
        Self {
            registration: Application::new(name, client_id)
                .secret(secret)
                .redirect_uri("http://localhost"),
            is_user: true,
        }
    }

    /// A public application, which signs people in and is no user itself.
    pub fn public(name: &str, client_id: Uuid) -> Self {
        Self {
            registration: Application::new(name, client_id)
                .public()
                .redirect_uri("http://localhost"),
            is_user: false,
        }
    }

    /// The same, unknown to the organisation.
    #[must_use]
    pub fn without_user(mut self) -> Self {
        self.is_user = false;
        self
    }
}

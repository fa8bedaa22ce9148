//! How a client proved itself.

/// How a client proved itself, as `appidacr` tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// Not at all: a public client.
    None,
    /// By a secret.
    Secret,
    /// By a certificate.
    Certificate,
}

impl Proof {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::None => "0",
            Self::Secret => "1",
            Self::Certificate => "2",
        }
    }
}

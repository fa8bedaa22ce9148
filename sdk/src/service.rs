//! What actions run against: one service, and a call's way to it.

use std::time::Duration;

use crate::{Error, Transport};

/// A service that connectors connect to.
///
/// It is apart from [`Connector`](crate::Connector), so that an action names what it needs, a session,
/// and not the list that it stands in.
pub trait Service: Sized + 'static {
    /// One call's way to the service.
    type Session<T: Transport>;

    /// The ways in which an action may write, as far as the form of its input differs by them; `()`
    /// where it does not.
    type Writes: Copy + PartialEq + std::fmt::Debug + 'static;

    /// Takes up a connection for one call, which may last so long; `None` where nobody said.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] when the connection's settings lead nowhere.
    fn open<T: Transport>(
        transport: T,
        connection: &Connection,
        time: Option<Duration>,
    ) -> Result<Self::Session<T>, Error>;
}

/// A connection without its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Stable and unique within the host; a safe key for what is remembered.
    pub id: String,
    /// JSON, as the connection kind's `settings` schema describes it.
    pub settings: String,
}

//! The organisation of all tests, and a script for it.

use std::rc::Rc;

use airlock_connector::testing::Script;

use super::{address::BaseUrl, client::Client};

/// Its Web API.
pub(crate) const ROOT: &str = "https://contoso.crm.dynamics.com/api/data/v9.2";

/// A script that answers nothing yet.
pub(crate) fn contoso() -> Script {
    Script::at(ROOT)
}

/// A client of the organisation of `script`.
pub(crate) fn client_of(script: &Script) -> Client<Script> {
    Client::new(script.clone(), Rc::new(BaseUrl::parse(ROOT).unwrap()))
}

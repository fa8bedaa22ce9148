//! What a request about changes asks for.
//!
//! Layer: changes, pure.

use crate::http::{ODataRequest, SimError};
use crate::query::cookie;
use crate::query::options::{Address, Options, decode};

use super::place::Place;
use super::token::Token;

/// Query options that need more than the changes of one table.
const REFUSED: &[&str] = &[
    "$filter",
    "$orderby",
    "$expand",
    "$top",
    "$apply",
    "fetchXml",
    "savedQuery",
    "userQuery",
];

/// A request about changes.
pub(super) struct Question {
    /// What the caller knows; nothing yet when it loads all rows.
    pub since: Option<Token>,
    /// Where the page before ended.
    pub place: Option<Place>,
    /// `$select` and `$count`.
    pub options: Options,
    /// The query string that links repeat.
    pub repeated: String,
}

impl Question {
    /// Reads the query string.
    ///
    /// # Errors
    /// 400 for options that do not go with change tracking, and for tokens that cannot be read.
    pub(super) fn read(request: &ODataRequest) -> Result<Self, SimError> {
        let mut since = None;
        let mut place = None;
        let mut plain = Vec::new();
        for part in request.query.as_deref().unwrap_or_default().split('&') {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            match decode(name).as_str() {
                "" => {}
                "$deltatoken" => since = Some(Token::decode(&decode(value))?),
                "$skiptoken" => {
                    let found = cookie::decode(&decode(value))?;
                    place = Some(Place::read(&found).ok_or_else(cookie::malformed)?);
                }
                name if REFUSED.contains(&name) => {
                    return Err(SimError::bad_url(format!(
                        "The \"{name}\" query parameter isn't supported when Change Tracking is enabled."
                    )));
                }
                _ => plain.push(part),
            }
        }
        let repeated = plain.join("&");
        // `/$count` takes no options but the token, and the others do no harm there.
        let options = Options::parse(Some(&repeated), Address::Collection)?;
        Ok(Self {
            since,
            place,
            options,
            repeated,
        })
    }
}

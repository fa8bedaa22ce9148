//! What a delta token tells. Pure.
//!
//! The service means it to be opaque, so nothing here is needed: a token of another form costs comfort (some
//! new rows are told as updated, more is read again when it has expired) and never an event.

use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

use percent_encoding::percent_decode_str;

use crate::triggers::moment::Moment;

/// `$deltatoken=` as it stands in a link, still encoded.
pub(super) fn in_link(link: &str) -> Option<&str> {
    const NAME: &str = "deltatoken=";
    let start = link.find(NAME)? + NAME.len();
    link.get(start..)?.split('&').next()
}

/// The row version and the time of `919042%2108%2f22%2f2026%2008%3a10%3a44`.
pub(super) fn read(token: &str) -> (Option<u64>, Option<Moment>) {
    let text = percent_decode_str(token).decode_utf8_lossy();
    match text.split_once('!') {
        Some((version, time)) => (version.parse().ok(), Moment::of_token(time)),
        None => (None, None),
    }
}

/// A short name for a token.
pub(super) fn name(token: &str) -> String {
    match read(token) {
        (Some(version), _) => version.to_string(),
        (None, _) => {
            let hash = BuildHasherDefault::<DefaultHasher>::new().hash_one(token);
            format!("{hash:016x}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_and_read_and_one_of_another_form_has_a_name_too() {
        let link = "https://x/leads?$select=a&$deltatoken=919042%2108%2f22%2f2026%2008%3a10%3a44";
        let token = in_link(link).unwrap();
        assert_eq!(token, "919042%2108%2f22%2f2026%2008%3a10%3a44");
        assert_eq!(in_link(&format!("{link}&x=1")), Some(token));
        let (version, time) = read(token);
        assert_eq!(version, Some(919_042));
        assert_eq!(time.unwrap().to_string(), "2026-08-22T08:10:44Z");
        assert_eq!(name(token), "919042");
        assert_eq!(read("abc"), (None, None));
        assert_eq!(name("abc"), name("abc"));
        assert_ne!(name("abc"), name("abd"));
        assert_eq!(in_link("https://x/leads"), None);
    }
}

//! What the service's error codes mean for a caller.
//!
//! Texts and statuses of the same mistake differ between back-end versions, so the status
//! decides and the code only refines it. Codes: Microsoft's web service error list.

/// The contract's error that a response becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The caller's input.
    InvalidInput,
    /// The credential.
    Unauthenticated,
    /// The credential's rights.
    Forbidden,
    /// No such thing.
    NotFound,
    /// Precondition, key or duplicate rule.
    Conflict,
    /// Too many requests.
    Throttled,
    /// Try again later.
    Unavailable,
    /// A reason of the service's own.
    Rejected,
    /// Change-tracking token too old.
    CursorExpired,
}

/// Codes whose meaning is certain whatever the status; lower case.
const CERTAIN: &[(&str, Meaning)] = &[
    ("0x80040217", Meaning::NotFound),      // no row with that id
    ("0x80060891", Meaning::NotFound),      // no row with that alternate key
    ("0x80060892", Meaning::Conflict),      // alternate key no longer unique
    ("0x80040237", Meaning::Conflict),      // duplicate primary key
    ("0x80040333", Meaning::Conflict),      // duplicate detection rule
    ("0x80060882", Meaning::Conflict),      // row version changed
    ("0x8006089d", Meaning::Conflict),      // more than one row for the key
    ("0x80072321", Meaning::Throttled),     // execution time
    ("0x80072322", Meaning::Throttled),     // number of requests
    ("0x80072326", Meaning::Throttled),     // concurrent requests
    ("0x80044352", Meaning::CursorExpired), // version stamp of a delta link expired
    ("0x80040220", Meaning::Forbidden),     // missing privilege
    ("0x80040231", Meaning::Forbidden),     // target principal lacks privileges
    ("0x80048306", Meaning::Forbidden),     // row level denial
    ("0x80048405", Meaning::Forbidden),     // access denied
    ("0x80040256", Meaning::Forbidden),     // security failure
    ("0x8004f507", Meaning::Forbidden),     // secured column, update
    ("0x8004f502", Meaning::Forbidden),     // secured column, create
    ("0x8004a110", Meaning::Forbidden),     // may not impersonate
    ("0x80072560", Meaning::Forbidden),     // no application user
    ("0x80040225", Meaning::Forbidden),     // user disabled
    ("0x80042f09", Meaning::Forbidden),     // user without roles
    ("0x8004d24b", Meaning::Forbidden),     // user without licence
    ("0x80044302", Meaning::Unauthenticated),
    ("0x8004a100", Meaning::Unauthenticated), // invalid ticket
    ("0x8004a101", Meaning::Unauthenticated), // expired ticket
];

/// Codes that blame the input when the status is 400; lower case.
const BLAMES_INPUT: &[&str] = &[
    "0x0",        // payload or URL, older back ends
    "0x80040200", // required column missing
    "0x80040201", // malformed XML
    "0x80040203", // invalid argument
    "0x80040278", // invalid characters
    "0x80041102", // no such table in a query
    "0x80041103", // no such column in a query
    "0x80041120", // condition operator
    "0x8004112a", // paging cookie
    "0x80044183", // invalid query
    "0x8004431a", // choice out of range
    "0x8004432f", // whole number out of range
    "0x80044330", // decimal out of range
    "0x80044331", // text too long
    "0x80044354", // type of the value
    "0x80048408", // status does not fit the state
    "0x80048d19", // payload
    "0x80060888", // URL or query syntax
    "0x8006088a", // unknown segment
    "0x8006088d", // optimistic concurrency is off for this table
    "0x8006088f", // alternate key
    "0x80060890", // not a defined key
];

/// Database and governor failures that pass by themselves, whatever status they come with.
const TRANSIENT: &[&str] = &["0x80044150", "0x80044151", "0x8004a001"];

/// Whether trying again may help although the status does not say so.
#[must_use]
pub fn is_transient(code: &str) -> bool {
    listed(TRANSIENT, code)
}

fn listed(list: &[&str], code: &str) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(code))
}

/// Classifies a response that is not a success.
#[must_use]
pub fn classify(status: u16, code: Option<&str>) -> Meaning {
    if status == 401 {
        return Meaning::Unauthenticated;
    }
    if let Some(code) = code {
        let certain = CERTAIN
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(code));
        if let Some((_, meaning)) = certain {
            return *meaning;
        }
        if is_transient(code) {
            return Meaning::Unavailable;
        }
    }
    match status {
        400 if code.is_some_and(|code| listed(BLAMES_INPUT, code)) => Meaning::InvalidInput,
        403 => Meaning::Forbidden,
        404 | 410 => Meaning::NotFound,
        409 | 412 => Meaning::Conflict,
        413 | 414 | 431 => Meaning::InvalidInput,
        429 => Meaning::Throttled,
        408 | 500 | 502 | 503 | 504 => Meaning::Unavailable,
        _ => Meaning::Rejected,
    }
}

/// What a person can do about a code whose own text does not say it.
#[must_use]
pub fn advice(code: &str) -> Option<&'static str> {
    let table: &[(&str, &str)] = &[
        (
            "0x80072560",
            "add the app registration as an application user with a security role (Power Platform admin center: environment, Settings, Users + permissions, Application users)",
        ),
        (
            "0x80042f09",
            "give the application user a security role in the Power Platform admin center",
        ),
        ("0x80040225", "enable the user, or connect as another one"),
        (
            "0x8004a110",
            "impersonation needs the privilege \"Act on Behalf of Another User\" (role Delegate)",
        ),
        (
            "0x80060882",
            "somebody changed the row since it was read: read it again and repeat the change",
        ),
        (
            "0x80040227",
            "other rows refer to this one: delete them or clear their lookups first",
        ),
    ];
    table
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(code))
        .map(|(_, advice)| *advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_are_classified_by_status_and_refined_by_code() {
        use Meaning::*;
        let table = [
            (404, Some("0x80040217"), NotFound),
            (404, Some("0x80060891"), NotFound),
            (404, Some("0x80060888"), NotFound),
            (404, None, NotFound),
            (412, Some("0x80060892"), Conflict),
            (412, Some("0x80040237"), Conflict),
            (412, Some("0x80040333"), Conflict),
            (500, Some("0x80040333"), Conflict),
            (412, Some("0x80060882"), Conflict),
            (412, Some(""), Conflict),
            (400, Some("0x80060888"), InvalidInput),
            (400, Some("0x0"), InvalidInput),
            (400, Some("0x80048D19"), InvalidInput),
            (400, Some("0x80044331"), InvalidInput),
            (400, Some("0x80040265"), Rejected),
            (400, Some("0x80040227"), Rejected),
            (405, Some("0x80040227"), Rejected),
            (400, None, Rejected),
            (400, Some("0x80044352"), CursorExpired),
            (401, None, Unauthenticated),
            (403, Some("0x80072560"), Forbidden),
            (403, None, Forbidden),
            (429, Some("0x80072326"), Throttled),
            (429, None, Throttled),
            (500, Some("0x80044151"), Unavailable),
            (500, Some("0x80040216"), Unavailable),
            (503, None, Unavailable),
            (501, None, Rejected),
            (413, None, InvalidInput),
        ];
        for (status, code, meaning) in table {
            assert_eq!(classify(status, code), meaning, "{status} {code:?}");
        }
    }
}

//! The headers that the Web API reads, as typed options instead of strings.

use airlock_connector::{Error, http::Headers};

use super::row_id::RowId;

/// Largest page that the service grants.
pub const LARGEST_PAGE: u32 = 5_000;

/// Which annotations a read should carry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Annotations {
    /// Only what OData always sends.
    #[default]
    None,
    /// Formatted values and the targets of lookups: what people read.
    Display,
    /// All that there are.
    All,
}

impl Annotations {
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::None => &[],
            Self::Display => &[
                "OData.Community.Display.V1.FormattedValue",
                "Microsoft.Dynamics.CRM.lookuplogicalname",
                "Microsoft.Dynamics.CRM.associatednavigationproperty",
            ],
            Self::All => &["*"],
        }
    }
}

/// Tell that a FetchXML read has more pages, and where the next begins. They stand beside the rows
/// and not in them.
const PAGING: [&str; 2] = [
    "Microsoft.Dynamics.CRM.fetchxmlpagingcookie",
    "Microsoft.Dynamics.CRM.morerecords",
];

/// In whose name a call is made; needs the privilege to act on behalf of another user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// By the user's object id in Entra.
    EntraObject(RowId),
    /// By `systemuserid`.
    SystemUser(RowId),
}

/// When a write or read is to be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Precondition {
    /// `If-Match: *`: the row exists, so that an update never creates.
    Exists,
    /// `If-None-Match: *`: the row does not exist, so that a create never updates.
    Absent,
    /// `If-Match: W/"n"`: nobody changed the row since.
    Version(String),
    /// `If-None-Match: W/"n"` on a read: answer only if the row changed.
    ChangedSince(String),
}

/// What can be asked of one call besides its content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallOptions {
    /// Answer a write with the row as stored.
    pub return_row: bool,
    /// Rows per page, at most [`LARGEST_PAGE`].
    pub page_size: Option<u32>,
    /// Annotations of the answer.
    pub annotations: Annotations,
    /// Each row with its address, type and links.
    pub full_metadata: bool,
    /// Also ask how a FetchXML read goes on.
    pub paging_annotations: bool,
    /// Also ask for the token by which changes since are told.
    pub track_changes: bool,
    /// Condition.
    pub precondition: Option<Precondition>,
    /// Impersonation.
    pub caller: Option<Caller>,
    /// Unique name of the unmanaged solution that takes what is made.
    pub solution: Option<String>,
    /// Have the published duplicate rules refuse duplicates; off by default in the Web API.
    pub detect_duplicates: bool,
    /// Further headers; they replace any of the above.
    pub extra: Vec<(String, String)>,
}

impl CallOptions {
    /// The value of `Prefer`, if anything is preferred.
    #[must_use]
    pub fn prefer(&self) -> Option<String> {
        let mut tokens = Vec::new();
        if self.return_row {
            tokens.push("return=representation".to_owned());
        }
        if self.track_changes {
            tokens.push("odata.track-changes".to_owned());
        }
        if let Some(size) = self.page_size {
            tokens.push(format!("odata.maxpagesize={size}"));
        }
        let mut annotations = self.annotations.names().to_vec();
        if self.paging_annotations && self.annotations != Annotations::All {
            annotations.extend(PAGING);
        }
        if !annotations.is_empty() {
            let pattern = annotations.join(",");
            tokens.push(format!("odata.include-annotations=\"{pattern}\""));
        }
        (!tokens.is_empty()).then(|| tokens.join(","))
    }

    /// All headers of a call with these options.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] when a value cannot stand in a header.
    pub fn headers(&self, has_body: bool) -> Result<Headers, Error> {
        let mut headers = Headers::new();
        let accept = match self.full_metadata {
            true => "application/json;odata.metadata=full",
            false => "application/json",
        };
        headers.push("accept", accept);
        headers.push("odata-version", "4.0");
        headers.push("odata-maxversion", "4.0");
        if has_body {
            headers.push("content-type", "application/json; charset=utf-8");
        }
        if let Some(prefer) = self.prefer() {
            headers.push("prefer", &prefer);
        }
        match &self.precondition {
            Some(Precondition::Exists) => headers.push("if-match", "*"),
            Some(Precondition::Absent) => headers.push("if-none-match", "*"),
            Some(Precondition::Version(etag)) => headers.push("if-match", &etag_of(etag)?),
            Some(Precondition::ChangedSince(etag)) => {
                headers.push("if-none-match", &etag_of(etag)?);
            }
            // The literal word keeps intermediaries from answering out of a cache.
            None => headers.push("if-none-match", "null"),
        }
        match self.caller {
            Some(Caller::EntraObject(id)) => headers.push("callerobjectid", &id.to_string()),
            Some(Caller::SystemUser(id)) => headers.push("mscrmcallerid", &id.to_string()),
            None => {}
        }
        if let Some(solution) = &self.solution {
            check("mscrm.solutionuniquename", solution)?;
            headers.push("mscrm.solutionuniquename", solution);
        }
        if self.detect_duplicates {
            headers.push("mscrm.suppressduplicatedetection", "false");
        }
        for (name, value) in &self.extra {
            check(name, value)?;
            headers.set(name, value);
        }
        Ok(headers)
    }
}

/// Completes a bare version number to the weak ETag that the service uses.
fn etag_of(text: &str) -> Result<String, Error> {
    let text = text.trim();
    let bare_number = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    if bare_number {
        return Ok(format!("W/\"{text}\""));
    }
    check("if-match", text)?;
    Ok(text.to_owned())
}

/// Whether a caller's text may stand in a header.
fn check(name: &str, value: &str) -> Result<(), Error> {
    let token = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c));
    if !token {
        return Err(Error::invalid(
            "/headers",
            format!("`{}` cannot be the name of a header", name.escape_debug()),
        ));
    }
    if value.chars().any(|c| c.is_control() && c != '\t') {
        return Err(Error::invalid(
            "/headers",
            format!("the value of header `{name}` contains a line break or control character"),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_share_one_header() {
        let options = CallOptions {
            return_row: true,
            page_size: Some(100),
            annotations: Annotations::All,
            ..CallOptions::default()
        };
        assert_eq!(
            options.prefer().unwrap(),
            "return=representation,odata.maxpagesize=100,odata.include-annotations=\"*\""
        );
        assert_eq!(CallOptions::default().prefer(), None);
    }

    #[test]
    fn how_fetch_xml_goes_on_is_asked_beside_what_rows_shall_carry() {
        let paging =
            "Microsoft.Dynamics.CRM.fetchxmlpagingcookie,Microsoft.Dynamics.CRM.morerecords";
        let display = Annotations::Display.names().join(",");
        for (annotations, expected) in [
            (Annotations::None, paging.to_owned()),
            (Annotations::Display, format!("{display},{paging}")),
            (Annotations::All, "*".to_owned()),
        ] {
            let options = CallOptions {
                annotations,
                paging_annotations: true,
                ..CallOptions::default()
            };
            let expected = format!("odata.include-annotations=\"{expected}\"");
            assert_eq!(options.prefer(), Some(expected));
        }
    }

    #[test]
    fn conditions_become_their_headers() {
        let table = [
            (None, "if-none-match", "null"),
            (Some(Precondition::Exists), "if-match", "*"),
            (Some(Precondition::Absent), "if-none-match", "*"),
            (
                Some(Precondition::Version("W/\"7\"".into())),
                "if-match",
                "W/\"7\"",
            ),
            (
                Some(Precondition::Version("7".into())),
                "if-match",
                "W/\"7\"",
            ),
            (
                Some(Precondition::ChangedSince("7".into())),
                "if-none-match",
                "W/\"7\"",
            ),
        ];
        for (precondition, name, value) in table {
            let options = CallOptions {
                precondition,
                ..CallOptions::default()
            };
            assert_eq!(options.headers(false).unwrap().get(name), Some(value));
        }
    }

    #[test]
    fn a_header_cannot_smuggle_another() {
        for (name, value) in [("x", "a\r\nevil: 1"), ("a b", "c"), ("", "c"), ("x:", "c")] {
            let options = CallOptions {
                extra: vec![(name.into(), value.into())],
                ..CallOptions::default()
            };
            assert!(options.headers(false).is_err(), "{name}");
        }
        for options in [
            CallOptions {
                solution: Some("a\r\nevil: 1".into()),
                ..CallOptions::default()
            },
            CallOptions {
                precondition: Some(Precondition::Version("W/\"1\"\r\nevil: 1".into())),
                ..CallOptions::default()
            },
            CallOptions {
                precondition: Some(Precondition::ChangedSince("a\nb".into())),
                ..CallOptions::default()
            },
        ] {
            assert!(options.headers(false).is_err(), "{options:?}");
        }
    }
}

//! How an answer goes back to the application: in the query, in the fragment, or as a form that posts itself.

use http::StatusCode;
use uuid::Uuid;

use crate::http::Response;
use crate::http::html::{escape, posting_page};
use crate::token::form::Form;
use crate::token::mint::client_info;
use crate::token::{EntraError, Issue, Person};

/// Where and how to answer.
#[derive(Debug, Default)]
pub(in crate::token) struct Reply {
    pub(in crate::token) redirect_uri: String,
    mode: Mode,
    state: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Query,
    Fragment,
    FormPost,
}

impl Reply {
    pub(in crate::token) fn new(redirect_uri: String, form: &Form) -> Self {
        let mode = match form.get("response_mode") {
            Some("fragment") => Mode::Fragment,
            Some("form_post") => Mode::FormPost,
            _ => Mode::Query,
        };
        Self {
            redirect_uri,
            mode,
            state: form.get("state").map(str::to_owned),
        }
    }

    /// A code for the application.
    pub(super) fn success(
        &self,
        issue: &Issue<'_>,
        code: &str,
        person: &Person,
        wants_client_info: bool,
    ) -> Response {
        let mut fields = vec![("code", code.to_owned())];
        if wants_client_info {
            fields.push(("client_info", client_info(person)));
        }
        fields.push((
            "session_state",
            Uuid::new_v5(&person.id, issue.origin.as_bytes()).to_string(),
        ));
        self.send(fields)
    }

    /// An error for the application.
    pub(super) fn failure(&self, issue: &Issue<'_>, error: &EntraError) -> Response {
        let description = error.description(&issue.trace(None));
        let mut fields = vec![
            ("error", error.error.to_owned()),
            ("error_description", description),
            (
                "error_uri",
                format!(
                    "https://login.microsoftonline.com/error?code={}",
                    error.number
                ),
            ),
        ];
        if let Some(suberror) = error.suberror {
            fields.push(("error_subcode", suberror.to_owned()));
        }
        self.send(fields)
    }

    /// Any fields, and the state that the application sent.
    pub(in crate::token) fn send(&self, mut fields: Vec<(&str, String)>) -> Response {
        if let Some(state) = &self.state {
            fields.push(("state", state.clone()));
        }
        if self.mode == Mode::FormPost {
            return self.form(&fields);
        }
        let encoded = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let separator = match self.mode {
            Mode::Fragment => '#',
            _ if self.redirect_uri.contains('?') => '&',
            _ => '?',
        };
        let location = format!("{}{separator}{encoded}", self.redirect_uri);
        Response::empty(StatusCode::FOUND)
            .with_header("location", &location)
            .with_header("cache-control", "no-store, no-cache")
    }

    fn form(&self, fields: &[(&str, String)]) -> Response {
        let inputs: String = fields
            .iter()
            .map(|(name, value)| {
                format!(
                    "<input type=\"hidden\" name=\"{name}\" value=\"{}\">",
                    escape(value)
                )
            })
            .collect();
        let body = format!(
            "<form method=\"POST\" name=\"hiddenform\" action=\"{}\">{inputs}<noscript><p>Script is disabled. Click \
             Submit to continue.</p><button class=\"main\">Submit</button></noscript></form>",
            escape(&self.redirect_uri)
        );
        posting_page("Working...", &body)
    }
}

//! `list-changes`: what was made, changed and deleted in a table since a moment that a token stands for.
//!
//! Without a token all rows come, and with them the first token. The service gives a token only behind
//! the last page, so every call reads to the end; streamed, it holds one page at a time.

use airlock_connector::{
    Action, Error, IdempotencyKey, Summary, Transport,
    declare::{Declaration, Streams, Traits},
    stream::{LineWriter, Pipe},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, value::RawValue};

use crate::{
    actions::{input::input, options::names},
    session::{Dataverse, Session},
    tables::Table,
    webapi::{CallOptions, Page, Pager, Query, literal::encode_value},
};

input! {
    /// Input of `list-changes`.
    struct Input {
        /// Table to watch: its logical name (`account`) or its entity set name (`accounts`). Change
        /// tracking has to be on for it.
        #[schemars(extend("x-airlock-choices" = "tables", "x-airlock-refine" = true))]
        pub table: String,
        /// `token` of an earlier answer: give what changed since. Without one all rows are given.
        pub token: Option<String>,
        /// Columns to give; all of them unless some are named. A token remembers those that it was got
        /// with.
        #[schemars(extend("x-airlock-choices" = "columns"))]
        pub select: Option<Vec<String>>,
        /// Rows per page; 5000 unless said otherwise, which is also the most the service gives.
        #[schemars(range(min = 1, max = 5000), extend("x-airlock-advanced" = true))]
        pub page_size: Option<u32>,
    } + annotations + caller
}

/// Output of `list-changes`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// Rows that are new or changed, as they are now. Which columns changed the service does not tell.
    #[schemars(with = "Vec<Map<String, Value>>", extend("x-airlock-rows" = true))]
    rows: Vec<Box<RawValue>>,
    /// Ids of rows that were deleted; some of them may have been made and deleted in between.
    deleted: Vec<String>,
    #[serde(flatten)]
    rest: Rest,
}

/// What a stream of changes came to.
#[derive(Debug, Serialize)]
struct Streamed {
    /// Rows streamed that are new or changed.
    rows: u64,
    /// Rows streamed that were deleted.
    deleted: u64,
    #[serde(flatten)]
    rest: Rest,
}

/// How to go on.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Rest {
    /// Stands for now: to be given as `token` the next time.
    token: String,
}

/// The action.
#[derive(Debug)]
pub struct ListChanges;

impl Action<Dataverse> for ListChanges {
    const DECLARATION: Declaration = Declaration {
        name: "list-changes",
        aliases: &[],
        title: "List changes",
        description: "Lists what was made, changed and deleted in a table since an earlier call, and \
                      gives the token for the next. Streams one JSON object per line; a deleted row \
                      has only `id` and `reason`.",
        group: "Rows",
        traits: Traits::READS,
        streams: Streams::ROWS_OUT,
        examples: &[r#"{"table": "account", "select": ["name", "telephone1"]}"#],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let mut walk = Walk::of(session, &input).await?;
        let (mut rows, mut deleted) = (Vec::new(), Vec::new());
        while let Some(page) = walk.page(session).await? {
            for row in page.rows() {
                match deleted_id(row) {
                    Some(id) => deleted.push(id),
                    None => rows.push(raw(row)?),
                }
            }
        }
        let rest = walk.rest()?;
        Ok(Output {
            rows,
            deleted,
            rest,
        })
    }

    async fn pipe<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
        pipe: Pipe<'_>,
    ) -> Result<Summary, Error> {
        let mut walk = Walk::of(session, &input).await?;
        let mut lines = LineWriter::new(pipe.sink);
        let (mut rows, mut deleted) = (0, 0);
        while let Some(page) = walk.page(session).await? {
            for row in page.rows() {
                match deleted_id(row) {
                    Some(_) => deleted += 1,
                    None => rows += 1,
                }
                lines.push(row).await?;
            }
            lines.flush().await?;
            session.transport().progress(rows + deleted, None);
        }
        let rest = walk.rest()?;
        Summary::of(&Streamed {
            rows,
            deleted,
            rest,
        })
    }
}

/// A walk to the last page, which has the next token.
struct Walk {
    pager: Pager,
    since: bool,
    token: Option<String>,
}

impl Walk {
    async fn of<T: Transport>(session: &Session<T>, input: &Input) -> Result<Self, Error> {
        let mut options = input.options()?;
        options.page_size = input.page_size;
        let table = session.table(&input.table, "/table").await?;
        let query = Query {
            select: names(input.select.as_deref().unwrap_or_default()),
            ..Query::default()
        };
        query.check()?;
        let query = session.named(&table, &query).await?;
        let url = match input.token.as_deref().map(str::trim) {
            Some(token) => since(session, &table, &query, token)?,
            None => {
                options.track_changes = true;
                let base = session.client().base();
                base.url(table.set.as_str(), &query.encode())?
            }
        };
        Ok(Self::at(url, options, input.token.is_some()))
    }

    fn at(url: String, options: CallOptions, since: bool) -> Self {
        Self {
            pager: Pager::new(url, options),
            since,
            token: None,
        }
    }

    async fn page<T: Transport>(&mut self, session: &Session<T>) -> Result<Option<Page>, Error> {
        let page = self.pager.page(session.client()).await;
        let page = page.map_err(|error| explained(error, self.since))?;
        if let Some(link) = page.as_ref().and_then(Page::delta) {
            self.token = Some(link.to_owned());
        }
        Ok(page)
    }

    fn rest(self) -> Result<Rest, Error> {
        let token = self.token.ok_or_else(|| {
            Error::Rejected(airlock_connector::Failure::text(
                "the service gave rows and no token to go on from: is change tracking on for the table?",
            ))
        })?;
        Ok(Rest { token })
    }
}

/// The address of the changes since `token`: the service's whole link, or only the token that it holds.
fn since<T: Transport>(
    session: &Session<T>,
    table: &Table,
    query: &Query,
    token: &str,
) -> Result<String, Error> {
    let base = session.client().base();
    if !token.contains("deltatoken=") {
        let select = query.encode();
        let mark = if select.is_empty() { "" } else { "&" };
        let query = format!("{select}{mark}$deltatoken={}", encode_value(token));
        return base.url(table.set.as_str(), &query);
    }
    let link = base.own(token, "/token")?;
    let path = link.split('?').next().unwrap_or_default();
    let set = path.rsplit('/').next().unwrap_or_default();
    if set != table.set.as_str() {
        return Err(Error::invalid(
            "/token",
            format!("this token is one of {set} and not of {}", table.set),
        ));
    }
    Ok(link)
}

fn explained(error: Error, since: bool) -> Error {
    match of_tracking(error, since) {
        error @ Error::CursorExpired(_) if since => error.noting(
            "the token is too old, or the table's definition has changed since: list the changes \
             without a token, which gives all rows once more",
        ),
        error => error,
    }
}

/// What the service says of a token or a table that it cannot tell changes of.
pub(crate) fn of_tracking(error: Error, since: bool) -> Error {
    let status = error.failure().and_then(|failure| failure.status);
    match error {
        Error::NotFound(failure) if since && status == Some(410) => Error::CursorExpired(failure),
        error
            if error
                .failure()
                .is_some_and(|one| one.has_code("0x80072491")) =>
        {
            error.noting("turn change tracking on for the table; it cannot be turned off again")
        }
        error => error,
    }
}

/// The id of the row that was deleted, if the entry tells of one.
pub(crate) fn deleted_id(entry: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Entry {
        #[serde(rename = "@odata.context")]
        context: String,
        id: String,
    }
    // Few entries are read for it.
    if !entry.contains("$deletedEntity") {
        return None;
    }
    let entry: Entry = serde_json::from_str(entry).ok()?;
    entry
        .context
        .ends_with("$deletedEntity")
        .then_some(entry.id)
}

fn raw(row: &str) -> Result<Box<RawValue>, Error> {
    RawValue::from_string(row.to_owned()).map_err(|error| Error::Internal(error.to_string()))
}

#[cfg(test)]
mod tests {
    use airlock_connector::{TransportError, http::Method};
    use serde_json::json;

    use super::*;
    use crate::{
        actions::testing::{ID, faults, leads, run, sent},
        webapi::testing::ROOT,
    };

    fn link(token: &str) -> String {
        format!("{ROOT}/leads?$select=subject&$deltatoken={token}")
    }

    fn last_page(entries: Value) -> String {
        json!({"value": entries, "@odata.deltaLink": link("2%21x")}).to_string()
    }

    #[test]
    fn the_first_call_tracks_changes_to_the_last_page_through_throttling_and_a_lost_answer() {
        let next = format!("{ROOT}/leads?next=1");
        let first = json!({"value": [{"subject": "a"}], "@odata.nextLink": next}).to_string();
        let script = leads()
            .answer(Method::Get, "leads?$select=subject", 200, &first)
            .answer(Method::Get, "leads?next", 429, "")
            .fail(
                Method::Get,
                "leads?next",
                TransportError::Interrupted("broke".into()),
            )
            .answer(
                Method::Get,
                "leads?next",
                200,
                &last_page(json!([{"subject": "b"}])),
            );
        let output = run(
            &script,
            "list-changes",
            json!({"table": "lead", "select": ["subject"]}),
        )
        .unwrap();
        let rows = json!([{"subject": "a"}, {"subject": "b"}]);
        assert_eq!(
            output,
            json!({"rows": rows, "deleted": [], "token": link("2%21x")})
        );
        let count = script.sent().len();
        for index in count - 4..count {
            let prefer = script
                .request(index)
                .headers
                .get("prefer")
                .map(str::to_owned);
            assert_eq!(prefer.as_deref(), Some("odata.track-changes"));
        }
    }

    #[test]
    fn deleted_rows_are_told_apart() {
        let entries = json!([
            {"subject": "about $deletedEntity", "leadid": ID},
            {"@odata.context": format!("{ROOT}/$metadata#leads/$deletedEntity"), "id": ID, "reason": "deleted"},
        ]);
        for token in [link("1%21x"), "1!x".to_owned()] {
            let script = leads().answer(
                Method::Get,
                "leads?$select=subject&$deltatoken=1%21x",
                200,
                &last_page(entries.clone()),
            );
            let input = json!({"table": "lead", "token": token, "select": ["subject"]});
            let output = run(&script, "list-changes", input).unwrap();
            assert_eq!(output["rows"].as_array().unwrap().len(), 1);
            assert_eq!(output["deleted"], json!([ID]));
        }
    }

    #[test]
    fn a_token_that_is_too_old_says_to_begin_anew() {
        let old = r#"{"error": {"code": "0x80044352", "message": "Version stamp associated with the client has expired."}}"#;
        let script = leads().answer(Method::Get, "leads?", 400, old);
        let input = json!({"table": "lead", "token": link("1")});
        let error = run(&script, "list-changes", input).unwrap_err();
        assert!(matches!(error, Error::CursorExpired(_)), "{error:?}");
        assert!(error.to_string().contains("without a token"), "{error}");
    }

    #[test]
    fn a_table_that_is_not_tracked_says_what_to_do() {
        let off = r#"{"error": {"code": "0x80072491", "message": "Entity lead isn't enabled for change tracking."}}"#;
        let script = leads().answer(Method::Get, "leads", 400, off);
        let error = run(&script, "list-changes", json!({"table": "lead"})).unwrap_err();
        assert!(
            error.to_string().contains("turn change tracking on"),
            "{error}"
        );
    }

    #[test]
    fn a_token_of_another_table_or_organisation_is_refused() {
        for token in [
            format!("{ROOT}/accounts?$deltatoken=1"),
            "https://evil.example/api/data/v9.2/leads?$deltatoken=1".to_owned(),
        ] {
            let script = leads();
            let found = faults(
                run(
                    &script,
                    "list-changes",
                    json!({"table": "lead", "token": token}),
                )
                .unwrap_err(),
            );
            assert_eq!(found[0].0, "/token");
            assert!(sent(&script).is_empty());
        }
    }
}

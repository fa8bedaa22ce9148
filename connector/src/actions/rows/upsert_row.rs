//! `upsert-row`: changes the row if it exists and creates it otherwise.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use serde_json::{Map, Value};

use super::written::{Output, perhaps_done, returned};
use crate::{
    actions::{input::input, options::version},
    columns::Purpose,
    session::{Dataverse, Session},
    webapi::Precondition,
};

input! {
    /// Input of `upsert-row`.
    struct Input {
        /// Table of the row: its logical name (`account`) or its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables", "x-airlock-refine" = true))]
        pub table: String,
    } + row_key + {
        /// Columns of the row with their values; `null` empties a column. A time that names no zone is
        /// UTC.
        #[schemars(extend("x-airlock-pairs" = true, "x-airlock-choices" = "columns"))]
        pub row: Map<String, Value>,
        /// `*`: only change a row that exists. A version tag (`@odata.etag`): only change that
        /// version.
        pub if_match: Option<String>,
        /// `*`: only create a row that does not exist.
        pub if_none_match: Option<String>,
    } + returned + annotations + checks + logic + caller
}

/// The action.
#[derive(Debug)]
pub struct UpsertRow;

impl Action<Dataverse> for UpsertRow {
    const DECLARATION: Declaration = Declaration {
        name: "upsert-row",
        aliases: &[],
        title: "Upsert a row",
        description: "Changes the row with this id or alternate key if there is one, and creates it \
                      otherwise.",
        group: "Rows",
        traits: Traits::CHANGES,
        streams: Streams::NONE,
        examples: &[r#"{"table": "account", "key": {"accountnumber": "A-1001"},
                "row": {"name": "Verona Fashion"}}"#],
    };
    const WRITES: Option<Purpose> = Some(Purpose::Upsert);
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        repeat: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let mut options = input.options()?;
        options.precondition =
            precondition(input.if_match.as_deref(), input.if_none_match.as_deref())?;
        let query = returned(input.select.as_deref(), &options);
        let (table, key) = session
            .row(&input.table, input.id.as_deref(), input.key.as_ref())
            .await?;
        let row = session
            .writable(&table, &input.row, Purpose::Upsert, Some(&key))
            .await?;
        let query = session.named(&table, &query).await?;
        let written = session
            .client()
            .upsert(&table.rows(), &key, row.body, &query, &options)
            .await
            .map_err(|error| perhaps_done(error, repeat))?;
        Ok(Output::new(written, row.notes))
    }
}

fn precondition(
    if_match: Option<&str>,
    if_none_match: Option<&str>,
) -> Result<Option<Precondition>, Error> {
    match (if_match.map(str::trim), if_none_match.map(str::trim)) {
        (None, None) => Ok(None),
        (Some(tag), None) => Ok(Some(version(tag))),
        (None, Some("*")) => Ok(Some(Precondition::Absent)),
        (None, Some(_)) => Err(Error::invalid(
            "/if-none-match",
            "only `*` has a meaning here: create the row, and never change one that exists",
        )),
        (Some(_), Some(_)) => Err(Error::invalid(
            "/if-none-match",
            "if-match wants a row that exists and if-none-match one that does not: give one of them",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_say_whether_the_row_may_exist() {
        let table = [
            (None, None, None),
            (Some("*"), None, Some(Precondition::Exists)),
            (
                Some("W/\"7\""),
                None,
                Some(Precondition::Version("W/\"7\"".to_owned())),
            ),
            (None, Some("*"), Some(Precondition::Absent)),
        ];
        for (if_match, if_none_match, expected) in table {
            assert_eq!(precondition(if_match, if_none_match).unwrap(), expected);
        }
        assert!(precondition(None, Some("W/\"7\"")).is_err());
        assert!(precondition(Some("*"), Some("*")).is_err());
    }
}

//! `disassociate-rows`: unties a row from one or many others.

use airlock_connector::{
    Action, Error, Failure, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::tied::{Link, Outcome, broken_off, others};
use crate::{
    actions::input::input,
    columns::Related,
    session::{Dataverse, Session},
    tables::Table,
    webapi::{CallOptions, Query, RowKey, Tie, TieOutcome},
};

input! {
    /// Input of `disassociate-rows`.
    struct Input {
        /// Table of the row: its logical name (`account`) or its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
    } + row_key + {
        /// Relationship or navigation property that leads to the other rows, such as `Account_Tasks`,
        /// in any case; a lookup column as well.
        pub relationship: String,
        /// The rows to untie from it: each by its id, `contacts(<GUID>)`, its whole address
        /// (`@odata.id`), an alternate key, or as `{"table": …, "id": …}`.
        pub related: Vec<Value>,
    } + logic + caller
}

/// Output of `disassociate-rows`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// The links, in the order in which the rows were given.
    links: Vec<Link>,
}

/// The action.
#[derive(Debug)]
pub struct DisassociateRows;

impl Action<Dataverse> for DisassociateRows {
    const DECLARATION: Declaration = Declaration {
        name: "disassociate-rows",
        aliases: &[],
        title: "Disassociate rows",
        description: "Unties a row from others; the rows themselves stay. A link that does not exist \
                      is an error.",
        group: "Relations",
        traits: Traits::CHANGES,
        streams: Streams::NONE,
        examples: &[
            r#"{"table": "account", "id": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670",
                "relationship": "contact_customer_accounts",
                "related": ["contacts(2ec9e73a-cf38-57e2-b4ad-2f5e56d26671)"]}"#,
        ],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        repeat: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let options = input.options()?;
        if input.related.is_empty() {
            return Err(Error::invalid("/related", "which rows? Name one at least"));
        }
        let (table, key) = session
            .row(&input.table, input.id.as_deref(), input.key.as_ref())
            .await?;
        let relations = session
            .relations(&table, &input.relationship, "/relationship")
            .await?;
        let others = others(session, &relations, &input.related).await?;
        let may_be_done = repeat.is_some_and(|repeat| repeat.may_be_done);
        let mut links = Vec::with_capacity(others.len());
        for other in &others {
            let outcome = untie(session, &table, &key, other, &options, may_be_done)
                .await
                .map_err(|error| broken_off(error, links.len(), others.len(), "disassociated"))?;
            let outcome = match outcome {
                TieOutcome::Done => Outcome::Disassociated,
                TieOutcome::Before => Outcome::AlreadyDisassociated,
            };
            links.push(Link::new(other, outcome));
        }
        Ok(Output { links })
    }
}

async fn untie<T: Transport>(
    session: &Session<T>,
    table: &Table,
    key: &RowKey,
    other: &Related,
    options: &CallOptions,
    may_be_done: bool,
) -> Result<TieOutcome, Error> {
    let rows = table.rows();
    let tie = Tie {
        table: &rows,
        key,
        navigation: &other.relation.navigation,
        many: other.relation.many,
    };
    let client = session.client();
    // A lookup is emptied whatever it points at, so it has to be looked at first.
    if let Some(column) = other.relation.lookup_value() {
        let query = Query {
            select: vec![column.clone()],
            ..Query::default()
        };
        let found = client.look(&rows, key, &query, options).await?;
        let row: Map<String, Value> = found
            .row
            .and_then(|row| serde_json::from_str(row.get()).ok())
            .unwrap_or_default();
        let now = row.get(&column).and_then(Value::as_str);
        if !now.is_some_and(|id| other.address.ends_with(&format!("({id})"))) {
            if may_be_done && now.is_none() {
                return Ok(TieOutcome::Before);
            }
            return Err(Error::NotFound(Failure::text(format!(
                "{} does not point at {}: there is nothing to disassociate",
                other.relation.navigation,
                other.address.trim_start_matches('/')
            ))));
        }
    }
    client
        .disassociate(tie, &other.address, options, may_be_done)
        .await
}

#[cfg(test)]
mod tests {
    use airlock_connector::{TransportError, http::Method};
    use serde_json::json;

    use super::*;
    use crate::{
        actions::testing::{ID, run, sent},
        tables::testing::organisation,
        webapi::{literal::encode_value, testing::ROOT},
    };

    const OTHER: &str = "5f3e0c11-1111-4222-8333-000000000002";

    fn input(relationship: &str, related: &str) -> Value {
        json!({"table": "account", "id": ID, "relationship": relationship, "related": [related]})
    }

    #[test]
    fn a_row_is_untied_by_its_address() {
        let script = organisation().answer(Method::Delete, "accounts(", 204, "");
        let output = run(
            &script,
            "disassociate-rows",
            input("contoso_partners", OTHER),
        )
        .unwrap();
        assert_eq!(output["links"][0]["outcome"], "disassociated");
        let id = encode_value(&format!("{ROOT}/contacts({OTHER})"));
        let expected = format!("DELETE accounts({ID})/contoso_Partners/$ref?$id={id}");
        assert_eq!(sent(&script), [expected]);
    }

    #[test]
    fn a_link_that_is_not_there_is_an_error_unless_an_attempt_may_have_undone_it() {
        let gone = r#"{"error": {"code": "0x80040217", "message": "does not exist"}}"#;
        let script = organisation().answer(Method::Delete, "accounts(", 404, gone);
        let error = run(
            &script,
            "disassociate-rows",
            input("contoso_Partners", OTHER),
        )
        .unwrap_err();
        assert!(matches!(error, Error::NotFound(_)), "{error:?}");
        let script = organisation()
            .answer(Method::Delete, "accounts(", 429, "")
            .fail(
                Method::Delete,
                "accounts(",
                TransportError::Interrupted("broke".into()),
            )
            .answer(Method::Delete, "accounts(", 404, gone);
        let output = run(
            &script,
            "disassociate-rows",
            input("contoso_Partners", OTHER),
        )
        .unwrap();
        assert_eq!(output["links"][0]["outcome"], "disassociated");
    }

    #[test]
    fn a_lookup_is_emptied_only_if_it_points_at_the_row() {
        let points = json!({"_primarycontactid_value": OTHER}).to_string();
        let script = organisation()
            .answer(Method::Get, "accounts(", 200, &points)
            .answer(Method::Delete, "accounts(", 204, "");
        run(
            &script,
            "disassociate-rows",
            input("primarycontactid", OTHER),
        )
        .unwrap();
        let expected = format!("DELETE accounts({ID})/primarycontactid/$ref");
        assert_eq!(sent(&script).last(), Some(&expected));
        let script = organisation().answer(Method::Get, "accounts(", 200, &points);
        let error = run(&script, "disassociate-rows", input("primarycontactid", ID)).unwrap_err();
        assert!(error.to_string().contains("does not point at"), "{error}");
        assert_eq!(sent(&script).len(), 1);
    }
}

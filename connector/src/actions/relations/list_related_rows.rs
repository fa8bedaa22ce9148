//! `list-related-rows`: the rows at the other end of a relationship, page by page as any list.

use airlock_connector::{
    Action, Error, IdempotencyKey, Summary, Transport,
    declare::{Declaration, Streams, Traits},
    stream::Pipe,
};

use crate::{
    actions::{
        input::input,
        rows::list_rows::{self as list, Input as List, Output as Listed, Place},
    },
    session::{Dataverse, Session},
};

input! {
    /// Input of `list-related-rows`.
    struct Input {
        /// Table of the row: its logical name (`account`) or its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
    } + row_key + {
        /// Relationship or navigation property that leads to the rows, such as `Account_Tasks`, in any
        /// case.
        pub relationship: String,
        /// Columns to give; all of them unless some are named.
        pub select: Option<Vec<String>>,
        /// OData condition on the related rows, such as `statecode eq 0`, without `$filter=` and not
        /// encoded.
        pub filter: Option<String>,
        /// Columns to sort by, each with `desc` behind it to turn the order round.
        pub orderby: Option<Vec<String>>,
        /// Rows related to those, inline, each a navigation property with its options in parentheses.
        pub expand: Option<Vec<String>>,
        /// At most so many rows. When there are more, the answer says so and carries the link to them.
        #[schemars(range(min = 1, max = 5000))]
        pub top: Option<u32>,
        /// Follow the links from page to page until there are no more rows.
        pub fetch_all: Option<bool>,
        /// Rows per page; 5000 unless said otherwise, which is also the most the service gives.
        #[schemars(range(min = 1, max = 5000))]
        pub page_size: Option<u32>,
        /// `next-page` of an earlier answer, to go on from there.
        pub next_page: Option<String>,
        /// Also count the rows. The service counts to 5000 and no further.
        pub count: Option<bool>,
    } + annotations + caller
}

/// The action.
#[derive(Debug)]
pub struct ListRelatedRows;

impl Action<Dataverse> for ListRelatedRows {
    const DECLARATION: Declaration = Declaration {
        name: "list-related-rows",
        aliases: &[],
        title: "List related rows",
        description: "Lists the rows that a relationship ties to a row, one page or all of them. \
                      Streams them as one JSON object per line.",
        group: "Relations",
        traits: Traits::READS,
        streams: Streams::ROWS_OUT,
        examples: &[
            r#"{"table": "account", "id": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670",
                "relationship": "contact_customer_accounts", "select": ["fullname"]}"#,
        ],
    };
    type Input = Input;
    type Output = Listed;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Listed, Error> {
        let (place, list) = of(session, input).await?;
        list::give(session, list, Some(place)).await
    }

    async fn pipe<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
        pipe: Pipe<'_>,
    ) -> Result<Summary, Error> {
        let (place, list) = of(session, input).await?;
        list::stream(session, list, Some(place), pipe).await
    }
}

/// Where the rows are, and what is asked of them.
async fn of<T: Transport>(session: &Session<T>, input: Input) -> Result<(Place, List), Error> {
    // In whose name is told before a table is asked for.
    input.options()?;
    let (table, key) = session
        .row(&input.table, input.id.as_deref(), input.key.as_ref())
        .await?;
    let relations = session
        .relations(&table, &input.relationship, "/relationship")
        .await?;
    let relation = match relations.as_slice() {
        [only] if only.many => only,
        _ => {
            return Err(Error::invalid(
                "/relationship",
                format!(
                    "`{}` leads to one row: get it with get-row, which gives it inline by expand",
                    input.relationship
                ),
            ));
        }
    };
    let (resource, aliases) = key.address(&table.set, "");
    let place = Place {
        table: session.table(&relation.target, "/relationship").await?,
        resource: format!("{resource}/{}", relation.navigation),
        aliases,
    };
    let list = List {
        table: relation.target.clone(),
        select: input.select,
        filter: input.filter,
        orderby: input.orderby,
        expand: input.expand,
        top: input.top,
        fetch_all: input.fetch_all,
        page_size: input.page_size,
        next_page: input.next_page,
        count: input.count,
        formatted_values: input.formatted_values,
        all_annotations: input.all_annotations,
        full_metadata: input.full_metadata,
        impersonate_user_id: input.impersonate_user_id,
        impersonate_object_id: input.impersonate_object_id,
        fetch_xml: None,
        apply: None,
        parameters: None,
        minimum_count: None,
        skip: None,
        saved_view: None,
        user_view: None,
        partition: None,
    };
    Ok((place, list))
}

#[cfg(test)]
mod tests {
    use airlock_connector::{TransportError, http::Method};
    use serde_json::{Value, json};

    use crate::{
        actions::testing::{ID, faults, run, sent},
        tables::testing::organisation,
        webapi::testing::ROOT,
    };

    fn input(more: Value) -> Value {
        let mut input = json!({"table": "account", "id": ID});
        input
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        input
    }

    #[test]
    fn all_pages_come_through_throttling_and_a_lost_answer() {
        let next = format!("{ROOT}/accounts({ID})/Account_Tasks?next=1");
        let first = json!({"value": [{"subject": "a"}], "@odata.nextLink": next}).to_string();
        let second = json!({"value": [{"subject": "b"}]}).to_string();
        let page = format!("accounts({ID})/Account_Tasks?$select=subject&$filter");
        let more = format!("accounts({ID})/Account_Tasks?next");
        let script = organisation()
            .answer(Method::Get, &page, 200, &first)
            .answer(Method::Get, &more, 429, "")
            .fail(
                Method::Get,
                &more,
                TransportError::Interrupted("broke".into()),
            )
            .answer(Method::Get, &more, 200, &second);
        let asked = input(
            json!({"relationship": "ACCOUNT_TASKS", "select": ["subject"],
            "filter": "statecode eq 0", "fetch-all": true}),
        );
        let output = run(&script, "list-related-rows", asked).unwrap();
        assert_eq!(output["rows"], json!([{"subject": "a"}, {"subject": "b"}]));
        assert_eq!(sent(&script).len(), 4);
    }

    #[test]
    fn a_row_is_named_by_its_key_as_well() {
        let script = organisation().answer(Method::Get, "accounts(", 200, r#"{"value": []}"#);
        let asked = json!({"table": "account", "key": {"accountnumber": "A/1"},
            "relationship": "contoso_Partners", "select": ["lastname"]});
        run(&script, "list-related-rows", asked).unwrap();
        let expected =
            "GET accounts(accountnumber=@p1)/contoso_Partners?@p1='A%2F1'&$select=lastname";
        assert_eq!(sent(&script), [expected]);
    }

    #[test]
    fn a_way_to_one_row_and_no_way_are_refused() {
        let table = [
            ("primarycontactid", "leads to one row"),
            ("Account_Taks", "did you mean Account_Tasks"),
        ];
        for (relationship, words) in table {
            let script = organisation();
            let asked = input(json!({"relationship": relationship}));
            let found = faults(run(&script, "list-related-rows", asked).unwrap_err());
            assert_eq!(found[0].0, "/relationship");
            assert!(found[0].1.contains(words), "{found:?}");
            assert!(sent(&script).is_empty());
        }
    }
}

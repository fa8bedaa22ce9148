//! Where a list begins and how far it goes: rows left out, and rows that are enough.

use airlock_connector::{Error, FieldError};

use super::Input;
use crate::{
    tables::Table,
    webapi::{Query, headers::LARGEST_PAGE},
};

/// Most rows that can be left out, or wanted at least.
const MOST: u32 = 100_000;

/// How many rows are left out at the beginning.
///
/// # Errors
/// [`Error::InvalidInput`] at `/skip` where they cannot be.
pub(super) fn skip(input: &Input) -> Result<u32, Error> {
    let Some(skip) = input.skip.filter(|skip| *skip > 0) else {
        return Ok(0);
    };
    let wrong = |message: String| Err(Error::invalid("/skip", message));
    if skip > MOST {
        return wrong(format!(
            "at most {MOST} rows can be left out: narrow the condition instead"
        ));
    }
    if input.next_page.is_some() {
        return wrong("next-page goes on where its list stopped: leave one of them out".to_owned());
    }
    if input.fetch_xml.is_some() {
        return wrong(
            "FetchXML says this itself, by page and count: leave one of them out".to_owned(),
        );
    }
    // `top` is one page, and what is left out comes with it.
    if let Some(top) = input.top
        && top.saturating_add(skip) > LARGEST_PAGE
    {
        return wrong(format!(
            "skip and top together go beyond {LARGEST_PAGE} rows, which is as many as come at once: use fetch-all"
        ));
    }
    Ok(skip)
}

/// Refuses sizes that the service does not give; asked for, it would take others by itself.
///
/// # Errors
/// [`Error::InvalidInput`] at `/top` or `/page-size`.
pub(super) fn sizes(input: &Input) -> Result<(), Error> {
    let sizes = [("top", input.top), ("page-size", input.page_size)];
    let faults: Vec<FieldError> = sizes
        .into_iter()
        .filter_map(|(name, size)| Some((name, size?)))
        .filter(|(_, size)| !(1..=LARGEST_PAGE).contains(size))
        .map(|(name, size)| {
            FieldError::new(
                format!("/{name}"),
                format!("a number from 1 to {LARGEST_PAGE} is needed here, not {size}"),
            )
        })
        .collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::InvalidInput(faults))
    }
}

/// How many rows are enough where not all are wanted.
///
/// # Errors
/// [`Error::InvalidInput`] at `/minimum-count` for a number that is none, or beside `top`.
pub(super) fn enough(input: &Input) -> Result<u64, Error> {
    let Some(least) = input.minimum_count else {
        return Ok(1);
    };
    let wrong = |message: String| Err(Error::invalid("/minimum-count", message));
    if !(1..=MOST).contains(&least) {
        return wrong(format!(
            "{least} rows cannot be wanted at least: 1 to {MOST} are possible"
        ));
    }
    if input.top.is_some() {
        return wrong(
            "top says how many rows at most, which is one page: leave one of them out".to_owned(),
        );
    }
    Ok(u64::from(least))
}

/// Gives each row one place in the order, so that those left out are always the same.
pub(super) fn settle(query: &mut Query, table: &Table) {
    let id = table.primary_id.as_str();
    let named = |part: &String| part.split_whitespace().next() == Some(id);
    if query.apply.is_none() && !query.order_by.iter().any(named) {
        query.order_by.push(id.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use airlock_connector::http::Method;
    use serde_json::json;

    use super::super::tests::{page, prefer};
    use crate::actions::testing::{faults, leads, run, sent};

    #[test]
    fn rows_are_left_out_at_the_beginning_in_a_settled_order() {
        let script = leads().answer(
            Method::Get,
            "leads?",
            200,
            &page(&["a", "b", "c"], Some("leads?next=1")),
        );
        let input = json!({"table": "lead", "skip": 2, "top": 1, "orderby": ["subject"]});
        let output = run(&script, "list-rows", input).unwrap();
        assert_eq!(output["rows"], json!([{"subject": "c"}]));
        assert_eq!(output["truncated"], true);
        assert_eq!(sent(&script), ["GET leads?$orderby=subject,leadid"]);
        assert_eq!(prefer(&script).as_deref(), Some("odata.maxpagesize=3"));
    }

    #[test]
    fn pages_come_whole_until_there_are_enough_rows() {
        let script = leads()
            .answer(
                Method::Get,
                "leads?next=1",
                200,
                &page(&["c", "d"], Some("leads?next=2")),
            )
            .answer(
                Method::Get,
                "leads",
                200,
                &page(&["a", "b"], Some("leads?next=1")),
            );
        let output = run(
            &script,
            "list-rows",
            json!({"table": "lead", "minimum-count": 3}),
        )
        .unwrap();
        assert_eq!(output["rows"].as_array().unwrap().len(), 4);
        assert_eq!(output["truncated"], true);
    }

    #[test]
    fn bounds_that_cannot_be_are_refused() {
        let table = [
            (json!({"skip": 100_001}), "/skip"),
            (json!({"skip": 4_999, "top": 2}), "/skip"),
            (json!({"skip": 1, "next-page": "leads?next=1"}), "/skip"),
            (json!({"skip": 1, "fetch-xml": "<fetch/>"}), "/skip"),
            (
                json!({"saved-view": "a", "fetch-xml": "<fetch/>"}),
                "/saved-view",
            ),
            (json!({"minimum-count": 0}), "/minimum-count"),
            (json!({"minimum-count": 100_001}), "/minimum-count"),
            (json!({"minimum-count": 2, "top": 2}), "/minimum-count"),
        ];
        for (more, pointer) in table {
            let script = leads();
            let mut input = json!({"table": "lead"});
            input
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            let found = faults(run(&script, "list-rows", input).unwrap_err());
            assert_eq!(found[0].0, pointer, "{more}");
            assert!(sent(&script).is_empty());
        }
    }

    #[test]
    fn a_partition_is_a_parameter() {
        let script = leads().answer(Method::Get, "leads?", 200, &page(&["a"], None));
        run(
            &script,
            "list-rows",
            json!({"table": "lead", "partition": "p 1"}),
        )
        .unwrap();
        assert_eq!(sent(&script), ["GET leads?partitionId=p%201"]);
    }
}

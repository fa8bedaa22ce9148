use crate::webapi::testing::{client_of, contoso};
use airlock_connector::{http::Method, testing::Script};
use futures::executor::block_on;

use super::*;
use crate::webapi::testing::ROOT;

const GET: Method = Method::Get;

fn pager(options: CallOptions) -> Pager {
    Pager::new(format!("{ROOT}/accounts?$select=name"), options)
}

async fn all(script: &Script, mut pager: Pager) -> Result<Vec<String>, Error> {
    let client = client_of(script);
    let mut rows = Vec::new();
    while let Some(page) = pager.page(&client).await? {
        rows.extend(page.rows().map(str::to_owned));
    }
    Ok(rows)
}

fn page(rows: &str, next: Option<&str>) -> String {
    match next {
        Some(next) => format!(r#"{{"value":[{rows}],"@odata.nextLink":"{next}"}}"#),
        None => format!(r#"{{"value":[{rows}]}}"#),
    }
}

#[test]
fn pages_are_followed_byte_for_byte_and_with_the_same_preferences() {
    let link = format!("{ROOT}/accounts?$select=name&$skiptoken=%3Ccookie%20p=%22%253cx%22/%3E");
    let script = contoso()
        .answer(
            GET,
            "accounts?$select=name&$skip",
            200,
            &page(r#"{"n":2}"#, None),
        )
        .answer(GET, "accounts", 200, &page(r#"{"n":1}"#, Some(&link)));
    let options = CallOptions {
        page_size: Some(1),
        ..CallOptions::default()
    };
    let rows = block_on(all(&script, pager(options))).unwrap();
    assert_eq!(rows, [r#"{"n":1}"#, r#"{"n":2}"#]);
    assert_eq!(script.request(1).url, link);
    for index in [0, 1] {
        let headers = script.request(index).headers;
        assert_eq!(headers.get("prefer"), Some("odata.maxpagesize=1"));
    }
}

#[test]
fn an_empty_page_is_not_the_end() {
    let link = format!("{ROOT}/accounts?$skiptoken=2");
    let script = contoso()
        .answer(GET, "accounts?$skiptoken=2", 200, &page(r#"{"n":1}"#, None))
        .answer(GET, "accounts", 200, &page("", Some(&link)));
    let rows = block_on(all(&script, pager(CallOptions::default()))).unwrap();
    assert_eq!(rows, [r#"{"n":1}"#]);
}

#[test]
fn a_circle_of_pages_is_noticed() {
    let a = format!("{ROOT}/accounts?$skiptoken=a");
    let b = format!("{ROOT}/accounts?$skiptoken=b");
    let script = contoso()
        .always(GET, "accounts?$skiptoken=a", 200, &page("{}", Some(&b)))
        .always(GET, "accounts?$skiptoken=b", 200, &page("{}", Some(&a)))
        .always(GET, "accounts", 200, &page("{}", Some(&a)));
    let error = block_on(all(&script, pager(CallOptions::default()))).unwrap_err();
    assert!(
        error.to_string().contains("already read (after 3 pages)"),
        "{error}"
    );
    assert_eq!(script.sent().len(), 3);
}

#[test]
fn a_page_of_another_origin_is_never_asked_for() {
    let script = contoso().answer(
        GET,
        "accounts",
        200,
        &page(
            "{}",
            Some("http://contoso.crm.dynamics.com/api/data/v9.2/accounts?p=2"),
        ),
    );
    let error = block_on(all(&script, pager(CallOptions::default()))).unwrap_err();
    assert!(matches!(error, Error::Rejected(_)), "{error:?}");
    assert_eq!(script.sent().len(), 1);
}

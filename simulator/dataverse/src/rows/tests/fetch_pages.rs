//! FetchXML: pages by number, by cookie and by next link.

use super::*;

fn page(sim: &Sim, root: &str, inside: &str) -> Value {
    let xml = format!(
        "<fetch {root}><entity name='account'><attribute name='name'/>{inside}</entity></fetch>"
    );
    let answer = sim.get_with(
        &format!("accounts?{}", fetch(&xml)),
        "odata.include-annotations=\"*\"",
    );
    assert_eq!(answer.status(), StatusCode::OK, "{xml}: {}", answer.text());
    answer.json()
}

fn names(body: &Value) -> Vec<String> {
    let rows = body["value"].as_array().unwrap();
    rows.iter()
        .map(|row| row["name"].as_str().unwrap().to_owned())
        .collect()
}

fn seven(sim: &Sim) {
    for name in ["a & b", "c", "d", "e", "f", "g"] {
        sim.create("accounts", json!({"name": name, "industrycode": 7}));
    }
    sim.create("accounts", json!({"name": "h"}));
}

/// The value for the next request, as the documentation has clients make it: decoded twice, then escaped for XML.
fn next_cookie(body: &Value) -> String {
    let annotation = body["@Microsoft.Dynamics.CRM.fetchxmlpagingcookie"]
        .as_str()
        .unwrap();
    let (_, rest) = annotation.split_once("pagingcookie=\"").unwrap();
    let (encoded, _) = rest.split_once('"').unwrap();
    let once = percent_encoding::percent_decode_str(encoded)
        .decode_utf8()
        .unwrap()
        .into_owned();
    let twice = percent_encoding::percent_decode_str(&once)
        .decode_utf8()
        .unwrap()
        .into_owned();
    quick_xml::escape::escape(&twice).into_owned()
}

#[test]
fn cookies_lead_through_every_row_once() {
    let sim = Sim::new();
    seven(&sim);
    for order in [
        "",
        "<order attribute='name'/>",
        "<order attribute='name' descending='true'/>",
        "<order attribute='industrycode'/><order attribute='accountid' descending='true'/>",
        "<order attribute='ownerid'/><order attribute='name'/>",
    ] {
        let whole = names(&page(&sim, "", order));
        let mut found = Vec::new();
        let mut cookie = String::new();
        for number in 1..=4 {
            let body = page(&sim, &format!("count='3' page='{number}' {cookie}"), order);
            found.extend(names(&body));
            if body.get("@Microsoft.Dynamics.CRM.morerecords").is_none() {
                assert!(
                    body.get("@Microsoft.Dynamics.CRM.fetchxmlpagingcookie")
                        .is_none()
                );
                break;
            }
            assert_eq!(body["@Microsoft.Dynamics.CRM.morerecords"], true);
            cookie = format!("paging-cookie='{}'", next_cookie(&body));
        }
        assert_eq!(found, whole, "{order}");
    }
}

#[test]
fn numbers_alone_skip_rows_and_reach_only_so_far() {
    let sim = Sim::new();
    seven(&sim);
    let order = "<order attribute='name'/>";
    assert_eq!(
        names(&page(&sim, "count='3' page='2'", order)),
        ["e", "f", "g"]
    );
    assert_eq!(names(&page(&sim, "count='3' page='3'", order)), ["h"]);
    assert_eq!(page(&sim, "count='3' page='4'", order)["value"], json!([]));
    let far = "<fetch count='5000' page='11'><entity name='account'/></fetch>";
    assert_eq!(sim.get(&format!("accounts?{}", fetch(far))).status(), 400);
}

#[test]
fn an_order_by_a_linked_column_has_no_cookie() {
    let sim = Sim::new();
    seven(&sim);
    let linked = "<link-entity name='systemuser' from='systemuserid' to='createdby' alias='u'><order attribute='fullname'/>\
                  </link-entity>";
    let body = page(&sim, "count='3'", linked);
    assert_eq!(body["@Microsoft.Dynamics.CRM.morerecords"], true);
    assert!(
        body.get("@Microsoft.Dynamics.CRM.fetchxmlpagingcookie")
            .is_none()
    );
}

#[test]
fn a_cookie_of_another_query_is_refused() {
    let sim = Sim::new();
    seven(&sim);
    let other = "&lt;cookie page=\"1\"&gt;&lt;fax last=\"1\" first=\"1\"/&gt;&lt;/cookie&gt;";
    for (cookie, expected) in [
        ("nonsense", "0x8004112a"),
        (other, "0x80041129"),
        ("%25", "0x8004112a"),
    ] {
        let xml = format!(
            "<fetch count='3' page='2' paging-cookie='{cookie}'><entity name='account'/></fetch>"
        );
        let (status, code, _) = sim.get(&format!("accounts?{}", fetch(&xml))).refusal();
        assert_eq!((status, code.as_str()), (400, expected), "{cookie}");
    }
}

#[test]
fn a_page_size_preferred_gives_next_links() {
    let sim = Sim::new();
    seven(&sim);
    for inside in [
        "<order attribute='name'/>",
        "<link-entity name='systemuser' from='systemuserid' to='createdby' alias='u'><order attribute='fullname'/></link-entity>",
    ] {
        let xml = format!(
            "<fetch><entity name='account'><attribute name='name'/>{inside}</entity></fetch>"
        );
        let mut url = format!("accounts?{}", fetch(&xml));
        let mut found = Vec::new();
        loop {
            let answer = sim.get_with(&url, "odata.maxpagesize=3");
            assert_eq!(
                answer.header("preference-applied"),
                Some("odata.maxpagesize=3")
            );
            let body = answer.json();
            found.extend(names(&body));
            match body["@odata.nextLink"].as_str() {
                Some(next) => {
                    url = next
                        .strip_prefix(ROOT)
                        .unwrap()
                        .trim_start_matches('/')
                        .to_owned()
                }
                None => break,
            }
        }
        found.sort();
        assert_eq!(found, ["a & b", "c", "d", "e", "f", "g", "h"]);
    }
}

#[test]
fn totals_are_told_when_asked_for() {
    let sim = Sim::new();
    seven(&sim);
    let body = page(&sim, "count='2' returntotalrecordcount='true'", "");
    assert_eq!(body["@odata.count"], 7);
    assert_eq!(body["@Microsoft.Dynamics.CRM.totalrecordcount"], 7);
    assert_eq!(
        body["@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded"],
        false
    );
    let body = page(&sim, "top='2'", "");
    assert_eq!(names(&body).len(), 2);
    assert!(body.get("@Microsoft.Dynamics.CRM.morerecords").is_none());
    assert!(body.get("@odata.count").is_none());
}

use super::*;

/// Follows next links to the end and gathers one property.
fn all(sim: &Sim, url: &str, size: u32, property: &str) -> (Vec<Value>, usize) {
    let prefer = format!("odata.maxpagesize={size}");
    let (mut url, mut found, mut pages) = (url.to_owned(), Vec::new(), 0);
    loop {
        let answer = sim.get_with(&url, &prefer);
        assert_eq!(answer.status(), StatusCode::OK, "{}", answer.text());
        assert_eq!(answer.header("preference-applied"), Some(prefer.as_str()));
        let page = answer.json();
        found.extend(
            page["value"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row[property].clone()),
        );
        pages += 1;
        match page["@odata.nextLink"].as_str() {
            Some(link) => url = link.strip_prefix(&format!("{ROOT}/")).unwrap().to_owned(),
            None => return (found, pages),
        }
    }
}

fn ten(sim: &Sim) {
    for number in 0..10 {
        let mut row = json!({"name": format!("Row {}", number / 3)});
        if number % 2 == 0 {
            row["revenue"] = json!(number);
        }
        sim.create("accounts", row);
    }
}

#[test]
fn pages_cover_every_row_once_whatever_the_order() {
    let sim = Sim::new();
    ten(&sim);
    for order in [
        "",
        "&$orderby=name",
        "&$orderby=revenue desc",
        "&$orderby=name desc,revenue",
        "&$orderby=_ownerid_value",
    ] {
        for size in [1, 3, 5, 10, 11] {
            let (mut ids, pages) = all(
                &sim,
                &format!("accounts?$select=name{order}"),
                size,
                "accountid",
            );
            assert_eq!(ids.len(), 10, "{order} {size}");
            assert_eq!(pages, 10usize.div_ceil(size as usize), "{order} {size}");
            ids.sort_by_key(ToString::to_string);
            ids.dedup();
            assert_eq!(ids.len(), 10, "{order} {size}");
        }
    }
    let (names, _) = all(&sim, "accounts?$select=name&$orderby=name desc", 4, "name");
    assert!(names.is_sorted_by_key(|name| std::cmp::Reverse(name.as_str().unwrap().to_owned())));
}

#[test]
fn a_next_link_repeats_the_query_and_carries_the_cookie() {
    let sim = Sim::new();
    ten(&sim);
    let page = sim
        .get_with(
            "accounts?$select=name&$filter=contains(name,'row')&$count=true",
            "odata.maxpagesize=4",
        )
        .json();
    assert_eq!(page["@odata.count"], 10);
    let link = page["@odata.nextLink"].as_str().unwrap();
    let expected = format!(
        "{ROOT}/accounts?$select=name&$filter=contains(name,'row')&$count=true&$skiptoken=%3Ccookie%20pagenumber=%222%22%20pagingcookie=%22%253ccookie"
    );
    assert!(link.starts_with(&expected), "{link}");
    assert!(link.ends_with("istracking=%22False%22%20/%3E"), "{link}");
    assert_eq!(
        page.as_object().unwrap().keys().next_back().unwrap(),
        "@odata.nextLink"
    );
}

#[test]
fn top_cuts_without_a_link_and_yields_to_the_page_size() {
    let sim = Sim::new();
    ten(&sim);
    let page = sim.get("accounts?$select=name&$top=3").json();
    assert_eq!(page["value"].as_array().unwrap().len(), 3);
    assert!(page.get("@odata.nextLink").is_none());
    let page = sim
        .get_with("accounts?$select=name&$top=3", "odata.maxpagesize=5")
        .json();
    assert_eq!(page["value"].as_array().unwrap().len(), 5);
    assert!(page.get("@odata.nextLink").is_some());
}

#[test]
fn related_rows_are_paged_like_any_others() {
    let sim = Sim::new();
    let tasks: Vec<_> = (0..5)
        .map(|number| json!({"subject": format!("T{number}")}))
        .collect();
    let id = sim.create("accounts", json!({"name": "A", "Account_Tasks": tasks}));
    let (subjects, pages) = all(
        &sim,
        &format!("accounts({id})/Account_Tasks?$select=subject&$orderby=subject"),
        2,
        "subject",
    );
    assert_eq!((subjects.len(), pages), (5, 3));
    assert_eq!(subjects[4], "T4");
}

#[test]
fn a_strange_cookie_is_refused() {
    let sim = Sim::new();
    ten(&sim);
    assert_eq!(
        sim.get("accounts?$skiptoken=nonsense").refusal().1,
        "0x8004112a"
    );
    let link = sim
        .get_with("accounts?$orderby=name", "odata.maxpagesize=2")
        .json()["@odata.nextLink"]
        .as_str()
        .unwrap()
        .to_owned();
    let token = link.split_once("$skiptoken=").unwrap().1;
    assert_eq!(
        sim.get(&format!("accounts?$orderby=revenue&$skiptoken={token}"))
            .refusal()
            .1,
        "0x8004112a"
    );
}

#[test]
fn addresses_are_paged_like_rows() {
    let sim = Sim::new();
    business(&sim);
    let mut url = "accounts/$ref?$orderby=name".to_owned();
    let mut found = Vec::new();
    loop {
        let body = sim.get_with(&url, "odata.maxpagesize=2").json();
        let rows = body["value"].as_array().unwrap().clone();
        found.extend(rows.into_iter().map(|row| row["@odata.id"].clone()));
        match body["@odata.nextLink"].as_str() {
            Some(next) => url = next[ROOT.len() + 1..].to_owned(),
            None => break,
        }
    }
    found.dedup();
    assert_eq!(found.len(), 3);
}

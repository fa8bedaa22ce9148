use super::*;

fn names(sim: &Sim, filter: &str) -> Vec<String> {
    let url = format!(
        "accounts?$select=name&$orderby=name&$filter={}",
        filter.replace('%', "%25").replace('+', "%2B")
    );
    sim.list(&url, "name")
        .into_iter()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn filters_find_what_the_service_would_find() {
    let sim = Sim::new();
    let Business { harbor, ada, .. } = business(&sim);
    let (h, n, e) = ("Harbor Tools", "north wind", "Éclair");
    for (filter, expected) in [
        ("name eq 'HARBOR TOOLS'".to_owned(), vec![h]),
        ("name eq 'éCLAIR'".to_owned(), vec![e]),
        ("name ne 'harbor tools'".to_owned(), vec![n, e]),
        ("revenue ne 10.5".to_owned(), vec![h, e]),
        ("revenue gt 10.4999".to_owned(), vec![h, n]),
        ("revenue eq 10.50".to_owned(), vec![n]),
        ("revenue eq 10.50001".to_owned(), vec![]),
        ("10 lt revenue and revenue le 10.5".to_owned(), vec![n]),
        ("revenue eq null".to_owned(), vec![e]),
        ("revenue ne null".to_owned(), vec![h, n]),
        ("numberofemployees gt 5 or numberofemployees eq null".to_owned(), vec![h, e]),
        ("not (numberofemployees gt 5)".to_owned(), vec![n]),
        ("contains(name,'r t')".to_owned(), vec![h]),
        ("startswith(name,'NORTH')".to_owned(), vec![n]),
        ("startswith(name,'É')".to_owned(), vec![e]),
        ("endswith(name,'wind')".to_owned(), vec![n]),
        ("contains(name,'h%t')".to_owned(), vec![h]),
        ("startswith(name,'[hn]')".to_owned(), vec![h, n]),
        ("not contains(name,'o')".to_owned(), vec![e]),
        ("contains(name,'o') eq false".to_owned(), vec![e]),
        ("industrycode eq 7".to_owned(), vec![h]),
        ("donotemail eq false and statecode eq 0".to_owned(), vec![h, n, e]),
        (format!("accountid eq {harbor}"), vec![h]),
        (format!("_primarycontactid_value eq {ada}"), vec![h]),
        (format!("_primarycontactid_value eq '{ada}'"), vec![h]),
        ("primarycontactid/fullname eq 'ada lind'".to_owned(), vec![h]),
        ("primarycontactid/createdby/fullname eq 'Ada Park'".to_owned(), vec![h]),
        ("primarycontactid/fullname eq null".to_owned(), vec![n, e]),
        ("ownerid/name eq 'Ada Park'".to_owned(), vec![h, n, e]),
        ("createdon ge 2026-03-25".to_owned(), vec![h, n, e]),
        ("createdon lt 2026-03-25T17:42:47Z".to_owned(), vec![]),
        ("name eq accountnumber".to_owned(), vec![]),
        ("Account_Tasks/any(t:t/subject eq 'call back')".to_owned(), vec![h]),
        ("Account_Tasks/any()".to_owned(), vec![h]),
        ("not Account_Tasks/any()".to_owned(), vec![n, e]),
        ("Account_Tasks/all(t:t/subject eq 'other')".to_owned(), vec![n, e]),
        ("contact_customer_accounts/any(c:c/lastname eq 'Noone' and c/createdby/lastname eq 'Park')".to_owned(), vec![h]),
        ("name eq @p1&@p1='éclair'".to_owned(), vec![e]),
    ] {
        assert_eq!(names(&sim, &filter), expected, "{filter}");
    }
}

#[test]
fn dataverse_functions_take_named_parameters_and_texts() {
    let sim = Sim::new();
    let Business { harbor, plain, .. } = business(&sim);
    sim.patch(
        &format!("accounts({plain})"),
        &[],
        json!({"parentaccountid@odata.bind": format!("accounts({harbor})")}),
    );
    let (h, n, e) = ("Harbor Tools", "north wind", "Éclair");
    for (function, expected) in [
        (
            "In(PropertyName='name',PropertyValues=[\"north wind\",\"ÉCLAIR\"])".to_owned(),
            vec![n, e],
        ),
        (
            "NotIn(PropertyName='name',PropertyValues=[\"north wind\"])".to_owned(),
            vec![h, e],
        ),
        (
            "In(PropertyName='numberofemployees',PropertyValues=['5','6'])&x="
                .replace('\'', "\"")
                .replace("\"numberofemployees\"", "'numberofemployees'"),
            vec![n],
        ),
        (
            "Between(PropertyName='numberofemployees',PropertyValues=[\"5\",\"2000\"])".to_owned(),
            vec![h, n],
        ),
        (
            "NotBetween(PropertyName='numberofemployees',PropertyValues=[\"6\",\"2000\"])"
                .to_owned(),
            vec![n],
        ),
        ("Today(PropertyName='createdon')".to_owned(), vec![h, n, e]),
        ("Yesterday(PropertyName='createdon')".to_owned(), vec![]),
        (
            "LastXDays(PropertyName='createdon',PropertyValue=7)".to_owned(),
            vec![h, n, e],
        ),
        (
            "OlderThanXHours(PropertyName='createdon',PropertyValue=1)".to_owned(),
            vec![],
        ),
        (
            "On(PropertyName='createdon',PropertyValue='2026-03-25')".to_owned(),
            vec![h, n, e],
        ),
        (
            "OnOrAfter(PropertyName='createdon',PropertyValue='2026-03-26')".to_owned(),
            vec![],
        ),
        (
            "InFiscalYear(PropertyName='createdon',PropertyValue=2026)".to_owned(),
            vec![h, n, e],
        ),
        (
            "EqualUserId(PropertyName='ownerid')".to_owned(),
            vec![h, n, e],
        ),
        ("NotEqualUserId(PropertyName='ownerid')".to_owned(), vec![]),
        (
            "EqualBusinessId(PropertyName='owningbusinessunit')".to_owned(),
            vec![h, n, e],
        ),
        (
            format!("Under(PropertyName='accountid',PropertyValue='{harbor}')"),
            vec![e],
        ),
        (
            format!("UnderOrEqual(PropertyName='accountid',PropertyValue='{harbor}')"),
            vec![h, e],
        ),
        (
            format!("AboveOrEqual(PropertyName='accountid',PropertyValue='{plain}')"),
            vec![h, e],
        ),
        (
            format!("NotUnder(PropertyName='accountid',PropertyValue='{harbor}')"),
            vec![n],
        ),
    ] {
        assert_eq!(
            names(&sim, &format!("Microsoft.Dynamics.CRM.{function}")),
            expected,
            "{function}"
        );
    }
    assert_eq!(
        names(
            &sim,
            "Microsoft.Dynamics.CRM.In(PropertyName=@a,PropertyValues=@b)&@a='name'&@b=[\"Éclair\"]"
        ),
        [e]
    );
}

#[test]
fn orders_follow_values_and_lookups_follow_names() {
    let sim = Sim::new();
    let Business { harbor, north, .. } = business(&sim);
    let zoe = sim.create("contacts", json!({"lastname": "Zoe"}));
    sim.patch(
        &format!("accounts({north})"),
        &[],
        json!({"primarycontactid@odata.bind": format!("contacts({zoe})")}),
    );
    let order = |key: &str| sim.list(&format!("accounts?$select=name&$orderby={key}"), "name");
    let (h, n, e) = (json!("Harbor Tools"), json!("north wind"), json!("Éclair"));
    assert_eq!(order("revenue"), [e.clone(), n.clone(), h.clone()]);
    assert_eq!(order("revenue desc"), [h.clone(), n.clone(), e.clone()]);
    assert_eq!(
        order("_primarycontactid_value desc"),
        [n.clone(), h.clone(), e.clone()]
    );
    assert_eq!(
        order("primarycontactid/fullname"),
        [e.clone(), h.clone(), n.clone()]
    );
    assert_eq!(order("statecode,name"), [h, n, e]);
    let _ = harbor;
}

#[test]
fn count_and_totals_are_told_up_to_their_limit() {
    let sim = Sim::new();
    business(&sim);
    let answer = sim.get_with(
        "accounts?$select=name&$count=true&$top=1",
        "odata.include-annotations=\"Microsoft.Dynamics.CRM.*\"",
    );
    let page = answer.json();
    assert_eq!(page["@odata.count"], 3);
    assert_eq!(page["@Microsoft.Dynamics.CRM.totalrecordcount"], 3);
    assert_eq!(
        page["@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded"],
        false
    );
    assert_eq!(page["value"].as_array().unwrap().len(), 1);
    let without = sim
        .get_with("accounts?$select=name", "odata.include-annotations=\"*\"")
        .json();
    assert_eq!(without["@Microsoft.Dynamics.CRM.totalrecordcount"], -1);
    let count = sim.get("accounts/$count?$filter=contains(name,'o')");
    assert_eq!(count.0.body.as_ref(), b"\xef\xbb\xbf2");
    assert_eq!(count.header("content-type"), Some("text/plain"));
}

#[test]
fn rows_without_selection_have_every_property_and_nulls() {
    let sim = Sim::new();
    business(&sim);
    let page = sim.get("accounts?$filter=name eq 'Éclair'").json();
    assert_eq!(page["@odata.context"], format!("{ROOT}/$metadata#accounts"));
    let row = &page["value"][0];
    assert_eq!(row["description"], Value::Null);
    assert!(row.as_object().unwrap().len() > 100);
    assert!(
        row.get("entityimage").is_none(),
        "pictures come only when they are asked for"
    );
    assert!(row.get("industrycodename").is_none());
}

#[test]
fn a_filter_as_long_as_a_url_is_answered() {
    let sim = Sim::new();
    business(&sim);
    let long = (0..2_000)
        .map(|number| format!("numberofemployees eq {number}"))
        .collect::<Vec<_>>()
        .join(" or ");
    assert_eq!(names(&sim, &long), ["Harbor Tools", "north wind"]);
}

#[test]
fn endless_paths_are_refused() {
    let sim = Sim::new();
    let path = "parentaccountid/".repeat(70);
    let refused = sim
        .get(&format!("accounts?$filter={path}name eq 'x'"))
        .refusal();
    assert_eq!(
        (refused.0, refused.2.as_str()),
        (400, "The query follows more than 50 lookups.")
    );
}

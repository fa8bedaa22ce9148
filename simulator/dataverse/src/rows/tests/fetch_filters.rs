//! FetchXML: conditions and filters.

use super::*;

/// Names of the accounts that a filter finds, sorted.
fn names(sim: &Sim, filter: &str) -> Vec<String> {
    let xml = format!(
        "<fetch><entity name='account'><attribute name='name'/><order attribute='name'/><filter>{filter}</filter></entity></fetch>"
    );
    sim.list(&format!("accounts?{}", fetch(&xml)), "name")
        .into_iter()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn conditions_find_what_the_service_would_find() {
    let sim = Sim::new();
    let Business {
        harbor, ada, plain, ..
    } = business(&sim);
    sim.patch(
        &format!("accounts({plain})"),
        &[],
        json!({"parentaccountid@odata.bind": format!("accounts({harbor})")}),
    );
    let (h, n, e) = ("Harbor Tools", "north wind", "Éclair");
    for (attributes, values, expected) in [
        (
            "attribute='name' operator='eq' value='HARBOR tools'",
            "",
            vec![h],
        ),
        (
            "attribute='name' operator='ne' value='harbor tools'",
            "",
            vec![n, e],
        ),
        (
            "attribute='name' operator='neq' value='harbor tools'",
            "",
            vec![n, e],
        ),
        (
            "attribute='revenue' operator='ne' value='10.5'",
            "",
            vec![h, e],
        ),
        (
            "attribute='revenue' operator='gt' value='10.5'",
            "",
            vec![h],
        ),
        (
            "attribute='revenue' operator='le' value='10.5'",
            "",
            vec![n],
        ),
        ("attribute='revenue' operator='null'", "", vec![e]),
        (
            "attribute='revenue' operator='not-null' value=''",
            "",
            vec![h, n],
        ),
        (
            "attribute='name' operator='like' value='%OR%'",
            "",
            vec![h, n],
        ),
        (
            "attribute='name' operator='like' value='[hn]%'",
            "",
            vec![h, n],
        ),
        (
            "attribute='name' operator='not-like' value='%or%'",
            "",
            vec![e],
        ),
        (
            "attribute='accountnumber' operator='not-like' value='H%'",
            "",
            vec![n, e],
        ),
        (
            "attribute='name' operator='begins-with' value='north'",
            "",
            vec![n],
        ),
        (
            "attribute='name' operator='not-begin-with' value='north'",
            "",
            vec![h, e],
        ),
        (
            "attribute='name' operator='ends-with' value='tools'",
            "",
            vec![h],
        ),
        (
            "attribute='name' operator='not-end-with' value='tools'",
            "",
            vec![n, e],
        ),
        (
            "attribute='numberofemployees' operator='in'",
            "<value>5</value><value>7</value>",
            vec![n],
        ),
        (
            "attribute='numberofemployees' operator='not-in'",
            "<value>5</value>",
            vec![h, e],
        ),
        (
            "attribute='numberofemployees' operator='between'",
            "<value>6</value><value>2000</value>",
            vec![h],
        ),
        (
            "attribute='numberofemployees' operator='not-between'",
            "<value>6</value><value>2000</value>",
            vec![n],
        ),
        (
            "attribute='statecode' operator='eq' value='0'",
            "",
            vec![h, n, e],
        ),
        (
            "attribute='donotemail' operator='eq' value='0'",
            "",
            vec![h, n, e],
        ),
        (
            "attribute='donotemail' operator='eq' value='false'",
            "",
            vec![h, n, e],
        ),
        ("attribute='createdon' operator='today'", "", vec![h, n, e]),
        (
            "attribute='createdon' operator='last-x-days' value='3'",
            "",
            vec![h, n, e],
        ),
        (
            "attribute='createdon' operator='olderthan-x-minutes' value='3'",
            "",
            vec![],
        ),
        (
            "attribute='createdon' operator='on' value='2026-03-25'",
            "",
            vec![h, n, e],
        ),
        (
            "attribute='createdon' operator='not-on' value='2026-03-25'",
            "",
            vec![],
        ),
        (
            "attribute='createdon' operator='on-or-after' value='2026-03-26'",
            "",
            vec![],
        ),
        (
            "attribute='createdon' operator='in-fiscal-year' value='2026'",
            "",
            vec![h, n, e],
        ),
        (
            "attribute='createdon' operator='in-fiscal-period' value='1'",
            "",
            vec![h, n, e],
        ),
        (
            "attribute='createdon' operator='in-fiscal-period' value='2'",
            "",
            vec![],
        ),
        (
            "attribute='createdon' operator='in-fiscal-period-and-year'",
            "<value>1</value><value>2026</value>",
            vec![h, n, e],
        ),
        (
            "attribute='createdon' operator='in-or-before-fiscal-period-and-year'",
            "<value>4</value><value>2025</value>",
            vec![],
        ),
        (
            "attribute='ownerid' operator='eq-userid'",
            "",
            vec![h, n, e],
        ),
        ("attribute='ownerid' operator='ne-userid'", "", vec![]),
        (
            "attribute='ownerid' operator='eq-useroruserteams'",
            "",
            vec![h, n, e],
        ),
        ("attribute='ownerid' operator='eq-userteams'", "", vec![]),
        (
            "attribute='ownerid' operator='eq-useroruserhierarchy'",
            "",
            vec![h, n, e],
        ),
        (
            "attribute='ownerid' operator='eq-useroruserhierarchyandteams'",
            "",
            vec![h, n, e],
        ),
        (
            "attribute='owningbusinessunit' operator='eq-businessid'",
            "",
            vec![h, n, e],
        ),
        (
            "attribute='owningbusinessunit' operator='ne-businessid'",
            "",
            vec![],
        ),
        (
            "attribute='primarycontactid' operator='eq' value='{ADA}'",
            "",
            vec![h],
        ),
        (
            "attribute='primarycontactidname' operator='like' value='ada%'",
            "",
            vec![h],
        ),
        (
            "attribute='industrycodename' operator='not-null'",
            "",
            vec![h],
        ),
        (
            "attribute='accountid' operator='under' value='HARBOR'",
            "",
            vec![e],
        ),
        (
            "attribute='accountid' operator='eq-or-under' value='HARBOR'",
            "",
            vec![h, e],
        ),
        (
            "attribute='accountid' operator='not-under' value='HARBOR'",
            "",
            vec![n],
        ),
        (
            "attribute='accountid' operator='above' value='PLAIN'",
            "",
            vec![h],
        ),
        (
            "attribute='accountid' operator='eq-or-above' value='PLAIN'",
            "",
            vec![h, e],
        ),
        (
            "attribute='parentaccountid' operator='eq-or-under' value='HARBOR'",
            "",
            vec![e],
        ),
        (
            "attribute='name' operator='eq' valueof='name'",
            "",
            vec![h, n, e],
        ),
        (
            "attribute='name' operator='ne' valueof='accountnumber'",
            "",
            vec![h, n, e],
        ),
    ] {
        let ids = |text: &str| {
            text.replace("ADA", &ada.to_string().to_uppercase())
                .replace("HARBOR", &harbor.to_string())
                .replace("PLAIN", &plain.to_string())
        };
        // Only ids are upper case in the table, so text values are left as they are.
        let attributes = if attributes.contains("name' operator") {
            attributes.to_owned()
        } else {
            ids(attributes)
        };
        let attributes = attributes.replace("HARBOR tools", "Harbor TOOLS");
        let condition = format!("<condition {attributes}>{values}</condition>");
        assert_eq!(names(&sim, &condition), expected, "{condition}");
    }
}

#[test]
fn filters_nest_and_empty_ones_hold() {
    let sim = Sim::new();
    business(&sim);
    let found = names(
        &sim,
        "<filter type='or'><condition attribute='revenue' operator='null'/><filter type='and'><condition \
         attribute='numberofemployees' operator='lt' value='6'/><filter/></filter></filter><filter type='or'/>",
    );
    assert_eq!(found, ["north wind", "Éclair"]);
}

//! What the parser reads and what it refuses.

use super::*;

fn refusal(text: &str) -> (String, String) {
    let refusal = fetch(text).unwrap_err();
    (refusal.code.into_owned(), refusal.message)
}

#[test]
fn the_whole_language_is_read() {
    let read = fetch(
        "<fetch version='1.0' mapping='logical' output-format='xml-platform' count='10' page='2' distinct='true' \
         no-lock='true' latematerialize='true' options='Recompile' returntotalrecordcount='1'><entity name='account'>\
         <all-attributes/><attribute name='name' alias='n'/><order attribute='name' descending='true'/>\
         <filter type='or' hint='union' isquickfindfields='1'><condition attribute='name' \
         operator='in' uiname='x' uitype='account'><value>a</value><value>b</value></condition><filter/>\
         <link-entity name='task' from='regardingobjectid' to='accountid' link-type='not any'/></filter>\
         <link-entity name='contact' from='contactid' to='primarycontactid' alias='c' link-type='outer' \
         intersect='true' visible='false'><attribute name='fullname'/></link-entity></entity></fetch>",
    )
    .unwrap();
    assert_eq!(
        (read.count, read.page, read.total),
        (Some(10), Some(2), true)
    );
    assert!(read.content.all && read.distinct);
    assert_eq!(read.content.filters[0].items.len(), 3);
    assert_eq!(read.content.links[0].kind, LinkKind::Outer);
}

#[test]
fn what_may_not_stand_there_is_refused() {
    for (text, code, message) in [
        (
            "<x/>",
            "0x80040201",
            "Invalid XML. The root element must be 'fetch', and it is 'x'.",
        ),
        (
            "<fetch/>",
            "0x80041123",
            "A required element was not specified. The element 'entity' is missing.",
        ),
        (
            "<fetch top='1' page='1'><entity name='a'/></fetch>",
            "0x80040203",
            "The top attribute can't be specified with paging attribute page",
        ),
        (
            "<fetch top='1' count='1'><entity name='a'/></fetch>",
            "0x80040203",
            "The top attribute can't be specified with paging attribute count",
        ),
        (
            "<fetch top='1' returntotalrecordcount='true'><entity name='a'/></fetch>",
            "0x80040203",
            "The top attribute can't be specified with paging attribute returntotalrecordcount",
        ),
        (
            "<fetch top='5001'><entity name='a'/></fetch>",
            "0x80040203",
            "Invalid value '5001' for the attribute 'top'.",
        ),
        (
            "<fetch><entity name='a'><filter><condition attribute='b' operator='equals'/></filter></entity></fetch>",
            "0x80041120",
            "The condition operator 'equals' is not valid.",
        ),
        (
            "<fetch><entity name='a'><link-entity name='b' link-type='any'/></entity></fetch>",
            "0x80040203",
            "The link-type 'any' is only allowed within a filter.",
        ),
        (
            "<fetch><entity name='a'><link-entity name='b' link-type='exists'><attribute name='c'/></link-entity>\
             </entity></fetch>",
            "0x80040203",
            "Columns of the link-entity 'b' can't be returned with the link-type 'exists'.",
        ),
        (
            "<fetch><entity name='a'><sort/></entity></fetch>",
            "0x8004111c",
            "The element node encountered is invalid. The element 'entity' has invalid child element 'sort'.",
        ),
        (
            "<fetch><entity/></fetch>",
            "0x8004111e",
            "A required attribute was not specified. The attribute 'name' of the element 'entity' is missing.",
        ),
        (
            "<fetch><entity name='a'><order alias='b'/></entity></fetch>",
            "0x80041132",
            "An alias cannot be specified for an order clause for a non-aggregate Query. Use an attribute.",
        ),
        (
            "<fetch><entity name='a'><order/></entity></fetch>",
            "0x80041133",
            "An attribute is required for an order clause for a non-aggregate Query.",
        ),
        (
            "<fetch distinct='1'><entity name='a'><no-attrs/></entity></fetch>",
            "0x8004112c",
            "The no-attrs tag cannot be used in conjuction with Distinct set to true.",
        ),
        (
            "<fetch page='0'><entity name='a'/></fetch>",
            "0x8004110c",
            "A value greater than zero must be specified for the attribute 'page'.",
        ),
    ] {
        assert_eq!(
            refusal(text),
            (code.to_owned(), message.to_owned()),
            "{text}"
        );
    }
    let inside = |text: &str| format!("<fetch><entity name='a'>{text}</entity></fetch>");
    for (text, code) in [
        ("<fetch distinct='x'/>".to_owned(), "0x80041123"),
        (
            "<fetch distinct='x'><entity name='a'/></fetch>".to_owned(),
            "0x80041115",
        ),
        (
            "<fetch no-lock='x'><entity name='a'/></fetch>".to_owned(),
            "0x80041118",
        ),
        (
            "<fetch mapping='x'><entity name='a'/></fetch>".to_owned(),
            "0x80041116",
        ),
        (
            "<fetch useraworderby='x'><entity name='a'/></fetch>".to_owned(),
            "0x800410fd",
        ),
        (
            inside("<order attribute='b' descending='x'/>"),
            "0x80041119",
        ),
        (inside("<attribute name='b' groupby='x'/>"), "0x8004112e"),
        (inside("<attribute name='b' aggregate='x'/>"), "0x8004111a"),
        (
            inside("<attribute name='b' dategrouping='x'/>"),
            "0x80041135",
        ),
        (
            inside("<link-entity name='b' link-type='x'/>"),
            "0x80041117",
        ),
        (inside("<filter type='x'/>"), "0x80041122"),
        (inside("<filter isquickfindfields='x'/>"), "0x80041138"),
    ] {
        assert_eq!(refusal(&text).0, code, "{text}");
    }
}

#[test]
fn links_and_conditions_are_limited() {
    let links = "<link-entity name='b' from='c' to='d'/>".repeat(16);
    assert_eq!(
        refusal(&format!("<fetch><entity name='a'>{links}</entity></fetch>")),
        (
            "0x8004430d".to_owned(),
            "Number of link entities in query exceeded maximum limit.".to_owned()
        )
    );
    let conditions = "<condition attribute='b' operator='null'/>".repeat(501);
    let text = format!("<fetch><entity name='a'><filter>{conditions}</filter></entity></fetch>");
    assert_eq!(refusal(&text).0, "0x8004430c");
}

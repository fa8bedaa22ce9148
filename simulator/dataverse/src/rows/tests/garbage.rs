//! Whatever comes in, what goes out is an answer of Dataverse's shape.

use super::*;

/// A small deterministic generator: the same garbage in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    fn join(&mut self, from: &[&str], longest: usize) -> String {
        (0..self.below(longest)).map(|_| self.pick(from)).collect()
    }
}

fn is_an_answer(answer: &Answer, request: &str) {
    let status = answer.status().as_u16();
    assert_ne!(status, 500, "{request}: {}", answer.text());
    if status >= 400 {
        let (_, _, message) = answer.refusal();
        assert!(!message.is_empty(), "{request}");
    }
}

#[test]
fn garbage_in_queries_is_answered() {
    const PARTS: &[&str] = &[
        "name",
        "revenue",
        "createdon",
        "_ownerid_value",
        "primarycontactid/fullname",
        "Account_Tasks/any(",
        "t:t/subject",
        "eq",
        "ne",
        "gt",
        "and",
        "or",
        "not",
        "(",
        ")",
        ",",
        "/",
        "'",
        "''",
        "'x'",
        "5",
        "-1.5e3",
        "null",
        "true",
        "2026-01-01",
        "2026-01-01T00:00:00Z",
        "11111111-2222-3333-4444-555555555555",
        "@p1",
        "[",
        "]",
        "{",
        "\"",
        ":",
        "=",
        "contains(",
        "Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=[\"a\"])",
        "Microsoft.Dynamics.CRM.",
        "%25",
        "%27",
        "%",
        "+",
        " ",
        " ",
        " ",
        " ",
        "é",
        "\u{1F600}",
        ";",
        "$select=name",
        "$filter=",
        "desc",
        "asc",
        "*",
        "groupby((",
        "))",
        "aggregate(",
        "$count as n",
        " with max as m",
        "filter(",
    ];
    const OPTIONS: &[&str] = &[
        "$filter=",
        "$select=",
        "$orderby=",
        "$expand=",
        "$top=",
        "$count=",
        "$skiptoken=",
        "$apply=",
        "$apply=groupby((",
        "$apply=aggregate(revenue with sum as ",
        "savedQuery=",
        "fetchXml=",
        "$expand=Account_Tasks(",
        "$expand=primarycontactid($select=fullname;",
        "@p1=",
    ];
    let sim = Sim::new();
    business(&sim);
    let mut random = Random(1);
    for _ in 0..4_000 {
        let query = format!(
            "{}{}&{}{}",
            random.pick(OPTIONS),
            random.join(PARTS, 12),
            random.pick(OPTIONS),
            random.join(PARTS, 4)
        );
        let url = format!("accounts?{query}");
        is_an_answer(&sim.get(&url), &url);
    }
}

#[test]
fn garbage_in_paths_is_answered() {
    const PARTS: &[&str] = &[
        "accounts",
        "systemusers",
        "owners",
        "teammemberships",
        "(",
        ")",
        "/",
        "name",
        "primarycontactid",
        "Account_Tasks",
        "$ref",
        "$value",
        "$count",
        "accountnumber='x'",
        "accountid=",
        "11111111-2222-3333-4444-555555555555",
        "'",
        "%2F",
        "%27",
        "%",
        "=",
        ",",
        "Microsoft.Dynamics.CRM.X",
        "é",
        " ",
        "@a",
    ];
    const METHODS: &[Method] = &[
        Method::GET,
        Method::POST,
        Method::PATCH,
        Method::PUT,
        Method::DELETE,
    ];
    let sim = Sim::new();
    business(&sim);
    let mut random = Random(2);
    for _ in 0..4_000 {
        let url = format!("accounts{}", random.join(PARTS, 7));
        let method = METHODS[random.below(METHODS.len())].clone();
        let answer = sim.send(method.clone(), &url, &[], "{}");
        is_an_answer(&answer, &format!("{method} {url}"));
    }
}

#[test]
fn garbage_in_bodies_is_answered() {
    const NAMES: &[&str] = &[
        "name",
        "revenue",
        "industrycode",
        "statecode",
        "statuscode",
        "accountid",
        "_ownerid_value",
        "primarycontactid",
        "primarycontactid@odata.bind",
        "ownerid@odata.bind",
        "Account_Tasks",
        "Account_Tasks@odata.bind",
        "@odata.type",
        "createdon",
        "versionnumber",
        "nosuch",
        "nosuch@odata.bind",
        "transactioncurrencyid@odata.bind",
        "entityimage",
    ];
    const VALUES: &[&str] = &[
        "null",
        "true",
        "0",
        "-1",
        "1.5",
        "1e400",
        "99999999999999999999",
        "\"\"",
        "\"x\"",
        "\"/contacts(1)\"",
        "\"/accounts(accountnumber='x')\"",
        "\"$1\"",
        "{}",
        "[]",
        "[{}]",
        "[\"x\"]",
        "{\"lastname\":\"x\"}",
        "\"2026-01-01\"",
        "\"11111111-2222-3333-4444-555555555555\"",
        "\"\\u0000\"",
        "",
    ];
    let sim = Sim::new();
    let mut random = Random(3);
    for round in 0..3_000 {
        let members: Vec<_> = (0..random.below(4))
            .map(|_| format!("\"{}\":{}", random.pick(NAMES), random.pick(VALUES)))
            .collect();
        let body = format!("{{{}}}", members.join(","));
        let method = if round % 2 == 0 {
            Method::POST
        } else {
            Method::PATCH
        };
        let url = if round % 2 == 0 {
            "accounts"
        } else {
            "accounts(accountnumber='k')"
        };
        is_an_answer(&sim.send(method, url, &[], &body), &body);
    }
}

#[test]
fn garbage_in_fetchxml_is_answered() {
    const NAMES: &[&str] = &[
        "name",
        "revenue",
        "createdon",
        "ownerid",
        "owneridname",
        "industrycode",
        "industrycodename",
        "accountid",
        "primarycontactid",
        "entityimage",
        "address1_composite",
        "versionnumber",
        "nosuch",
        "",
    ];
    const OPERATORS: &[&str] = &[
        "eq",
        "ne",
        "like",
        "in",
        "not-in",
        "between",
        "null",
        "today",
        "last-x-days",
        "on",
        "in-fiscal-period",
        "in-fiscal-period-and-year",
        "eq-userid",
        "eq-useroruserhierarchy",
        "under",
        "above",
        "contain-values",
        "nosuch",
    ];
    const VALUES: &[&str] = &[
        "",
        "x",
        "5",
        "-1",
        "99999999999",
        "1.5",
        "2026-01-01",
        "true",
        "%",
        "[",
        "{x}",
        "&lt;",
        "11111111-2222-3333-4444-555555555555",
    ];
    const KINDS: &[&str] = &[
        "inner",
        "outer",
        "exists",
        "in",
        "any",
        "not any",
        "all",
        "not all",
        "matchfirstrowusingcrossapply",
        "nosuch",
    ];
    const ROOTS: &[&str] = &[
        "top='2'",
        "count='2'",
        "page='3'",
        "distinct='true'",
        "aggregate='true'",
        "top='0'",
        "returntotalrecordcount='true'",
        "paging-cookie='x'",
        "aggregatelimit='1'",
        "count='x'",
        "useraworderby='true'",
        "datasource='retained'",
        "page='99999999999999'",
    ];
    const ATTRIBUTES: &[&str] = &[
        "alias='a'",
        "alias='b'",
        "alias='a b'",
        "aggregate='count'",
        "aggregate='sum'",
        "groupby='true'",
        "dategrouping='month'",
        "dategrouping='fiscal-period'",
        "distinct='true'",
        "rowaggregate='CountChildren'",
    ];
    fn content(random: &mut Random, depth: usize) -> String {
        (0..random.below(4))
            .map(|_| element(random, depth))
            .collect()
    }
    fn element(random: &mut Random, depth: usize) -> String {
        let name = random.pick(NAMES);
        match random.below(if depth > 3 { 3 } else { 6 }) {
            0 => format!(
                "<attribute name='{name}' {} {}/>",
                random.pick(ATTRIBUTES),
                random.pick(ATTRIBUTES)
            ),
            1 => format!(
                "<order {}='{name}' descending='true'/>",
                random.pick(&["attribute", "alias"])
            ),
            2 => condition(random),
            3 => format!(
                "<filter type='{}'>{}{}</filter>",
                random.pick(&["and", "or"]),
                condition(random),
                content(random, depth + 1)
            ),
            4 => format!(
                "<link-entity name='{}' from='{}' to='{}' link-type='{}' {}>{}</link-entity>",
                random.pick(&["account", "contact", "task", "nosuch"]),
                random.pick(&[
                    "accountid",
                    "contactid",
                    "regardingobjectid",
                    "primarycontactid",
                    "name"
                ]),
                random.pick(&["accountid", "primarycontactid", "name", "ownerid"]),
                random.pick(KINDS),
                random.pick(&["", "alias='l'", "alias='account'"]),
                content(random, depth + 1)
            ),
            _ => random
                .pick(&[
                    "<all-attributes/>",
                    "<",
                    "&x;",
                    "<x/>",
                    "<![CDATA[x]]>",
                    "<!-- x -->",
                ])
                .to_owned(),
        }
    }
    fn condition(random: &mut Random) -> String {
        let values: String = (0..random.below(3))
            .map(|_| format!("<value>{}</value>", random.pick(VALUES)))
            .collect();
        format!(
            "<condition attribute='{}' operator='{}' {}='{}' {}>{values}</condition>",
            random.pick(NAMES),
            random.pick(OPERATORS),
            random.pick(&["value", "valueof", "x"]),
            random.pick(VALUES),
            random.pick(&["", "", "entityname='l'", "entityname='contact'"]),
        )
    }
    let sim = Sim::new();
    business(&sim);
    let mut random = Random(7);
    let mut answered = 0;
    for _ in 0..4_000 {
        let root = random.pick(ROOTS);
        let attribute = match random.below(2) {
            0 => "<attribute name='name' alias='n' aggregate='count'/>",
            _ => "",
        };
        let xml = format!(
            "<fetch {root}><entity name='account'>{attribute}{}</entity></fetch>",
            content(&mut random, 0)
        );
        let answer = sim.get_with(
            &format!("accounts?{}", fetch(&xml)),
            "odata.include-annotations=\"*\"",
        );
        is_an_answer(&answer, &xml);
        answered += usize::from(answer.status() == 200);
    }
    assert!(
        answered > 100,
        "some of it is no garbage at all: {answered}"
    );
}

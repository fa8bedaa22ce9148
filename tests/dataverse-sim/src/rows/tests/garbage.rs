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
    ];
    const OPTIONS: &[&str] = &[
        "$filter=",
        "$select=",
        "$orderby=",
        "$expand=",
        "$top=",
        "$count=",
        "$skiptoken=",
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

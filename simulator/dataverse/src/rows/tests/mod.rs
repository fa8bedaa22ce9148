//! The data API through its seam: a request in, an answer out, SQLite underneath, no sockets.

mod activities;
mod apply;
mod assign;
mod associate;
mod bulk;
mod columns;
mod create;
mod delete;
mod duplicates;
mod expand;
mod fetch_aggregates;
mod fetch_filters;
mod fetch_links;
mod fetch_operators;
mod fetch_pages;
mod fetch_rows;
mod garbage;
mod keys;
mod metadata_levels;
mod paging;
mod query;
mod refusals;
mod retrieve;
mod saved_queries;
mod sharing;
mod upsert;

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::macros::datetime;
use uuid::Uuid;

use super::{Cell, Origin, RowStore, Storage, handle};
use crate::http::{ODataRequest, Response};
use crate::operations::Repertoire;
use crate::organisation::{Caller, Identity, OrgContext, Organisation, SystemClock};
use crate::schema::{Schema, standard};

const ROOT: &str = "https://contoso.crm.dynamics.com/api/data/v9.2";
const NOW: OffsetDateTime = datetime!(2026-03-25 17:42:47 UTC);
const USER: Uuid = Uuid::from_u128(0x1000_0000_0000_4000_8000_0000_0000_0001);
const OTHER_USER: Uuid = Uuid::from_u128(0x1000_0000_0000_4000_8000_0000_0000_0002);
const TEAM: Uuid = Uuid::from_u128(0x2000_0000_0000_4000_8000_0000_0000_0001);
const UNIT: Uuid = Uuid::from_u128(0x3000_0000_0000_4000_8000_0000_0000_0001);
const EURO: Uuid = Uuid::from_u128(0x4000_0000_0000_4000_8000_0000_0000_0002);

/// An organisation with two users, a team, two currencies and no rows of business.
struct Sim {
    organisation: Organisation,
    caller: Caller,
    now: OffsetDateTime,
}

impl Sim {
    fn new() -> Self {
        Self::with(standard().unwrap().build())
    }

    fn with(schema: Schema) -> Self {
        let schema = Arc::new(schema);
        let rows = RowStore::open(&Storage::Memory, &schema).unwrap();
        let caller = Caller {
            user_id: USER,
            business_unit_id: UNIT,
            on_behalf_of: None,
        };
        people(&rows, &schema, caller);
        let identity = Identity {
            organization_id: Uuid::nil(),
            environment_id: Uuid::nil(),
            tenant_id: Uuid::nil(),
            friendly_name: "Contoso".to_owned(),
            url_name: "contoso".to_owned(),
            unique_name: "unq1".to_owned(),
            version: "9.2.26073.00168".to_owned(),
        };
        let organisation = Organisation::new(
            identity,
            schema,
            rows,
            Arc::new(SystemClock),
            Repertoire::standard().catalogue(),
        );
        Self {
            organisation,
            caller,
            now: NOW,
        }
    }

    fn send(&self, method: Method, url: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let (path, query) = url
            .split_once('?')
            .map_or((url, None), |(path, query)| (path, Some(query.to_owned())));
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(
                HeaderName::try_from(*name).unwrap(),
                HeaderValue::from_str(value).unwrap(),
            );
        }
        let request =
            ODataRequest::new(method, path.to_owned(), query, map, body.to_owned().into());
        let context = OrgContext {
            organisation: &self.organisation,
            schema: self.organisation.schema(),
            caller: self.caller,
            service_root: ROOT.to_owned(),
            now: self.now,
        };
        Answer(handle(&context, &request).unwrap_or_else(Response::from))
    }

    fn get(&self, url: &str) -> Answer {
        self.send(Method::GET, url, &[], "")
    }

    fn get_with(&self, url: &str, prefer: &str) -> Answer {
        self.send(Method::GET, url, &[("prefer", prefer)], "")
    }

    fn post(&self, url: &str, body: Value) -> Answer {
        self.send(Method::POST, url, &[], &body.to_string())
    }

    fn patch(&self, url: &str, headers: &[(&str, &str)], body: Value) -> Answer {
        self.send(Method::PATCH, url, headers, &body.to_string())
    }

    fn delete(&self, url: &str) -> Answer {
        self.send(Method::DELETE, url, &[], "")
    }

    /// Creates a row and tells its id.
    fn create(&self, set: &str, body: Value) -> Uuid {
        let answer = self.post(set, body);
        assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{}", answer.text());
        let address = answer.header("odata-entityid").unwrap().to_owned();
        let id = address.rsplit_once('(').unwrap().1.trim_end_matches(')');
        Uuid::try_parse(id).unwrap()
    }

    /// The values of one property in a list, in order.
    fn list(&self, url: &str, property: &str) -> Vec<Value> {
        let answer = self.get(url);
        assert_eq!(answer.status(), StatusCode::OK, "{url}: {}", answer.text());
        answer.json()["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row[property].clone())
            .collect()
    }
}

/// An answer with its body read on demand.
struct Answer(Response);

impl Answer {
    fn status(&self) -> StatusCode {
        self.0.status
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.0
            .headers
            .get(name)
            .map(|value| value.to_str().unwrap())
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.body.to_vec()).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.0.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// Status, code and message of a refusal.
    fn refusal(&self) -> (u16, String, String) {
        let error = &self.json()["error"];
        let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
        (self.status().as_u16(), text("code"), text("message"))
    }
}

fn people(rows: &RowStore, schema: &Schema, caller: Caller) {
    let origin = Origin { caller, now: NOW };
    let insert = |table: &str, columns: &[&str], cells: Vec<Vec<Cell>>| {
        rows.bulk_insert(schema, &origin, table, columns, &mut cells.into_iter())
            .unwrap();
    };
    let text = |text: &str| Cell::Text(text.to_owned());
    let one = Cell::Decimal {
        unscaled: 1,
        scale: 0,
    };
    let half = Cell::Decimal {
        unscaled: 5,
        scale: 1,
    };
    let dollar = Uuid::from_u128(EURO.as_u128() - 1);
    insert(
        "transactioncurrency",
        &[
            "transactioncurrencyid",
            "currencyname",
            "currencysymbol",
            "isocurrencycode",
            "exchangerate",
        ],
        vec![
            vec![
                Cell::Guid(dollar),
                text("US Dollar"),
                text("$"),
                text("USD"),
                one,
            ],
            vec![Cell::Guid(EURO), text("Euro"), text("€"), text("EUR"), half],
        ],
    );
    insert(
        "businessunit",
        &["businessunitid", "name"],
        vec![vec![Cell::Guid(UNIT), text("contoso")]],
    );
    insert(
        "systemuser",
        &["systemuserid", "firstname", "lastname", "domainname"],
        vec![
            vec![
                Cell::Guid(USER),
                text("Ada"),
                text("Park"),
                text("ada@contoso.example"),
            ],
            vec![
                Cell::Guid(OTHER_USER),
                text("Ben"),
                text("Okoro"),
                text("ben@contoso.example"),
            ],
        ],
    );
    insert(
        "systemuserroles",
        &["systemuserrolesid", "systemuserid", "roleid"],
        [USER, OTHER_USER]
            .map(|user| {
                let role = crate::seed::role(crate::seed::ADMINISTRATOR);
                vec![Cell::Guid(user), Cell::Guid(user), Cell::Guid(role)]
            })
            .to_vec(),
    );
    insert(
        "team",
        &["teamid", "name"],
        vec![vec![Cell::Guid(TEAM), text("Field")]],
    );
}

/// Three accounts, two contacts and a task, as most tests need them.
struct Business {
    harbor: Uuid,
    north: Uuid,
    plain: Uuid,
    ada: Uuid,
    task: Uuid,
}

fn business(sim: &Sim) -> Business {
    let ada = sim.create(
        "contacts",
        json!({"firstname": "Ada", "lastname": "Lind", "emailaddress1": "ada@x.example"}),
    );
    let harbor = sim.create(
        "accounts",
        json!({
            "name": "Harbor Tools", "accountnumber": "H-1", "revenue": 5_000_000, "numberofemployees": 1200,
            "industrycode": 7, "address1_city": "Oslo", "primarycontactid@odata.bind": format!("/contacts({ada})"),
        }),
    );
    let north = sim.create(
        "accounts",
        json!({"name": "north wind", "revenue": 10.5, "numberofemployees": 5}),
    );
    let plain = sim.create("accounts", json!({"name": "Éclair"}));
    sim.create("contacts", json!({"lastname": "Noone", "parentcustomerid_account@odata.bind": format!("accounts({harbor})")}));
    let task = sim.create(
        "tasks",
        json!({"subject": "Call back", "regardingobjectid_account_task@odata.bind": format!("/accounts({harbor})")}),
    );
    Business {
        harbor,
        north,
        plain,
        ada,
        task,
    }
}

/// A FetchXML query as a query string, encoded as clients encode it.
fn fetch(xml: &str) -> String {
    let encoded = percent_encoding::utf8_percent_encode(xml, percent_encoding::NON_ALPHANUMERIC);
    format!("fetchXml={encoded}")
}

//! What is read is what a person asked for: the texts of a filter, the labels of every page, the rows within a row.

use airlock_runtime::{ConnectorError, HostError};
use serde_json::{Value, json};
use support::Office;

const LABEL: &str = "leadqualitycode@OData.Community.Display.V1.FormattedValue";

async fn id(office: &Office, table: &str, row: Value) -> String {
    let input = json!({"table": table, "row": row});
    let created = office.run("create-row", input).await.unwrap();
    created["id"].as_str().unwrap().to_owned()
}

async fn rows(office: &Office, input: Value) -> Vec<Value> {
    let answer = office.run("list-rows", input).await.unwrap();
    answer["rows"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_finds_texts_of_any_characters() {
    let office = Office::open().await;
    let names = [
        "A+B & C",
        "50 % off, 100%25",
        "O'Brien's",
        "smile 😀 日本",
        "two\tcells",
        "a/b\\c #1?",
        "x=\"y\";z",
    ];
    for name in names {
        id(&office, "account", json!({"name": name})).await;
    }
    for name in names {
        let text = name.replace('\'', "''");
        for filter in [
            format!("name eq '{text}'"),
            format!("contains(name,'{text}')"),
            format!(
                "Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues={})",
                json!([name, "nobody"])
            ),
        ] {
            let input = json!({"table": "account", "select": ["name"], "filter": filter});
            let found = rows(&office, input).await;
            assert_eq!(found.len(), 1, "{filter}: {found:?}");
            assert_eq!(found[0]["name"], name);
        }
    }
    let input = json!({"table": "account", "filter": "name eq 'O'Brien's'"});
    match office.run("list-rows", input).await.unwrap_err() {
        HostError::Connector(ConnectorError::InvalidInput(faults)) => {
            assert!(faults[0].message.contains("''"), "{faults:?}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_has_its_labels() {
    let office = Office::open().await;
    let mut asked = json!({
        "table": "lead", "select": ["leadqualitycode"], "filter": "leadqualitycode ne null",
        "formatted-values": true, "page-size": 4, "fetch-all": true,
    });
    let all = rows(&office, asked.clone()).await;
    assert!(all.len() > 8, "{} rows", all.len());
    assert!(all.iter().all(|row| row[LABEL].is_string()), "{all:#?}");

    asked.as_object_mut().unwrap().remove("fetch-all");
    let mut answer = office.run("list-rows", asked).await.unwrap();
    let mut pages = 0;
    loop {
        let page = answer["rows"].as_array().unwrap();
        assert!(page.iter().all(|row| row[LABEL].is_string()), "{page:#?}");
        pages += 1;
        let Some(next) = answer["next-page"].as_str().map(str::to_owned) else {
            break;
        };
        let input = json!({"table": "lead", "next-page": next});
        answer = office.run("list-rows", input).await.unwrap();
    }
    assert!(pages > 2, "{pages} pages");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_within_a_row_are_bounded_ordered_and_nested() {
    let office = Office::open().await;
    let account = id(&office, "account", json!({"name": "Harbor"})).await;
    let mut last = String::new();
    for name in ["Abe", "Chen", "Bauer"] {
        let parent = json!({"table": "account", "id": account});
        let row = json!({"lastname": name, "parentcustomerid": parent});
        last = id(&office, "contact", row).await;
    }
    let row = json!({"primarycontactid": last});
    let input = json!({"table": "account", "id": account, "row": row});
    office.run("update-row", input).await.unwrap();

    let input = json!({
        "table": "account", "id": account, "select": ["name"],
        "expand": ["contact_customer_accounts($select=lastname;$orderby=lastname desc;$top=2)"],
    });
    let read = office.run("get-row", input).await.unwrap();
    let names: Vec<&Value> = read["row"]["contact_customer_accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|contact| &contact["lastname"])
        .collect();
    assert_eq!(names, ["Chen", "Bauer"]);

    // A lookup to several tables is followed by the one that is meant, and that row's own lookup as well.
    let input = json!({
        "table": "contact", "select": ["lastname"], "filter": format!("contactid eq {last}"),
        "expand": ["parentcustomerid_account($select=name;$expand=primarycontactid($select=lastname))"],
    });
    let found = rows(&office, input).await;
    let parent = &found[0]["parentcustomerid_account"];
    assert_eq!(parent["name"], "Harbor");
    assert_eq!(parent["primarycontactid"]["lastname"], "Bauer");
}

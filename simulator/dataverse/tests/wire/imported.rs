//! Starting from an organisation's own `$metadata`: hundreds of tables that work, and errors that help.

use std::fmt::Write;
use std::process::Command;

use crate::support::Client;
use dataverse_sim::Sim;
use dataverse_sim::schema::import::import;
use http::{Method, StatusCode};
use serde_json::json;

const TABLES: usize = 500;

/// A document of many tables, each with thirty columns and a lookup to the next one.
fn large_document() -> String {
    let mut types = String::new();
    let mut sets = String::new();
    for number in 0..TABLES {
        let next = (number + 1) % TABLES;
        write!(
            types,
            "<EntityType Name=\"org_t{number}\" BaseType=\"mscrm.crmbaseentity\"><Key><PropertyRef Name=\"org_t{number}id\"/></Key>\
             <Property Name=\"org_t{number}id\" Type=\"Edm.Guid\"/><Property Name=\"org_name\" Type=\"Edm.String\"/>\
             <Property Name=\"_org_next_value\" Type=\"Edm.Guid\"/><Property Name=\"createdon\" Type=\"Edm.DateTimeOffset\"/>\
             <NavigationProperty Name=\"org_Next\" Type=\"mscrm.org_t{next}\" Partner=\"org_t{number}_before\">\
             <ReferentialConstraint Property=\"_org_next_value\" ReferencedProperty=\"org_t{next}id\"/></NavigationProperty>"
        )
        .unwrap();
        for column in 0..30 {
            let kind = ["String", "Int32", "Decimal", "Boolean", "Date"][column % 5];
            write!(
                types,
                "<Property Name=\"org_c{column}\" Type=\"Edm.{kind}\"/>"
            )
            .unwrap();
        }
        types.push_str("</EntityType>");
        write!(
            sets,
            "<EntitySet Name=\"org_t{number}s\" EntityType=\"mscrm.org_t{number}\"/>"
        )
        .unwrap();
    }
    format!(
        "<edmx:Edmx Version=\"4.0\" xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\"><edmx:DataServices>\
         <Schema Namespace=\"Microsoft.Dynamics.CRM\" Alias=\"mscrm\" xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">\
         <EntityType Name=\"crmbaseentity\" Abstract=\"true\"/>{types}\
         <EntityContainer Name=\"System\">{sets}</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>"
    )
}

#[tokio::test]
async fn hundreds_of_tables_take_rows_and_lead_to_one_another() {
    let imported = import(&large_document()).unwrap();
    assert_eq!(imported.tables, TABLES);
    let sim = Sim::builder().imported(imported).start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    let json = [("content-type", "application/json")];
    let made = client
        .api(
            Method::POST,
            "org_t1s",
            &json,
            &json!({ "org_name": "Next", "org_c2": 1.25 }).to_string(),
        )
        .await;
    assert_eq!(made.status, StatusCode::NO_CONTENT, "{}", made.text());
    let next = made
        .header("odata-entityid")
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    let body = json!({ "org_name": "First", "org_Next@odata.bind": format!("/{next}"), "org_c4": "2026-02-03" });
    let made = client
        .api(Method::POST, "org_t0s", &json, &body.to_string())
        .await;
    assert_eq!(made.status, StatusCode::NO_CONTENT, "{}", made.text());
    let found = client
        .get("org_t0s?$select=org_c4&$expand=org_Next($select=org_name)&$filter=org_Next/org_name%20eq%20'Next'")
        .await
        .json();
    assert_eq!(found["value"][0]["org_Next"]["org_name"], "Next", "{found}");
    assert_eq!(found["value"][0]["org_c4"], "2026-02-03");
    let tables = client
        .get("EntityDefinitions?$select=LogicalName")
        .await
        .json();
    assert!(tables["value"].as_array().unwrap().len() > TABLES);
    let service = client.get("").await.json();
    let sets = service["value"].as_array().unwrap();
    assert!(sets.iter().any(|set| set["name"] == "org_t499s"));
    let accounts = client.get("accounts?$top=1").await;
    assert_eq!(
        accounts.status,
        StatusCode::OK,
        "what the simulator brings stays"
    );
}

#[tokio::test]
async fn kept_rows_keep_their_imported_tables() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rows.sqlite");
    let imported = import(&large_document()).unwrap();
    let sim = Sim::builder()
        .imported(imported)
        .file(&file)
        .start()
        .await
        .unwrap();
    let client = Client::signed_in(&sim).await;
    let json = [("content-type", "application/json")];
    let made = client
        .api(Method::POST, "org_t7s", &json, "{\"org_name\":\"Kept\"}")
        .await;
    assert_eq!(made.status, StatusCode::NO_CONTENT);
    drop(sim);
    let sim = Sim::builder().file(&file).start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    let found = client.get("org_t7s?$select=org_name").await.json();
    assert_eq!(found["value"][0]["org_name"], "Kept", "{found}");
}

#[test]
fn a_file_that_is_no_document_ends_with_2_and_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.xml");
    std::fs::write(&broken, "<edmx:Edmx Version=\"4.0\">\n<oops").unwrap();
    let absent = folder.path().join("absent.xml");
    let latin = folder.path().join("latin.xml");
    std::fs::write(&latin, b"<a>\n\xe9</a>").unwrap();
    for (file, words) in [
        (&broken, "line 2: the XML is broken"),
        (&absent, "cannot be read"),
        (&latin, "line 2: the file is not UTF-8 text"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_dataverse-sim"))
            .args(["--plain", "--listen", "127.0.0.1:0", "--metadata"])
            .arg(file)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.contains(words), "{text}");
        assert!(text.contains(&file.display().to_string()), "{text}");
    }
}

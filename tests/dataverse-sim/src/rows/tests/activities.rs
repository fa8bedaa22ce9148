//! Activities: parties, notes, and what all activities have in common.

use super::*;

fn email(sim: &Sim, people: &Business) -> Uuid {
    sim.create(
        "emails",
        json!({
            "subject": "Offer",
            "regardingobjectid_account_email@odata.bind": format!("/accounts({})", people.harbor),
            "email_activity_parties": [
                {"partyid_systemuser@odata.bind": format!("/systemusers({USER})"), "participationtypemask": 1},
                {"partyid_contact@odata.bind": format!("/contacts({})", people.ada), "participationtypemask": 2},
            ],
        }),
    )
}

fn parties(sim: &Sim, email: Uuid) -> Vec<(i64, Value)> {
    let url = format!("emails({email})/email_activity_parties?$orderby=participationtypemask");
    let json = sim.get(&url).json();
    let rows = json["value"].as_array().unwrap();
    rows.iter()
        .map(|row| {
            (
                row["participationtypemask"].as_i64().unwrap(),
                row["_partyid_value"].clone(),
            )
        })
        .collect()
}

#[test]
fn an_email_is_made_with_its_parties() {
    let sim = Sim::new();
    let people = business(&sim);
    let email = email(&sim, &people);
    assert_eq!(
        parties(&sim, email),
        [(1, json!(USER)), (2, json!(people.ada))]
    );
    let url = format!(
        "emails({email})?$select=subject,activitytypecode&$expand=email_activity_parties($select=addressused)"
    );
    let row = sim.get(&url).json();
    assert_eq!(row["activitytypecode"], "email");
    let used: Vec<_> = row["email_activity_parties"]
        .as_array()
        .unwrap()
        .iter()
        .map(|party| &party["addressused"])
        .collect();
    assert!(used.contains(&&json!("ada@x.example")), "{used:?}");
}

#[test]
fn parties_are_replaced_as_a_whole() {
    let sim = Sim::new();
    let people = business(&sim);
    let email = email(&sim, &people);
    let before = sim
        .get(&format!("emails({email})"))
        .header("etag")
        .unwrap()
        .to_owned();
    let url = format!("emails({email})/email_activity_parties");
    let body = json!({"value": [
        {"partyid_account@odata.bind": format!("/accounts({})", people.north), "participationtypemask": 3},
    ]});
    let answer = sim.send(Method::PUT, &url, &[], &body.to_string());
    assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{}", answer.text());
    assert_eq!(parties(&sim, email), [(3, json!(people.north))]);
    let after = sim
        .get(&format!("emails({email})"))
        .header("etag")
        .unwrap()
        .to_owned();
    assert_ne!(before, after);
    let wrong = json!({"value": [
        {"partyid_account@odata.bind": format!("/accounts({})", people.plain)},
        {"partyid_account@odata.bind": format!("/accounts({USER})")},
    ]});
    let answer = sim.send(Method::PUT, &url, &[], &wrong.to_string());
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert_eq!(
        parties(&sim, email),
        [(3, json!(people.north))],
        "nothing happened"
    );
    for body in ["{}", "[]", "", r#"{"value":1}"#] {
        assert_eq!(
            sim.send(Method::PUT, &url, &[], body).status(),
            StatusCode::BAD_REQUEST,
            "{body}"
        );
    }
    let others = format!("accounts({})/Account_Tasks", people.harbor);
    let answer = sim.send(Method::PUT, &others, &[], r#"{"value":[]}"#);
    assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[test]
fn all_activities_are_activity_pointers() {
    let sim = Sim::new();
    let people = business(&sim);
    let email = email(&sim, &people);
    let call = sim.create("phonecalls", json!({"subject": "Ring"}));
    let rows = sim
        .get("activitypointers?$select=subject,activitytypecode&$orderby=subject")
        .json();
    let shown: Vec<_> = rows["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["subject"].as_str().unwrap(),
                row["activitytypecode"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("Call back", "task"),
            ("Offer", "email"),
            ("Ring", "phonecall")
        ]
    );
    let one = sim.get(&format!(
        "activitypointers({email})?$select=subject&$expand=regardingobjectid_account($select=name)"
    ));
    assert_eq!(
        one.json()["regardingobjectid_account"]["name"],
        "Harbor Tools"
    );
    let regarding = format!("accounts({})/Account_ActivityPointers", people.harbor);
    assert_eq!(
        sim.list(
            &format!("{regarding}?$select=subject&$orderby=subject"),
            "subject"
        ),
        ["Call back", "Offer"]
    );
    assert_eq!(
        sim.list(
            "activitypointers?$filter=_ownerid_value ne null&$select=subject",
            "subject"
        )
        .len(),
        3
    );
    let answer = sim.post("activitypointers", json!({"subject": "x"}));
    assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(
        sim.delete(&format!("phonecalls({call})")).status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        sim.get(&format!("activitypointers({call})")).status(),
        StatusCode::NOT_FOUND
    );
}

#[test]
fn parties_and_notes_go_with_their_activity_and_activities_with_what_they_regard() {
    let sim = Sim::new();
    let people = business(&sim);
    let email = email(&sim, &people);
    sim.create(
        "annotations",
        json!({"subject": "n", "objectid_email@odata.bind": format!("/emails({email})")}),
    );
    let answer = sim.delete(&format!("accounts({})", people.harbor));
    assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{}", answer.text());
    for set in ["emails", "tasks", "activityparties", "annotations"] {
        assert_eq!(sim.get(set).json()["value"], json!([]), "{set}");
    }
}

#[test]
fn a_completed_activity_has_an_end() {
    let sim = Sim::new();
    let url = |id| format!("tasks({id})?$select=statuscode,actualend");
    let open = sim.create("tasks", json!({"subject": "a"}));
    assert_eq!(sim.get(&url(open)).json()["actualend"], Value::Null);
    sim.patch(&format!("tasks({open})"), &[], json!({"statecode": 1}));
    let done = sim.get(&url(open)).json();
    assert_eq!(
        (&done["statuscode"], &done["actualend"]),
        (&json!(5), &json!("2026-03-25T17:42:47Z"))
    );
    let given = sim.create("tasks", json!({"subject": "b"}));
    sim.patch(
        &format!("tasks({given})"),
        &[],
        json!({"statuscode": 5, "actualend": "2026-01-01T00:00:00Z"}),
    );
    assert_eq!(
        sim.get(&url(given)).json()["actualend"],
        "2026-01-01T00:00:00Z"
    );
}

#[test]
fn a_note_knows_its_file_and_its_table() {
    let sim = Sim::new();
    let people = business(&sim);
    let id = sim.create(
        "annotations",
        json!({
            "subject": "n", "filename": "a.txt", "documentbody": "aGVsbG8=",
            "objectid_contact@odata.bind": format!("/contacts({})", people.ada),
        }),
    );
    let url = format!("annotations({id})?$select=isdocument,filesize,objecttypecode");
    let row = sim.get(&url).json();
    assert_eq!(
        (&row["isdocument"], &row["filesize"], &row["objecttypecode"]),
        (&json!(true), &json!(5), &json!("contact"))
    );
    sim.patch(
        &format!("annotations({id})"),
        &[],
        json!({"documentbody": null}),
    );
    let row = sim.get(&url).json();
    assert_eq!(
        (&row["isdocument"], &row["filesize"]),
        (&json!(false), &Value::Null)
    );
    let answer = sim.post("annotations", json!({"documentbody": "not base64!"}));
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    assert_eq!(
        sim.list(
            &format!("contacts({})/Contact_Annotation", people.ada),
            "subject"
        ),
        ["n"]
    );
}

#[test]
fn a_connection_is_called_like_the_row_it_leads_to() {
    let sim = Sim::new();
    let people = business(&sim);
    let id = sim.create(
        "connections",
        json!({
            "record1id_contact@odata.bind": format!("/contacts({})", people.ada),
            "record2id_account@odata.bind": format!("/accounts({})", people.harbor),
        }),
    );
    let url = format!("connections({id})?$select=name");
    assert_eq!(sim.get(&url).json()["name"], "Harbor Tools");
    let other = json!({"record2id_contact@odata.bind": format!("/contacts({})", people.ada)});
    sim.patch(&format!("connections({id})"), &[], other);
    assert_eq!(sim.get(&url).json()["name"], "Ada Lind");
}

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
        [
            (1, json!(USER)),
            (2, json!(people.ada)),
            (8, json!(people.harbor)),
            (9, json!(USER))
        ],
        "what it regards and its owner take part by themselves"
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
    let now = [
        (3, json!(people.north)),
        (8, json!(people.harbor)),
        (9, json!(USER)),
    ];
    assert_eq!(parties(&sim, email), now);
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
    assert_eq!(parties(&sim, email), now, "nothing happened");
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

#[test]
fn owner_and_regarding_parties_follow_their_columns() {
    let sim = Sim::new();
    let people = business(&sim);
    let parties = |task: Uuid| {
        let url = format!("tasks({task})/task_activity_parties?$orderby=participationtypemask");
        let shown = |party: &Value| {
            (
                party["participationtypemask"].clone(),
                party["_partyid_value"].clone(),
            )
        };
        let json = sim.get(&url).json();
        json["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(shown)
            .collect::<Vec<_>>()
    };
    let task = people.task;
    let party = |kind: i64, id: Uuid| (json!(kind), json!(id));
    assert_eq!(parties(task), [party(8, people.harbor), party(9, USER)]);
    let url = format!("tasks({task})");
    let body = json!({
        "regardingobjectid_contact_task@odata.bind": format!("/contacts({})", people.ada),
        "ownerid@odata.bind": format!("/systemusers({OTHER_USER})"),
    });
    sim.patch(&url, &[], body);
    assert_eq!(parties(task), [party(8, people.ada), party(9, OTHER_USER)]);
    sim.patch(&url, &[], json!({"regardingobjectid_contact_task": null}));
    assert_eq!(parties(task), [party(9, OTHER_USER)]);
    let team = json!({"ownerid@odata.bind": format!("/teams({TEAM})")});
    sim.patch(&url, &[], team);
    assert_eq!(parties(task), [], "a team takes part in nothing");
    let harbor = format!("accounts({})", people.harbor);
    let about = json!({"regardingobjectid_account_task@odata.bind": format!("/{harbor}")});
    sim.patch(&url, &[], about);
    let owner = json!({"ownerid@odata.bind": format!("/systemusers({OTHER_USER})")});
    sim.patch(&harbor, &[], owner);
    assert_eq!(
        parties(task),
        [party(8, people.harbor), party(9, OTHER_USER)],
        "assigned along with the account"
    );
}

#[test]
fn an_email_tells_its_sender_and_recipients() {
    let sim = Sim::new();
    let people = business(&sim);
    let team = sim.create(
        "contacts",
        json!({"lastname": "Team", "emailaddress1": "team@x.example"}),
    );
    let to = |contact: Uuid| json!({"partyid_contact@odata.bind": format!("/contacts({contact})"), "participationtypemask": 2});
    let email = sim.create(
        "emails",
        json!({"subject": "s", "email_activity_parties": [
            {"partyid_contact@odata.bind": format!("/contacts({team})"), "participationtypemask": 1},
            to(people.ada), to(team),
        ]}),
    );
    let told = || {
        let row = sim
            .get(&format!("emails({email})?$select=sender,torecipients"))
            .json();
        (row["sender"].clone(), row["torecipients"].clone())
    };
    let sender = json!("team@x.example");
    assert_eq!(
        told(),
        (sender.clone(), json!("ada@x.example;team@x.example;"))
    );
    let url = format!("emails({email})/email_activity_parties");
    let body = json!({"value": [to(team)]}).to_string();
    sim.send(Method::PUT, &url, &[], &body);
    assert_eq!(told(), (sender, json!("team@x.example;")));
}

#[test]
fn an_activity_with_start_and_end_has_a_duration() {
    let sim = Sim::new();
    let meeting = sim.create(
        "appointments",
        json!({"subject": "m", "scheduledstart": "2026-03-25T10:00:00Z", "scheduledend": "2026-03-25T11:30:00Z"}),
    );
    let minutes = |column: &str| {
        let url = format!("appointments({meeting})?$select={column}");
        sim.get(&url).json()[column].clone()
    };
    assert_eq!(minutes("scheduleddurationminutes"), json!(90));
    let url = format!("appointments({meeting})");
    sim.patch(&url, &[], json!({"scheduledend": "2026-03-25T10:15:00Z"}));
    assert_eq!(minutes("scheduleddurationminutes"), json!(15));
    sim.patch(
        &url,
        &[],
        json!({"scheduledend": "2026-03-25T12:00:00Z", "scheduleddurationminutes": 7}),
    );
    assert_eq!(
        minutes("scheduleddurationminutes"),
        json!(7),
        "what is given counts"
    );
    sim.patch(
        &url,
        &[],
        json!({"actualstart": "2026-03-25T17:00:47Z", "statecode": 1}),
    );
    assert_eq!(minutes("actualdurationminutes"), json!(42), "until now");
}

#[test]
fn a_connection_has_another_half() {
    let sim = Sim::new();
    let people = business(&sim);
    let role = |name: &str| sim.create("connectionroles", json!({"name": name}));
    let (buyer, seller) = (role("Buyer"), role("Seller"));
    let id = sim.create(
        "connections",
        json!({
            "description": "since May",
            "record1id_contact@odata.bind": format!("/contacts({})", people.ada),
            "record1roleid@odata.bind": format!("/connectionroles({buyer})"),
            "record2id_account@odata.bind": format!("/accounts({})", people.harbor),
            "record2roleid@odata.bind": format!("/connectionroles({seller})"),
        }),
    );
    let one = sim.get(&format!("connections({id})")).json();
    let other_id = one["_relatedconnectionid_value"]
        .as_str()
        .unwrap()
        .to_owned();
    let other_url = format!("connections({other_id})");
    let other = sim.get(&other_url).json();
    assert_eq!(
        (&one["ismaster"], &other["ismaster"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(other["_relatedconnectionid_value"], json!(id));
    assert_eq!(
        (&one["name"], &other["name"]),
        (&json!("Harbor Tools"), &json!("Ada Lind"))
    );
    for (here, there) in [
        ("_record1id_value", "_record2id_value"),
        ("_record2id_value", "_record1id_value"),
        ("_record1roleid_value", "_record2roleid_value"),
        ("_record2roleid_value", "_record1roleid_value"),
        ("description", "description"),
        ("_ownerid_value", "_ownerid_value"),
    ] {
        assert!(!one[here].is_null(), "{here}");
        assert_eq!(one[here], other[there], "{here}");
    }
    sim.patch(
        &other_url,
        &[],
        json!({"description": "over", "statecode": 1}),
    );
    let one = sim.get(&format!("connections({id})")).json();
    assert_eq!(
        (&one["description"], &one["statuscode"]),
        (&json!("over"), &json!(2))
    );
    assert_eq!(sim.delete(&other_url).status(), StatusCode::NO_CONTENT);
    assert_eq!(
        sim.get("connections").json()["value"],
        json!([]),
        "they go together"
    );
}

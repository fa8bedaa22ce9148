use super::*;

#[test]
fn rows_are_found_by_id_and_by_alternate_key() {
    let sim = Sim::new();
    let Business { harbor, ada, .. } = business(&sim);
    for key in [
        harbor.to_string(),
        harbor.to_string().to_uppercase(),
        format!("accountid={harbor}"),
        "accountnumber='H-1'".to_owned(),
        "accountnumber='h-1'".to_owned(),
        "accountnumber='H%2D1'".to_owned(),
        "accountnumber=@k".to_owned(),
    ] {
        let query = if key.contains("@k") { "?@k='H-1'" } else { "" };
        assert_eq!(
            sim.get(&format!("accounts({key}){query}")).json()["accountid"],
            json!(harbor),
            "{key}"
        );
    }
    for key in [
        "firstname='Ada',emailaddress1='ada@x.example'",
        "emailaddress1='ada%40x.example',firstname='Ada'",
    ] {
        assert_eq!(
            sim.get(&format!("contacts({key})")).json()["contactid"],
            json!(ada),
            "{key}"
        );
    }
}

#[test]
fn slashes_in_a_key_value_travel_in_a_parameter_alias_only() {
    let sim = Sim::new();
    let malformed = "Bad Request - Error in query syntax.";
    for value in ["A/B", "A\\B"] {
        let id = sim.create("accounts", json!({"name": "A", "accountnumber": value}));
        let encoded = value.replace('/', "%2F").replace('\\', "%5C");
        for spelling in [value, &encoded] {
            let url = format!("accounts(accountnumber='{spelling}')");
            for answer in [
                sim.get(&url),
                sim.patch(&url, &[], json!({"fax": "1"})),
                sim.delete(&url),
            ] {
                assert_eq!(
                    answer.refusal(),
                    (400, "0x80060888".to_owned(), malformed.to_owned()),
                    "{url}"
                );
            }
        }
        let url = format!("accounts(accountnumber=@key)?@key='{encoded}'");
        assert_eq!(sim.get(&url).json()["accountid"], json!(id), "{value}");
    }
}

#[test]
fn most_characters_may_stand_in_a_key_value() {
    let sim = Sim::new();
    for value in ["a'b''c", "<*>%&:?+#", "ü (x) = y, z"] {
        let id = sim.create("accounts", json!({"name": "A", "accountnumber": value}));
        let encoded = percent_encoding::utf8_percent_encode(
            &value.replace('\'', "''"),
            percent_encoding::NON_ALPHANUMERIC,
        )
        .to_string();
        let url = format!("accounts(accountnumber='{encoded}')");
        assert_eq!(sim.get(&url).json()["accountid"], json!(id), "{value}");
        assert_eq!(
            sim.patch(&url, &[("if-match", "*")], json!({"fax": "1"}))
                .status(),
            StatusCode::NO_CONTENT,
            "{value}"
        );
    }
}

#[test]
fn keys_that_are_none_are_refused_and_missing_rows_told() {
    let sim = Sim::new();
    let undeclared = "The key in the request URI is not valid for resource 'Microsoft.Dynamics.CRM.account'. Ensure that the \
                      names and number of key properties match the declared or alternate key properties for the resource \
                      'Microsoft.Dynamics.CRM.account'.";
    let syntax = "Bad Request - Error in query syntax.";
    for (key, status, code, message) in [
        ("name='x'", 400, "0x80060888", undeclared),
        ("accountnumber='x',name='y'", 400, "0x80060888", undeclared),
        ("nosuch='x'", 400, "0x80060888", undeclared),
        ("1234", 400, "0x80060888", syntax),
        ("not-a-guid", 400, "0x80060888", syntax),
        (
            "guid'00000000-0000-0000-0000-000000000001'",
            400,
            "0x80060888",
            syntax,
        ),
        (
            "{00000000-0000-0000-0000-000000000001}",
            400,
            "0x80060888",
            syntax,
        ),
        (
            "00000000-0000-0000-0000-000000000001",
            404,
            "0x80040217",
            "account With Id = 00000000-0000-0000-0000-000000000001 Does Not Exist",
        ),
        (
            "accountnumber='x'",
            404,
            "0x80060891",
            "A record with the specified key values does not exist in account entity",
        ),
    ] {
        assert_eq!(
            sim.get(&format!("accounts({key})")).refusal(),
            (status, code.to_owned(), message.to_owned()),
            "{key}"
        );
    }
}

#[test]
fn a_key_guards_its_values() {
    let sim = Sim::new();
    let Business { north, .. } = business(&sim);
    let violated = (
        412,
        "0x80060892".to_owned(),
        "Entity Key AccountNumber violated. A record with the same value for accountnumber already exists. A duplicate record \
         cannot be created. Select one or more unique values and try again."
            .to_owned(),
    );
    assert_eq!(
        sim.post("accounts", json!({"name": "Z", "accountnumber": "h-1"}))
            .refusal(),
        violated
    );
    assert_eq!(
        sim.patch(
            &format!("accounts({north})"),
            &[],
            json!({"accountnumber": "H-1"})
        )
        .refusal(),
        violated
    );
    sim.create("accounts", json!({"name": "Without a number"}));
}

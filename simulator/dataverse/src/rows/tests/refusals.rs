use super::*;

const PAYLOAD: &str = "Error identified in Payload provided by the user for Entity :'accounts', For more information on this \
                       error please follow this help link https://go.microsoft.com/fwlink/?linkid=2195293  ---->  \
                       InnerException : ";

#[test]
fn queries_are_refused_in_the_services_words() {
    let sim = Sim::new();
    for (url, status, message) in [
        (
            "Account",
            404,
            "Resource not found for the segment 'Account'.",
        ),
        (
            "accounts/nosuch",
            404,
            "Resource not found for the segment 'nosuch'.",
        ),
        (
            "accounts?$select=Name",
            400,
            "Could not find a property named 'Name' on type 'Microsoft.Dynamics.CRM.account'.",
        ),
        (
            "accounts?$select=primarycontactid",
            400,
            "Could not find a property named 'primarycontactid' on type 'Microsoft.Dynamics.CRM.account'.",
        ),
        (
            "accounts?$select=industrycodename",
            400,
            "Could not find a property named 'industrycodename' on type 'Microsoft.Dynamics.CRM.account'.",
        ),
        (
            "accounts?$filter=Name eq 'x'",
            400,
            "Could not find a property named 'Name' on type 'Microsoft.Dynamics.CRM.account'.",
        ),
        (
            "accounts?$filter=primarycontactid/nosuch eq 'x'",
            400,
            "Could not find a property named 'nosuch' on type 'Microsoft.Dynamics.CRM.contact'.",
        ),
        (
            "accounts?$orderby=nosuch",
            400,
            "Could not find a property named 'nosuch' on type 'Microsoft.Dynamics.CRM.account'.",
        ),
        (
            "accounts?$expand=nosuch",
            400,
            "Could not find a property named 'nosuch' on type 'Microsoft.Dynamics.CRM.account'.",
        ),
        (
            "accounts?$skip=1",
            400,
            "The query parameter $skip is not supported",
        ),
        (
            "accounts?$search=x",
            400,
            "The query parameter $search is not supported",
        ),
        (
            "accounts?$filter=name eq 'O'Brien'",
            400,
            "There is an unterminated literal at position 17 in 'name eq 'O'Brien''.",
        ),
        (
            "accounts?$filter=name eqq 'x'",
            400,
            "Syntax error at position 5 in 'name eqq 'x''.",
        ),
        (
            "accounts?$filter=numberofemployees eq 'x'",
            400,
            "A binary operator with incompatible types was detected. Found operand types 'Edm.Int32' and 'Edm.String' for operator kind 'Equal'.",
        ),
        (
            "accounts?$filter=createdon gt 'x'",
            400,
            "A binary operator with incompatible types was detected. Found operand types 'Edm.DateTimeOffset' and 'Edm.String' for operator kind 'GreaterThan'.",
        ),
        (
            "accounts?$filter=accountid eq 5",
            400,
            "A binary operator with incompatible types was detected. Found operand types 'Edm.Guid' and 'Edm.Int32' for operator kind 'Equal'.",
        ),
        (
            "accounts?$filter=name",
            400,
            "The $filter expression must evaluate to a single boolean value.",
        ),
        (
            "accounts?$filter=length(name) gt 5",
            400,
            "An unknown function with name 'length' was found. This may also be a function import or a key lookup on a navigation property, which is not allowed.",
        ),
        (
            "accounts?$filter=contains(revenue,'5')",
            400,
            "No function signature for the function with name 'contains' matches the specified arguments. The function signatures considered are: contains(Edm.String Nullable=true, Edm.String Nullable=true).",
        ),
        (
            "accounts?$filter=not Microsoft.Dynamics.CRM.Today(PropertyName='createdon')",
            400,
            "Not operator along with the Custom Named Condition operators is not allowed",
        ),
        (
            "accounts?$filter=Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=['a' 'b'])",
            400,
            "Invalid JSON. A comma character ',' was expected in scope 'Array'. Every two elements in an array and properties of an object must be separated by commas.",
        ),
        (
            "accounts?$top=x",
            400,
            "Invalid value 'x' for $top query option found. The $top query option requires a non-negative integer value.",
        ),
    ] {
        let refusal = sim.get(url).refusal();
        assert_eq!(
            refusal,
            (status, "0x80060888".to_owned(), message.to_owned()),
            "{url}"
        );
    }
}

#[test]
fn bodies_are_refused_in_the_services_words() {
    let sim = Sim::new();
    let payload = |detail: &str| ("0x80048d19", format!("{PAYLOAD}{detail}"));
    for (body, (code, message)) in [
        (
            json!({"Name": "x"}),
            payload(
                "Microsoft.Crm.CrmException: Invalid property 'Name' was found in entity 'Microsoft.Dynamics.CRM.account'. ---> \
                 Microsoft.OData.ODataException: The property 'Name' does not exist on type 'Microsoft.Dynamics.CRM.account'. \
                 Make sure to only use property names that are defined by the type.",
            ),
        ),
        (
            json!({"PrimaryContactId@odata.bind": "/contacts(1)"}),
            payload(
                "Microsoft.OData.ODataException: An undeclared property 'PrimaryContactId' which only has property annotations \
                 in the payload but no property value was found in the payload. In OData, only declared navigation properties \
                 and declared named streams can be represented as properties without values.",
            ),
        ),
        (
            json!({"numberofemployees": "Charity"}),
            payload(
                "Microsoft.OData.ODataException: Cannot convert the literal 'Charity' to the expected type 'Edm.Int32'. ---> \
                 System.FormatException: Input string was not in a correct format.",
            ),
        ),
        (
            json!({"donotemail": 0}),
            payload(
                "Microsoft.OData.ODataException: Cannot convert the literal '0' to the expected type 'Edm.Boolean'. ---> \
                 Microsoft.OData.ODataException: Cannot convert a value of type 'Edm.Int32' to the expected target type \
                 'Edm.Boolean'.",
            ),
        ),
        (
            json!({"@logicalName": "account"}),
            payload(
                "System.ArgumentException: 'logicalName' is an invalid instance annotation name. An instance annotation name \
                 must contain a period that is not at the start or end of the name.",
            ),
        ),
        (
            json!({"_primarycontactid_value": null}),
            (
                "0x80060888",
                "CRM do not support direct update of Entity Reference properties, Use Navigation properties instead.".to_owned(),
            ),
        ),
        (
            json!({"name": "x".repeat(161)}),
            (
                "0x80044331",
                "A validation error occurred.  The length of the 'name' attribute of the 'account' entity exceeded the maximum \
                 allowed length of '160'."
                    .to_owned(),
            ),
        ),
        (
            json!({"accountcategorycode": 99}),
            (
                "0x8004431a",
                "A validation error occurred. The value 99 of 'accountcategorycode' on record of type 'account' is outside the \
                 valid range. Accepted Values: 1,2"
                    .to_owned(),
            ),
        ),
        (
            json!({"numberofemployees": -1}),
            (
                "0x8004432f",
                "A validation error occurred. The value -1 of 'numberofemployees' on record of type 'account' is outside the \
                 valid range."
                    .to_owned(),
            ),
        ),
        (
            json!({"address1_latitude": 91}),
            (
                "0x80044330",
                "A validation error occurred. The value 91 of 'address1_latitude' on record of type 'account' is outside the \
                 valid range."
                    .to_owned(),
            ),
        ),
    ] {
        let text = body.to_string();
        assert_eq!(sim.post("accounts", body).refusal(), (400, code.to_owned(), message), "{text}");
    }
    assert_eq!(sim.get("accounts/$count").text(), "\u{feff}0");
}

#[test]
fn a_lookup_to_nothing_is_not_found() {
    let sim = Sim::new();
    let absent = Uuid::from_u128(5);
    let refused = sim.post(
        "accounts",
        json!({"name": "A", "primarycontactid@odata.bind": format!("/contacts({absent})")}),
    );
    assert_eq!(
        refused.refusal(),
        (
            404,
            "0x80040217".to_owned(),
            format!("contact With Id = {absent} Does Not Exist")
        )
    );
    let wrong = sim.post(
        "accounts",
        json!({"name": "A", "primarycontactid@odata.bind": format!("/systemusers({USER})")}),
    );
    assert_eq!(
        (wrong.refusal().0, wrong.refusal().1.as_str()),
        (400, "0x80048d19")
    );
}

#[test]
fn broken_bodies_and_wrong_methods_are_refused() {
    let sim = Sim::new();
    for body in ["", "{", "[]", "\"x\"", "{\"name\":}", "\u{0}"] {
        let refusal = sim.send(Method::POST, "accounts", &[], body).refusal();
        assert_eq!(
            (refusal.0, refusal.1.as_str()),
            (400, "0x80048d19"),
            "{body}: {}",
            refusal.2
        );
    }
    for method in [Method::PATCH, Method::DELETE, Method::PUT] {
        assert_eq!(
            sim.send(method.clone(), "accounts", &[], "{}").status(),
            StatusCode::METHOD_NOT_ALLOWED,
            "{method}"
        );
    }
    assert_eq!(
        sim.post(&format!("accounts({USER})"), json!({})).status(),
        StatusCode::METHOD_NOT_ALLOWED
    );
    assert_eq!(
        sim.post("teammemberships", json!({})).status(),
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[test]
fn what_the_system_requires_must_be_there() {
    let sim = Sim::new();
    let required = (
        400,
        "0x80040200".to_owned(),
        "Required field missing.".to_owned(),
    );
    assert_eq!(
        sim.post("transactioncurrencies", json!({"currencyname": "Krone"}))
            .refusal(),
        required
    );
    let id = sim.create(
        "accounts",
        json!({"fax": "application-required columns are not enforced"}),
    );
    assert_eq!(
        sim.patch(&format!("teams({TEAM})"), &[], json!({"name": null}))
            .refusal(),
        required
    );
    assert_eq!(
        sim.patch(&format!("accounts({id})"), &[], json!({"name": null}))
            .status(),
        StatusCode::NO_CONTENT
    );
}

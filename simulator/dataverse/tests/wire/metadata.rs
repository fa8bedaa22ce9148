//! Metadata as clients read it.

use crate::support::Client;
use dataverse_sim::{RunningSim, Sim};
use http::StatusCode;
use serde_json::{Value, json};

async fn start() -> (RunningSim, Client) {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    (sim, client)
}

/// Drops the ids, which are the simulator's own.
fn without_ids(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| *name != "MetadataId")
            .map(|(name, value)| (name.clone(), without_ids(value)))
            .collect(),
        Value::Array(values) => values.iter().map(without_ids).collect(),
        other => other.clone(),
    }
}

#[tokio::test]
async fn a_table_is_found_by_logical_name_and_by_id() {
    let (sim, client) = start().await;
    let path = "EntityDefinitions(LogicalName='opportunity')?$select=EntitySetName,PrimaryNameAttribute,ObjectTypeCode";
    let json = client.get(path).await.json();
    assert_eq!(json["EntitySetName"], "opportunities");
    assert_eq!(json["PrimaryNameAttribute"], "name");
    assert_eq!(json["ObjectTypeCode"], 3);
    assert_eq!(
        json.as_object().unwrap().len(),
        5,
        "context, id and what was selected: {json}"
    );
    let context = format!(
        "{}$metadata#EntityDefinitions(EntitySetName,PrimaryNameAttribute,ObjectTypeCode)/$entity",
        sim.web_api_url()
    );
    assert_eq!(json["@odata.context"], context);

    let by_id = format!(
        "EntityDefinitions({})?$select=LogicalName",
        json["MetadataId"].as_str().unwrap()
    );
    assert_eq!(
        client.get(&by_id).await.json()["LogicalName"],
        "opportunity"
    );
}

#[tokio::test]
async fn tables_are_filtered_by_text_number_flag_enumeration_and_managed_property() {
    let (_sim, client) = start().await;
    for (filter, expected) in [
        ("LogicalName eq 'lead'", vec!["lead"]),
        ("EntitySetName eq 'opportunities'", vec!["opportunity"]),
        ("ObjectTypeCode eq 2", vec!["contact"]),
        (
            "IsActivity eq true and ObjectTypeCode eq 4212",
            vec!["task"],
        ),
        (
            "OwnershipType eq Microsoft.Dynamics.CRM.OwnershipTypes'OrganizationOwned' and ObjectTypeCode eq 9105",
            vec!["transactioncurrency"],
        ),
        (
            "CanCreateAttributes/Value eq false",
            vec![
                "accountleads",
                "contactleads",
                "listmember",
                "systemuserroles",
                "teamroles",
                "roleprivileges",
                "teammembership",
            ],
        ),
        (
            "LogicalName eq 'lead' or (SchemaName eq 'Task' and not (IsActivity eq false))",
            vec!["lead", "task"],
        ),
        ("LogicalName eq 'nothing'", vec![]),
    ] {
        let path = format!(
            "EntityDefinitions?$select=LogicalName&$filter={}",
            filter.replace(' ', "%20")
        );
        let json = client.get(&path).await.json();
        let names: Vec<&str> = json["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(|table| table["LogicalName"].as_str().unwrap())
            .collect();
        assert_eq!(names, expected, "{filter}");
    }
}

#[tokio::test]
async fn columns_of_mixed_type_name_their_type() {
    let (_sim, client) = start().await;
    let path = "EntityDefinitions(LogicalName='lead')/Attributes?$select=LogicalName,AttributeType,AttributeTypeName,\
                RequiredLevel,IsValidForCreate,AttributeOf";
    let json = client.get(path).await.json();
    let column = |name: &str| {
        let columns = json["value"].as_array().unwrap();
        columns
            .iter()
            .find(|column| column["LogicalName"] == name)
            .unwrap()
            .clone()
    };
    assert_eq!(
        column("subject")["@odata.type"],
        "#Microsoft.Dynamics.CRM.StringAttributeMetadata"
    );
    assert_eq!(
        column("subject")["RequiredLevel"]["Value"],
        "ApplicationRequired"
    );
    assert_eq!(column("ownerid")["AttributeType"], "Owner");
    assert_eq!(
        column("ownerid")["@odata.type"],
        "#Microsoft.Dynamics.CRM.LookupAttributeMetadata"
    );
    assert_eq!(column("entityimage")["AttributeType"], "Virtual");
    assert_eq!(
        column("entityimage")["AttributeTypeName"]["Value"],
        "ImageType"
    );
    assert_eq!(column("createdon")["IsValidForCreate"], false);
    assert_eq!(
        column("leadqualitycodename")["AttributeOf"],
        "leadqualitycode"
    );
}

#[tokio::test]
async fn choices_come_with_a_cast_and_expand() {
    let (sim, client) = start().await;
    let path = "EntityDefinitions(LogicalName='lead')/Attributes(LogicalName='leadqualitycode')/\
                Microsoft.Dynamics.CRM.PicklistAttributeMetadata?$select=LogicalName\
                &$expand=OptionSet($select=Options),GlobalOptionSet($select=Options)";
    let json = client.get(path).await.json();
    let context = format!(
        "{}$metadata#EntityDefinitions('lead')/Attributes/Microsoft.Dynamics.CRM.PicklistAttributeMetadata\
         (LogicalName,OptionSet(Options),GlobalOptionSet(Options))/$entity",
        sim.web_api_url()
    );
    assert_eq!(json["@odata.context"], context);
    assert_eq!(json["GlobalOptionSet"], Value::Null);
    let options: Vec<(i64, &str)> = json["OptionSet"]["Options"]
        .as_array()
        .unwrap()
        .iter()
        .map(|option| {
            (
                option["Value"].as_i64().unwrap(),
                option["Label"]["UserLocalizedLabel"]["Label"]
                    .as_str()
                    .unwrap(),
            )
        })
        .collect();
    assert_eq!(options, [(1, "Hot"), (2, "Warm"), (3, "Cold")]);
}

#[tokio::test]
async fn states_name_their_default_reason_and_reasons_their_state() {
    let (_sim, client) = start().await;
    let options = async |column: &str, cast: &str| {
        let path = format!(
            "EntityDefinitions(LogicalName='lead')/Attributes(LogicalName='{column}')/\
             Microsoft.Dynamics.CRM.{cast}AttributeMetadata/OptionSet?$select=Options"
        );
        client.get(&path).await.json()["Options"].clone()
    };
    let states = options("statecode", "State").await;
    assert_eq!(states[1]["InvariantName"], "Qualified");
    assert_eq!(states[1]["DefaultStatus"], 3);
    let reasons = options("statuscode", "Status").await;
    assert_eq!(reasons[3]["State"], 2);
    assert_eq!(
        reasons[3]["@odata.type"],
        "#Microsoft.Dynamics.CRM.StatusOptionMetadata"
    );
}

#[tokio::test]
async fn a_cast_collection_knows_the_members_of_its_type() {
    let (_sim, client) = start().await;
    let path = "EntityDefinitions(LogicalName='account')/Attributes/Microsoft.Dynamics.CRM.StringAttributeMetadata\
                ?$select=LogicalName,MaxLength,FormatName&$filter=LogicalName%20eq%20'name'";
    let json = client.get(path).await.json();
    let expected =
        json!([{"LogicalName": "name", "MaxLength": 160, "FormatName": {"Value": "Text"}}]);
    assert_eq!(without_ids(&json["value"]), expected);
}

#[tokio::test]
async fn global_choices_are_shared_and_listed() {
    let (_sim, client) = start().await;
    let json = client
        .get("GlobalOptionSetDefinitions(Name='budgetstatus')")
        .await
        .json();
    assert_eq!(json["IsGlobal"], true);
    assert_eq!(json["Options"][2]["Value"], 2);
    let path = "EntityDefinitions(LogicalName='lead')/Attributes(LogicalName='budgetstatus')/\
                Microsoft.Dynamics.CRM.PicklistAttributeMetadata?$select=LogicalName&$expand=GlobalOptionSet($select=Name)";
    assert_eq!(
        client.get(path).await.json()["GlobalOptionSet"]["Name"],
        "budgetstatus"
    );
}

#[tokio::test]
async fn lookups_are_bound_by_the_names_that_relationships_tell() {
    let (_sim, client) = start().await;
    let path = "EntityDefinitions(LogicalName='task')/ManyToOneRelationships?$select=ReferencingAttribute,\
                ReferencedEntity,ReferencingEntityNavigationPropertyName&$filter=ReferencedEntity%20eq%20'lead'";
    let json = client.get(path).await.json();
    let expected = json!([{
        "ReferencingAttribute": "regardingobjectid",
        "ReferencedEntity": "lead",
        "ReferencingEntityNavigationPropertyName": "regardingobjectid_lead_task",
    }]);
    assert_eq!(without_ids(&json["value"]), expected);

    let one = client
        .get("RelationshipDefinitions(SchemaName='Lead_Tasks')")
        .await
        .json();
    assert_eq!(one["ReferencedEntityNavigationPropertyName"], "Lead_Tasks");
    assert_eq!(one["CascadeConfiguration"]["Delete"], "Cascade");
    let many = client
        .get("EntityDefinitions(LogicalName='team')/ManyToManyRelationships")
        .await
        .json();
    let names: Vec<_> = many["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|many| many["Entity1NavigationPropertyName"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["teamroles_association", "teammembership_association"]
    );
}

#[tokio::test]
async fn keys_are_listed_and_can_be_added_at_start() {
    let sim = Sim::builder()
        .schema(|parts| assert!(parts.add_key("lead", "sim_LeadEmail", &["emailaddress1"])))
        .start()
        .await
        .unwrap();
    let client = Client::signed_in(&sim).await;
    let json = client
        .get("EntityDefinitions(LogicalName='lead')/Keys(LogicalName='sim_leademail')")
        .await
        .json();
    assert_eq!(json["KeyAttributes"], json!(["emailaddress1"]));
    assert_eq!(json["EntityKeyIndexStatus"], "Active");
}

#[tokio::test]
async fn a_table_expands_to_its_columns_and_relationships() {
    let (_sim, client) = start().await;
    let path = "EntityDefinitions(LogicalName='contact')?$select=LogicalName&$expand=Attributes($select=LogicalName;\
                $filter=AttributeType%20eq%20Microsoft.Dynamics.CRM.AttributeTypeCode'Customer'),\
                ManyToOneRelationships($select=SchemaName;$filter=ReferencingAttribute%20eq%20'parentcustomerid')";
    let json = client.get(path).await.json();
    assert_eq!(json["Attributes"][0]["LogicalName"], "parentcustomerid");
    assert_eq!(
        json["ManyToOneRelationships"][0]["SchemaName"],
        "contact_customer_accounts"
    );
    assert_eq!(
        json["ManyToOneRelationships"][1]["SchemaName"],
        "contact_customer_contacts"
    );
}

#[tokio::test]
async fn what_is_not_there_is_told_with_its_code() {
    let (_sim, client) = start().await;
    for (path, status, code, text) in [
        (
            "EntityDefinitions(LogicalName='nothing')",
            404,
            "0x80040217",
            "entity name: nothing",
        ),
        (
            "EntityDefinitions(LogicalName='lead')/Attributes(LogicalName='nothing')",
            404,
            "0x80040217",
            "nothing",
        ),
        (
            "EntityDefinitions?$select=Nothing",
            400,
            "0x80060888",
            "'Nothing' on type 'Microsoft.Dynamics.CRM.EntityMetadata'",
        ),
        (
            "EntityDefinitions(LogicalName='lead')/Attributes?$select=MaxLength",
            400,
            "0x80060888",
            "'MaxLength' on type 'Microsoft.Dynamics.CRM.AttributeMetadata'",
        ),
        (
            "EntityDefinitions(LogicalName='lead')/Attributes/Microsoft.Dynamics.CRM.EnumAttributeMetadata",
            404,
            "0x80060888",
            "EnumAttributeMetadata",
        ),
        (
            "EntityDefinitions(LogicalName='lead')/Nothing",
            404,
            "0x80060888",
            "segment 'Nothing'",
        ),
        ("EntityDefinitions?$top=1", 400, "0x80060888", "$top"),
        ("EntityDefinitions(lead)", 400, "0x80060888", "query syntax"),
    ] {
        let answer = client.get(path).await;
        let (found, message) = answer.error();
        assert_eq!(
            (answer.status.as_u16(), found.as_str()),
            (status, code),
            "{path}: {message}"
        );
        assert!(message.contains(text), "{path}: {message}");
    }
}

#[tokio::test]
async fn the_schema_document_is_wellformed_and_names_what_generators_need() {
    let (_sim, client) = start().await;
    let answer = client.get("$metadata").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "application/xml");
    let xml = answer.text();
    let mut reader = quick_xml::Reader::from_str(&xml);
    let mut depth = 0_i32;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(_) => depth += 1,
            quick_xml::events::Event::End(_) => depth -= 1,
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    for part in [
        r#"<EntityType Name="lead" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="leadid" /></Key>"#,
        r#"<NavigationProperty Name="customerid_account" Type="mscrm.account" Nullable="true" Partner="opportunity_customer_accounts">"#,
        r#"<ReferentialConstraint Property="_primarycontactid_value" ReferencedProperty="contactid" />"#,
        r#"<EntitySet Name="opportunities" EntityType="mscrm.opportunity">"#,
        r#"<Property Name="estimatedclosedate" Type="Edm.Date" />"#,
    ] {
        assert!(xml.contains(part), "{part}");
    }
    assert!(
        !xml.contains("leadqualitycodename"),
        "companions are no properties"
    );
}

#[tokio::test]
async fn only_answers_of_a_base_type_name_the_type_that_is_there() {
    let (_sim, client) = start().await;
    for (path, kind) in [
        (
            "GlobalOptionSetDefinitions(Name='need')",
            "#Microsoft.Dynamics.CRM.OptionSetMetadata",
        ),
        (
            "RelationshipDefinitions(SchemaName='Lead_Tasks')",
            "#Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata",
        ),
        (
            "EntityDefinitions(LogicalName='lead')/Attributes(LogicalName='subject')",
            "#Microsoft.Dynamics.CRM.StringAttributeMetadata",
        ),
    ] {
        assert_eq!(client.get(path).await.json()["@odata.type"], kind, "{path}");
    }
    for path in [
        "EntityDefinitions(LogicalName='lead')",
        "EntityDefinitions(LogicalName='lead')/Attributes(LogicalName='subject')/Microsoft.Dynamics.CRM.StringAttributeMetadata",
    ] {
        assert!(
            client.get(path).await.json().get("@odata.type").is_none(),
            "{path}"
        );
    }
}

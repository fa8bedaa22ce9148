//! Documents and what becomes of them.

mod declared;
mod organisation;
mod told_again;

use super::*;
use crate::metadata::csdl_document;
use crate::operations::Repertoire;
use crate::schema::definition::{Template, add_columns};
use crate::schema::{ColumnKind, Navigation, Ownership, Schema};

/// A document with these types and sets.
fn document(types: &str, sets: &str) -> String {
    format!(
        "<edmx:Edmx Version=\"4.0\" xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\"><edmx:DataServices>\n\
         <Schema Namespace=\"Microsoft.Dynamics.CRM\" Alias=\"mscrm\" xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">\n\
         <EntityType Name=\"crmbaseentity\" Abstract=\"true\" />\n{types}\n\
         <EntityContainer Name=\"System\">{sets}</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>"
    )
}

/// A table with these properties, and its set.
fn table(name: &str, inner: &str) -> (String, String) {
    (
        format!(
            "<EntityType Name=\"{name}\" BaseType=\"mscrm.crmbaseentity\">\
             <Key><PropertyRef Name=\"{name}id\"/></Key><Property Name=\"{name}id\" Type=\"Edm.Guid\"/>{inner}</EntityType>"
        ),
        format!("<EntitySet Name=\"{name}set\" EntityType=\"mscrm.{name}\"/>"),
    )
}

fn schema_of(tables: &[(String, String)]) -> Schema {
    let types: String = tables.iter().map(|(one, _)| one.as_str()).collect();
    let sets: String = tables.iter().map(|(_, set)| set.as_str()).collect();
    import(&document(&types, &sets)).unwrap().parts.build()
}

fn one(inner: &str) -> Schema {
    schema_of(&[table("new_boat", inner)])
}

fn kind<'a>(schema: &'a Schema, column: &str) -> &'a ColumnKind {
    let table = schema.table("new_boat").unwrap();
    &table.column(column).unwrap().kind
}

#[test]
fn a_property_gives_a_column_of_its_type() {
    let schema = one(concat!(
        "<Property Name=\"new_name\" Type=\"Edm.String\"/><Property Name=\"new_long\" Type=\"Edm.String\" MaxLength=\"9000\"/>",
        "<Property Name=\"new_count\" Type=\"Edm.Int32\"/><Property Name=\"new_big\" Type=\"Edm.Int64\"/>",
        "<Property Name=\"new_day\" Type=\"Edm.Date\"/><Property Name=\"new_at\" Type=\"Edm.DateTimeOffset\"/>",
        "<Property Name=\"new_is\" Type=\"Edm.Boolean\"/><Property Name=\"new_x\" Type=\"Edm.Double\"/>",
        "<Property Name=\"new_rate\" Type=\"Edm.Decimal\" Scale=\"4\"/>",
    ));
    let table = schema.table_by_set("new_boatset").unwrap();
    assert_eq!(table.primary_id, "new_boatid");
    assert_eq!(table.primary_name, "new_name");
    assert_eq!(table.display_name.text(), "Boat");
    assert!(table.is_custom);
    assert_eq!(table.ownership, Ownership::Organisation);
    assert!(table.column("versionnumber").is_some());
    for (column, edm) in [
        ("new_name", "Edm.String"),
        ("new_count", "Edm.Int32"),
        ("new_big", "Edm.Int64"),
        ("new_day", "Edm.Date"),
        ("new_at", "Edm.DateTimeOffset"),
        ("new_is", "Edm.Boolean"),
        ("new_x", "Edm.Double"),
    ] {
        assert_eq!(table.column(column).unwrap().edm_type(), edm, "{column}");
    }
    assert!(matches!(
        kind(&schema, "new_long"),
        ColumnKind::Memo {
            max_length: 9000,
            ..
        }
    ));
    assert!(matches!(
        kind(&schema, "new_rate"),
        ColumnKind::Decimal { precision: 4, .. }
    ));
}

#[test]
fn amounts_pictures_states_and_owners_are_recognised() {
    let schema = one(concat!(
        "<Property Name=\"new_price\" Type=\"Edm.Decimal\"/><Property Name=\"new_price_base\" Type=\"Edm.Decimal\"/>",
        "<Property Name=\"exchangerate\" Type=\"Edm.Decimal\"/><Property Name=\"statecode\" Type=\"Edm.Int32\"/>",
        "<Property Name=\"statuscode\" Type=\"Edm.Int32\"/><Property Name=\"_ownerid_value\" Type=\"Edm.Guid\"/>",
        "<Property Name=\"entityimage\" Type=\"Edm.Binary\"/><Property Name=\"entityimage_url\" Type=\"Edm.String\"/>",
        "<Property Name=\"entityimage_timestamp\" Type=\"Edm.Int64\"/><Property Name=\"entityimageid\" Type=\"Edm.Guid\"/>",
        "<Property Name=\"new_plan\" Type=\"Edm.Binary\"/><Property Name=\"new_plan_name\" Type=\"Edm.String\"/>",
    ));
    let table = schema.table("new_boat").unwrap();
    assert_eq!(table.ownership, Ownership::User);
    assert!(matches!(
        kind(&schema, "new_price"),
        ColumnKind::Money { base_of: None, .. }
    ));
    assert!(matches!(
        kind(&schema, "new_price_base"),
        ColumnKind::Money { base_of: Some(of), .. } if of == "new_price"
    ));
    assert!(matches!(
        kind(&schema, "statecode"),
        ColumnKind::State { .. }
    ));
    assert!(matches!(kind(&schema, "ownerid"), ColumnKind::Owner { .. }));
    assert!(matches!(
        kind(&schema, "entityimage"),
        ColumnKind::Image {
            is_primary: true,
            ..
        }
    ));
    assert!(!table.column("entityimage_url").unwrap().valid_for_create);
    assert!(matches!(kind(&schema, "new_plan"), ColumnKind::File { .. }));
}

#[test]
fn an_enumeration_becomes_a_global_choice() {
    let types = concat!(
        "<EnumType Name=\"new_rig\"><Member Name=\"sloop\"/><Member Name=\"ketch\" Value=\"7\"/></EnumType>",
        "<EntityType Name=\"new_boat\" BaseType=\"Microsoft.Dynamics.CRM.crmbaseentity\"><Key><PropertyRef Name=\"id\"/></Key>",
        "<Property Name=\"id\" Type=\"Edm.Guid\"/><Property Name=\"new_kind\" Type=\"mscrm.new_rig\"/></EntityType>",
    );
    let imported = import(&document(
        types,
        "<EntitySet Name=\"boats\" EntityType=\"mscrm.new_boat\"/>",
    ));
    let schema = imported.unwrap().parts.build();
    let options = match kind(&schema, "new_kind") {
        ColumnKind::Choice { options, .. } => options,
        other => panic!("{other:?}"),
    };
    assert!(options.is_global);
    assert_eq!(options.label(0), Some("Sloop"));
    assert_eq!(options.label(7), Some("Ketch"));
    assert!(schema.option_sets().iter().any(|set| set.name == "new_rig"));
}

#[test]
fn navigation_becomes_lookups_with_all_their_targets() {
    let way = |name: &str, target: &str, partner: &str| {
        format!(
            "<NavigationProperty Name=\"{name}\" Type=\"mscrm.{target}\" Partner=\"{partner}\">\
             <ReferentialConstraint Property=\"_new_client_value\" ReferencedProperty=\"x\"/></NavigationProperty>"
        )
    };
    let schema = one(&format!(
        "<Property Name=\"_new_client_value\" Type=\"Edm.Guid\"/>{}{}\
         <Property Name=\"_new_port_value\" Type=\"Edm.Guid\"/>\
         <NavigationProperty Name=\"new_Port\" Type=\"mscrm.new_boat\" Partner=\"new_port_boats\"/>",
        way("new_Client_account", "account", "new_client_account"),
        way("new_Client_contact", "contact", "new_client_contact"),
    ));
    let table = schema.table("new_boat").unwrap();
    assert!(
        matches!(kind(&schema, "new_client"), ColumnKind::Customer { targets } if targets.len() == 2)
    );
    let to_contact = table.lookup("new_client", "contact").unwrap();
    assert_eq!(to_contact.referencing_navigation, "new_Client_contact");
    assert_eq!(to_contact.referenced_attribute, "contactid");
    assert!(matches!(
        schema
            .table("account")
            .unwrap()
            .navigation("new_client_account"),
        Some(Navigation::OneToMany(_))
    ));
    assert_eq!(table.column("new_port").unwrap().schema_name, "new_Port");
    assert!(table.lookup("new_port", "new_boat").is_some());
}

#[test]
fn collections_that_are_partners_become_many_to_many() {
    let collection = |target: &str| {
        format!(
            "<NavigationProperty Name=\"new_crew\" Type=\"Collection(mscrm.{target})\" Partner=\"new_crew\"/>"
        )
    };
    let ids = concat!(
        "<Property Name=\"new_boatid\" Type=\"Edm.Guid\"/><Property Name=\"new_manid\" Type=\"Edm.Guid\"/>",
        "<Property Name=\"versionnumber\" Type=\"Edm.Int64\"/>",
    );
    let schema = schema_of(&[
        table("new_man", &collection("new_boat")),
        table("new_boat", &collection("new_man")),
        table("new_crew", ids),
    ]);
    let relationship = schema
        .many_to_many()
        .iter()
        .find(|many| many.schema_name == "new_crew")
        .unwrap();
    assert_eq!(relationship.intersect, "new_crew");
    assert_eq!(relationship.first.table, "new_man");
    assert_eq!(relationship.first.intersect_attribute, "new_manid");
    assert_eq!(relationship.second.intersect_attribute, "new_boatid");
    assert!(schema.table("new_crew").unwrap().is_intersect);
}

#[test]
fn annotations_tell_keys_tracking_and_what_cannot_be_written() {
    let inner = concat!(
        "<Property Name=\"new_code\" Type=\"Edm.String\"/><Property Name=\"new_sum\" Type=\"Edm.Int32\">",
        "<Annotation Term=\"Org.OData.Core.V1.Permissions\"><EnumMember>Org.OData.Core.V1.PermissionType/Read</EnumMember>",
        "</Annotation></Property>",
        "<Annotation Term=\"OData.Community.Keys.V1.AlternateKeys\"><Collection><Record><PropertyValue Property=\"Key\">",
        "<Collection><Record><PropertyValue Property=\"Alias\" String=\"c\"/>",
        "<PropertyValue Property=\"Name\" PropertyPath=\"new_code\"/></Record></Collection></PropertyValue></Record>",
        "</Collection></Annotation>",
    );
    let (types, _) = table("new_boat", inner);
    let (other, other_set) = table("new_dock", "");
    let set = concat!(
        "<EntitySet Name=\"new_boats\" EntityType=\"mscrm.new_boat\"><Annotation Term=\"Org.OData.Capabilities.V1.ChangeTracking\">",
        "<Record><PropertyValue Property=\"Supported\" Bool=\"true\"/></Record></Annotation></EntitySet>",
    );
    let schema = import(&document(
        &format!("{types}{other}"),
        &format!("{set}{other_set}"),
    ));
    let schema = schema.unwrap().parts.build();
    let boat = schema.table("new_boat").unwrap();
    assert_eq!(boat.keys[0].columns, ["new_code"]);
    assert!(boat.change_tracking);
    assert!(!schema.table("new_dock").unwrap().change_tracking);
    assert!(!boat.column("new_sum").unwrap().valid_for_update);
}

#[test]
fn a_table_that_is_there_already_only_gains() {
    let inner = "<Property Name=\"name\" Type=\"Edm.Int32\"/><Property Name=\"new_tier\" Type=\"Edm.Int32\"/>";
    let schema = schema_of(&[("<EntityType Name=\"account\" BaseType=\"mscrm.crmbaseentity\"><Key><PropertyRef Name=\"accountid\"/></Key><Property Name=\"accountid\" Type=\"Edm.Guid\"/>".to_owned() + inner + "</EntityType>", "<EntitySet Name=\"accounts\" EntityType=\"mscrm.account\"/>".to_owned())]);
    let account = schema.table("account").unwrap();
    assert_eq!(account.column("name").unwrap().edm_type(), "Edm.String");
    assert_eq!(account.column("new_tier").unwrap().edm_type(), "Edm.Int32");
    assert!(account.column("industrycode").is_some());
}

#[test]
fn what_no_column_can_hold_is_left_out_and_said() {
    let (types, set) = table(
        "new_boat",
        "<Property Name=\"new_at\" Type=\"Edm.GeographyPoint\"/>",
    );
    let imported = import(&document(&types, &set)).unwrap();
    assert_eq!(
        imported.left_out,
        ["1 properties of the type Edm.GeographyPoint: no column has this type"]
    );
}

/// Every element of a document on a line of its own, sorted: the order of tables is no part of what it says.
fn lines(document: &str) -> Vec<String> {
    let apart = document.replace("><", ">\n<");
    let mut lines: Vec<String> = apart.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

/// Says what the second document lacks and has more than the first.
fn assert_same(first: &str, second: &str, shown: &str) {
    let (first, second) = (lines(first), lines(second));
    let only = |one: &[String], other: &[String]| {
        let lines = one.iter().filter(|line| !other.contains(line));
        lines.cloned().collect::<Vec<_>>()
    };
    assert_eq!(only(&first, &second), [""; 0], "lost, {shown}");
    assert_eq!(only(&second, &first), [""; 0], "added, {shown}");
    assert_eq!(first.len(), second.len(), "{shown}");
}

#[test]
fn the_simulators_own_document_gives_the_same_document() {
    let mut parts = standard().unwrap();
    let column = |name: &str| {
        let account = parts.table("account").unwrap();
        let column = account
            .columns
            .iter()
            .find(|column| column.logical_name == name);
        column.unwrap().clone()
    };
    let (money, picture, choice) = (
        column("revenue"),
        column("entityimage"),
        column("industrycode"),
    );
    for (template, name) in [
        (Template::UserOwned, "new_Boat"),
        (Template::OrganisationOwned, "new_Dock"),
        (Template::Activity, "new_Trip"),
    ] {
        let defined = template
            .table(name, &format!("{name}s").to_lowercase())
            .unwrap();
        let mut table = defined.parts;
        table.change_tracking = template != Template::Activity;
        crate::schema::definition::add_currency(&mut table);
        add_columns(&mut table, [money.clone(), picture.clone(), choice.clone()]);
        parts.tables.push(table.into());
        let relationships = defined.relationships.into_iter();
        parts.relationships.extend(relationships.map(Into::into));
    }
    assert!(parts.add_key("new_boat", "new_key", &["industrycode", "ownerid"]));
    let schema = parts.build();
    for is_annotated in [false, true] {
        let document =
            csdl_document(&schema, &Repertoire::standard().catalogue(), is_annotated).unwrap();
        let again = import(&document).unwrap();
        assert_eq!(again.left_out, [""; 0]);
        let again = again.parts.build();
        let second = csdl_document(&again, &Repertoire::standard().catalogue(), false).unwrap();
        let first = csdl_document(&schema, &Repertoire::standard().catalogue(), false).unwrap();
        assert_same(&first, &second, &format!("annotated: {is_annotated}"));
    }
}

#[test]
fn what_is_no_document_is_refused_with_its_line() {
    let cases = [
        ("", 1, "the document has no element"),
        ("{}", 1, "this is JSON"),
        ("<html/>", 1, "the root element is <html>"),
        ("<edmx:Edmx Version=\"1.0\"/>", 1, "this is OData 1.0"),
        ("<edmx:Edmx Version=\"4.0\"/>", 1, "there is no <Schema>"),
        ("<a>\n<b></a>", 2, "the XML is broken"),
        ("<a>\n\n<b>", 3, "the document ends too early"),
        ("<!DOCTYPE a><a/>", 1, "a document type is not allowed"),
        ("<a/>\n<a/>", 2, "there is a second root element"),
    ];
    for (text, line, message) in cases {
        let error = import(text).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("line {line}: {message}")),
            "{text}: {error}"
        );
    }
    let deep = format!("{}{}", "<a>".repeat(10_000), "</a>".repeat(10_000));
    assert!(
        import(&deep)
            .unwrap_err()
            .to_string()
            .contains("nest too deep")
    );
}

#[test]
fn what_contradicts_itself_is_refused_with_its_line() {
    let cases = [
        (
            "<EntityType Name=\"a\" BaseType=\"mscrm.b\"/>",
            "there is no type b, from which a derives",
        ),
        (
            "<EntityType Name=\"a\" BaseType=\"mscrm.a\"/>",
            "the base types of a go in circles",
        ),
        ("<EntityType/>", "<EntityType> has no attribute Name"),
        (
            "<EntityType Name=\"a\"/><EntityType Name=\"a\"/>",
            "the type a is there already, on line 4",
        ),
        (
            "<EntityType Name=\"a\"><Property Name=\"b\"/></EntityType>",
            "<Property> has no attribute Type",
        ),
        (
            "<EnumType Name=\"a\"><Member Name=\"b\" Value=\"x\"/></EnumType>",
            "`x` is no value of an enumeration",
        ),
    ];
    for (types, message) in cases {
        let error = import(&document(types, ""))
            .unwrap_err()
            .in_file("f.xml")
            .to_string();
        assert!(
            error.starts_with(&format!("f.xml, line 4: {message}")),
            "{error}"
        );
    }
    let none = import(&document("", "")).unwrap_err().to_string();
    assert!(
        none.contains("no type in the document is a table"),
        "{none}"
    );
}

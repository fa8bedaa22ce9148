//! The shapes that real documents have, in an invented organisation: activities of every kind, lookups without constraints,
//! plain ids that are navigated, columns that the simulator knows otherwise.

use super::*;
use crate::schema::Navigation::{ManyToOne, OneToMany};

pub(super) const ORGANISATION: &str = include_str!("../../../../examples/organisation.xml");

fn organisation() -> Schema {
    import(ORGANISATION).unwrap().parts.build()
}

#[test]
fn what_stays_behind_is_said_and_nothing_else_does() {
    let imported = import(ORGANISATION).unwrap();
    assert_eq!(
        imported.left_out,
        [
            "1 properties of the type Edm.GeographyPoint: no column has this type",
            "the operation new_Lost: the type mscrm.new_gone is not there",
        ]
    );
}

#[test]
fn collections_of_activities_belong_to_the_type_of_their_rows() {
    let schema = organisation();
    for (table, collection, rows) in [
        ("account", "Account_ActivityPointers", "activitypointer"),
        ("account", "Account_Tasks", "task"),
        ("account", "Account_Faxes", "fax"),
        ("account", "Account_SocialActivities", "socialactivity"),
        ("account", "account_new_inspections", "new_inspection"),
        (
            "knowledgebaserecord",
            "knowledgebaserecord_ActivityPointers",
            "activitypointer",
        ),
        ("systemuser", "user_activity", "activitypointer"),
        ("systemuser", "user_fax", "fax"),
        (
            "systemuser",
            "lk_activitypointer_createdby",
            "activitypointer",
        ),
    ] {
        match schema.table(table).unwrap().navigation(collection) {
            Some(OneToMany(one)) => assert_eq!(one.referencing, rows, "{collection}"),
            other => panic!("{table}.{collection}: {other:?}"),
        }
    }
    for one in schema.relationships() {
        let (_, ending) = one.schema_name.rsplit_once('_').unwrap_or_default();
        assert!(ending.parse::<u32>().is_err(), "{}", one.schema_name);
    }
    let mut names: Vec<&str> = schema
        .relationships()
        .iter()
        .map(|one| one.schema_name.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), schema.relationships().len());
}

#[test]
fn activities_have_the_ways_of_what_they_descend_from() {
    let schema = organisation();
    for table in [
        "task",
        "fax",
        "socialactivity",
        "recurringappointmentmaster",
        "new_inspection",
    ] {
        let table = schema.table(table).unwrap();
        for (way, target) in [
            ("regardingobjectid_account", "account"),
            (
                "regardingobjectid_knowledgebaserecord",
                "knowledgebaserecord",
            ),
            ("sendermailboxid", "mailbox"),
            ("createdby", "systemuser"),
            ("ownerid", "owner"),
        ] {
            match table.navigation(way) {
                Some(ManyToOne(one)) => {
                    assert_eq!(one.referenced, target);
                    assert_eq!(one.referencing, table.logical_name);
                    assert!(table.column(&one.referencing_attribute).is_some());
                }
                other => panic!("{}.{way}: {other:?}", table.logical_name),
            }
        }
        assert!(matches!(
            table.navigation("ActivityPointer_QueueItem"),
            Some(OneToMany(_))
        ));
        assert!(table.lookup("sendermailboxid", "mailbox").is_some());
        let own = table.many_to_one().iter();
        let inherited = own.filter(|one| one.referenced == "mailbox").count();
        assert_eq!(
            inherited, 0,
            "{} has it from its ancestor",
            table.logical_name
        );
    }
}

#[test]
fn a_lookup_without_a_constraint_is_known_by_its_name() {
    let schema = organisation();
    for (table, way, column, target) in [
        (
            "task",
            "regardingobjectid_knowledgebaserecord_task",
            "regardingobjectid",
            "knowledgebaserecord",
        ),
        (
            "fax",
            "regardingobjectid_account_fax",
            "regardingobjectid",
            "account",
        ),
        ("fax", "createdby_fax", "createdby", "systemuser"),
        (
            "new_inspection",
            "new_SiteId_new_inspection",
            "new_siteid",
            "account",
        ),
        ("activityparty", "activityid_fax", "activityid", "fax"),
        (
            "annotation",
            "objectid_knowledgebaserecord",
            "objectid",
            "knowledgebaserecord",
        ),
        (
            "queueitem",
            "objectid_activitypointer",
            "objectid",
            "activitypointer",
        ),
        ("account", "stageid_processstage", "stageid", "processstage"),
        (
            "customcontrolresource",
            "customcontrolid_customcontrol",
            "customcontrolid",
            "customcontrol",
        ),
    ] {
        let table = schema.table(table).unwrap();
        match table.navigation(way) {
            Some(ManyToOne(one)) => {
                assert_eq!(
                    (one.referencing_attribute.as_str(), one.referenced.as_str()),
                    (column, target)
                );
            }
            other => panic!("{}.{way}: {other:?}", table.logical_name),
        }
        let column = table.column(column).unwrap();
        let is_plain = matches!(column.kind, ColumnKind::Uniqueidentifier);
        assert!(
            is_plain || column.targets().iter().any(|known| known == target),
            "{way}: {:?}",
            column.targets()
        );
    }
}

#[test]
fn a_property_keeps_its_name_whatever_tables_of_its_kind_usually_have() {
    let schema = organisation();
    for (table, properties) in [
        (
            "new_asset",
            &[
                "owninguser",
                "owningbusinessunit",
                "organizationid",
                "iscustomizable",
            ][..],
        ),
        ("account", &["stageid"]),
        ("role", &["_roletemplateid_value", "canbedeleted"]),
        (
            "activitypointer",
            &[
                "exchangeitemid",
                "seriesid",
                "community",
                "leftvoicemail",
                "_sendermailboxid_value",
            ],
        ),
        ("task", &["exchangeitemid", "_sendermailboxid_value"]),
    ] {
        let table = schema.table(table).unwrap();
        for property in properties {
            assert!(
                table.property(property).is_some(),
                "{}.{property}",
                table.logical_name
            );
        }
    }
    let asset = schema.table("new_asset").unwrap();
    assert!(matches!(
        asset.property("iscustomizable").unwrap().kind,
        ColumnKind::ManagedProperty
    ));
}

#[test]
fn many_to_many_within_one_table_has_a_way_for_each_side() {
    let schema = organisation();
    let asset = schema.table("new_asset").unwrap();
    for (way, first) in [
        ("new_asset_parts_first", true),
        ("new_asset_parts_second", false),
    ] {
        match asset.navigation(way) {
            Some(Navigation::ManyToMany { from_first, .. }) => assert_eq!(*from_first, first),
            other => panic!("{way}: {other:?}"),
        }
    }
    let within = asset.many_to_many().iter();
    assert_eq!(
        within
            .filter(|many| many.second.table == "new_asset")
            .count(),
        1
    );
}

/// A document of these tables beside `activitypointer`, with this attribute.
fn activities(attribute: &str, own: &str) -> Imported {
    let types = format!(
        "<EntityType Name=\"activitypointer\" BaseType=\"mscrm.crmbaseentity\"{attribute}><Key><PropertyRef Name=\"activityid\"/></Key>\
         <Property Name=\"activityid\" Type=\"Edm.Guid\"/><Property Name=\"community\" Type=\"Edm.Int32\"/></EntityType>{own}"
    );
    let sets = "<EntitySet Name=\"activitypointers\" EntityType=\"mscrm.activitypointer\"/>";
    import(&document(&types, sets)).unwrap()
}

#[test]
fn an_abstract_type_with_a_set_is_a_table() {
    let schema = activities(" Abstract=\"true\"", "").parts.build();
    let table = schema.table("activitypointer").unwrap();
    assert!(table.property("community").is_some());
}

#[test]
fn the_document_names_the_ways_of_lookups_that_the_simulator_knows() {
    let (account, set) = (
        "<EntityType Name=\"account\" BaseType=\"mscrm.crmbaseentity\"><Key><PropertyRef Name=\"accountid\"/></Key>\
         <Property Name=\"accountid\" Type=\"Edm.Guid\"/><Property Name=\"_primarycontactid_value\" Type=\"Edm.Guid\"/>\
         <NavigationProperty Name=\"PrimaryContact\" Type=\"mscrm.contact\" Partner=\"MainAccounts\">\
         <ReferentialConstraint Property=\"_primarycontactid_value\" ReferencedProperty=\"contactid\"/></NavigationProperty></EntityType>",
        "<EntitySet Name=\"accounts\" EntityType=\"mscrm.account\"/>",
    );
    let schema = schema_of(&[(account.to_owned(), set.to_owned())]);
    let table = schema.table("account").unwrap();
    let lookup = table.lookup("primarycontactid", "contact").unwrap();
    assert_eq!(lookup.referencing_navigation, "PrimaryContact");
    let contact = schema.table("contact").unwrap();
    assert!(matches!(
        contact.navigation("MainAccounts"),
        Some(OneToMany(_))
    ));
}

#[test]
fn a_hidden_companion_makes_room_and_a_plain_id_becomes_the_lookup() {
    let inner = "<Property Name=\"industrycodename\" Type=\"Edm.String\"/>";
    let account = format!(
        "<EntityType Name=\"account\" BaseType=\"mscrm.crmbaseentity\"><Key><PropertyRef Name=\"accountid\"/></Key>\
         <Property Name=\"accountid\" Type=\"Edm.Guid\"/><Property Name=\"name\" Type=\"Edm.Int32\"/>{inner}</EntityType>"
    );
    let task = "<EntityType Name=\"task\" BaseType=\"mscrm.crmbaseentity\"><Key><PropertyRef Name=\"activityid\"/></Key>\
                <Property Name=\"activityid\" Type=\"Edm.Guid\"/><Property Name=\"_subscriptionid_value\" Type=\"Edm.Guid\"/>\
                <NavigationProperty Name=\"subscriptionid\" Type=\"mscrm.account\"/></EntityType>";
    let sets = "<EntitySet Name=\"accounts\" EntityType=\"mscrm.account\"/><EntitySet Name=\"tasks\" EntityType=\"mscrm.task\"/>";
    let imported = import(&document(&format!("{account}{task}"), sets)).unwrap();
    assert_eq!(
        imported.left_out,
        ["1 columns of another type (account.name is Edm.Int32): the simulator's own type is kept"]
    );
    let schema = imported.parts.build();
    assert!(
        schema
            .table("account")
            .unwrap()
            .property("industrycodename")
            .is_some()
    );
    let task = schema.table("task").unwrap();
    assert_eq!(
        task.property("_subscriptionid_value").unwrap().targets(),
        ["account"]
    );
}

#[test]
fn ways_that_lead_nowhere_are_counted_with_examples() {
    let ways: String = (1..=5)
        .map(|number| {
            format!("<NavigationProperty Name=\"new_way{number}\" Type=\"mscrm.new_sea\"/>")
        })
        .collect();
    let inner = format!("{ways}<NavigationProperty Name=\"new_home\" Type=\"mscrm.account\"/>");
    let (types, set) = table("new_boat", &inner);
    assert_eq!(
        import(&document(&types, &set)).unwrap().left_out,
        [
            "5 navigation properties (new_boat.new_way1, new_boat.new_way2, new_boat.new_way3, …): \
             what they lead to is no table in the document",
            "1 navigation properties (new_boat.new_home): no column or table of the document stands behind them",
        ]
    );
}

//! Types and operations of a document: what is kept, and what cannot be told again.

use super::*;
use crate::schema::SchemaParts;
use crate::schema::{Declared, Place, place};

fn declared(more: &str) -> (Declared, Vec<String>) {
    let (types, set) = table("new_boat", "");
    let imported = import(&document(&format!("{types}{more}"), &set)).unwrap();
    (imported.parts.declared.as_ref().clone(), imported.left_out)
}

#[test]
fn operations_are_kept_with_what_they_are_called_on() {
    let (declared, left_out) = declared(concat!(
        "<Action Name=\"A\"/>",
        "<Action Name=\"B\" IsBound=\"true\"><Parameter Name=\"entity\" Type=\"mscrm.new_boat\"/></Action>",
        "<Action Name=\"B\" IsBound=\"true\"><Parameter Name=\"entity\" Type=\"Microsoft.Dynamics.CRM.account\"/></Action>",
        "<Function Name=\"C\" IsBound=\"true\"><Parameter Name=\"all\" Type=\"Collection(mscrm.new_boat)\"/>",
        "<ReturnType Type=\"Collection(Edm.Guid)\"/></Function>",
    ));
    assert_eq!(left_out, [""; 0]);
    let places: Vec<(&str, Place<'_>)> = declared
        .operations
        .iter()
        .map(|one| (one.name(), place(one)))
        .collect();
    assert_eq!(
        places,
        [
            ("A", Place::Service),
            ("B", Place::Row("new_boat")),
            ("B", Place::Row("account")),
            ("C", Place::Set("new_boat")),
        ]
    );
    assert_eq!(declared.overloads("B").count(), 2);
}

#[test]
fn what_names_an_absent_type_is_left_out_and_said() {
    let (declared, left_out) = declared(concat!(
        "<ComplexType Name=\"Base\" BaseType=\"mscrm.Gone\"/><ComplexType Name=\"Child\" BaseType=\"mscrm.Base\"/>",
        "<ComplexType Name=\"Part\"><Property Name=\"Kept\" Type=\"Edm.String\"/>",
        "<Property Name=\"Lost\" Type=\"Collection(mscrm.Child)\"/></ComplexType>",
        "<Function Name=\"F\"><ReturnType Type=\"mscrm.Part\"/></Function>",
        "<Function Name=\"G\"><ReturnType Type=\"mscrm.Child\"/></Function>",
    ));
    assert_eq!(
        left_out,
        [
            "the type Base: mscrm.Gone, from which it derives, is not there",
            "the type Child: mscrm.Base, from which it derives, is not there",
            "the member Lost of the type Part: mscrm.Child is not there",
            "the operation G: the type mscrm.Child is not there",
        ]
    );
    let names: Vec<&str> = declared.types.iter().map(|one| one.name()).collect();
    assert_eq!(names, ["Part"]);
    assert_eq!(declared.operations.len(), 1);
}

#[test]
fn a_type_of_the_simulators_own_gains_the_members_that_the_document_adds() {
    let (types, set) = table("new_boat", "");
    let more = "<ComplexType Name=\"WhoAmIResponse\"><Property Name=\"UserId\" Type=\"Edm.String\"/>\
                <Property Name=\"Mood\" Type=\"Edm.String\"/></ComplexType>\
                <EnumType Name=\"AccessRights\"><Member Name=\"None\" Value=\"7\"/><Member Name=\"Fly\" Value=\"8\"/></EnumType>";
    let schema = import(&document(&format!("{types}{more}"), &set)).unwrap();
    let schema = schema.parts.build();
    let text = csdl_document(&schema, &Repertoire::standard().catalogue(), false).unwrap();
    for (piece, times) in [
        ("<Property Name=\"UserId\" Type=\"Edm.Guid\"", 1),
        ("<Property Name=\"Mood\" Type=\"Edm.String\" />", 1),
        ("<ComplexType Name=\"WhoAmIResponse\">", 1),
        ("<Member Name=\"None\" Value=\"7\"", 0),
        ("<Member Name=\"Fly\" Value=\"8\" />", 1),
        ("<EnumType Name=\"AccessRights\"", 1),
    ] {
        assert_eq!(text.matches(piece).count(), times, "{piece}");
    }
}

/// A document of this markup, and what is told of it again.
fn told_again(more: &str) -> String {
    let (types, set) = table("new_boat", "");
    let imported = import(&document(&format!("{types}{more}"), &set)).unwrap();
    assert_eq!(imported.left_out, [""; 0]);
    let schema = imported.parts.build();
    csdl_document(&schema, &Repertoire::standard().catalogue(), false).unwrap()
}

#[test]
fn an_operation_of_the_simulators_own_keeps_the_overloads_and_parameters_of_the_document() {
    let boat = "<Action Name=\"CloseIncident\" IsBound=\"true\"><Parameter Name=\"entity\" Type=\"mscrm.new_boat\" />\
                <Parameter Name=\"Anchor\" Type=\"Edm.String\" /></Action>";
    let text = told_again(&format!(
        "{boat}<Action Name=\"CloseIncident\"><Parameter Name=\"IncidentResolution\" Type=\"mscrm.new_boat\" />\
         <Parameter Name=\"Mood\" Type=\"Edm.String\" /></Action>\
         <Function Name=\"WhoAmI\"><Parameter Name=\"Loud\" Type=\"Edm.Boolean\" />\
         <ReturnType Type=\"Edm.String\" /></Function>"
    ));
    let own = text
        .split("<Action Name=\"CloseIncident\">")
        .nth(1)
        .and_then(|rest| rest.split("</Action>").next())
        .unwrap();
    assert!(own.contains("Name=\"Status\""), "{own}");
    assert_eq!(
        own.matches("Name=\"IncidentResolution\"").count(),
        1,
        "{own}"
    );
    assert!(
        own.contains("<Parameter Name=\"Mood\" Type=\"Edm.String\" />"),
        "{own}"
    );
    for (piece, times) in [
        (boat, 1),
        ("<Action Name=\"CloseIncident\"", 2),
        ("<ActionImport Name=\"CloseIncident\"", 1),
        ("<Function Name=\"WhoAmI\">", 2),
        (
            "<Function Name=\"WhoAmI\"><Parameter Name=\"Loud\" Type=\"Edm.Boolean\" />",
            1,
        ),
    ] {
        assert_eq!(text.matches(piece).count(), times, "{piece}");
    }
}

#[test]
fn what_was_told_once_is_told_the_same_the_second_time() {
    let more = "<Action Name=\"CloseIncident\"><Parameter Name=\"Mood\" Type=\"Edm.String\" /></Action>\
                <Action Name=\"CloseIncident\" IsBound=\"true\"><Parameter Name=\"entity\" Type=\"mscrm.new_boat\" /></Action>\
                <Function Name=\"WhoAmI\"><Parameter Name=\"Loud\" Type=\"Edm.Boolean\" />\
                <ReturnType Type=\"Edm.String\" /></Function>";
    let first = told_again(more);
    let schema = import(&first).unwrap().parts.build();
    let second = csdl_document(&schema, &Repertoire::standard().catalogue(), false).unwrap();
    for operation in ["CloseIncident", "WhoAmI", "Mood", "Loud"] {
        let times = |text: &str| text.matches(&format!("Name=\"{operation}\"")).count();
        assert_eq!(times(&second), times(&first), "{operation}");
    }
}

#[test]
fn attributes_of_other_vocabularies_and_markup_in_values_do_no_harm() {
    let (declared, _) = declared(
        "<Action Name=\"A\" sap:label=\"x\"><Parameter Name=\"P\" Type=\"Edm.String\" DefaultValue=\"&lt;&quot;&amp;\"/></Action>",
    );
    let action = declared.overloads("A").next().unwrap();
    assert_eq!(action.attributes.len(), 1);
    let schema = SchemaParts {
        declared: std::sync::Arc::new(declared),
        ..standard().unwrap()
    };
    let text = csdl_document(&schema.build(), &Repertoire::standard().catalogue(), false).unwrap();
    assert!(text.contains("DefaultValue=\"&lt;&quot;&amp;\""));
}

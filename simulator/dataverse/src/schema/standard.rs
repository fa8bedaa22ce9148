//! The tables every simulated organisation starts with: the core of sales, as a new environment has them.

use std::sync::Arc;

use indexmap::IndexMap;
use serde::Deserialize;

use super::definition::{DefinitionError, TableDefinition, define};
use super::{ChoiceOption, Facts, Label, OptionDetail, OptionSet, SchemaParts};

/// Table files, in the order in which they are listed.
const TABLES: &[(&str, &str)] = &[
    ("account", include_str!("tables/account.toml")),
    (
        "activitymimeattachment",
        include_str!("tables/activitymimeattachment.toml"),
    ),
    ("activityparty", include_str!("tables/activityparty.toml")),
    (
        "activitypointer",
        include_str!("tables/activitypointer.toml"),
    ),
    ("annotation", include_str!("tables/annotation.toml")),
    ("appointment", include_str!("tables/appointment.toml")),
    ("asyncoperation", include_str!("tables/asyncoperation.toml")),
    ("audit", include_str!("tables/audit.toml")),
    (
        "backgroundoperation",
        include_str!("tables/backgroundoperation.toml"),
    ),
    (
        "bulkdeleteoperation",
        include_str!("tables/bulkdeleteoperation.toml"),
    ),
    ("businessunit", include_str!("tables/businessunit.toml")),
    (
        "callbackregistration",
        include_str!("tables/callbackregistration.toml"),
    ),
    ("campaign", include_str!("tables/campaign.toml")),
    ("catalog", include_str!("tables/catalog.toml")),
    (
        "catalogassignment",
        include_str!("tables/catalogassignment.toml"),
    ),
    ("connection", include_str!("tables/connection.toml")),
    (
        "connectionreference",
        include_str!("tables/connectionreference.toml"),
    ),
    ("connectionrole", include_str!("tables/connectionrole.toml")),
    ("contact", include_str!("tables/contact.toml")),
    ("customapi", include_str!("tables/customapi.toml")),
    (
        "customapirequestparameter",
        include_str!("tables/customapirequestparameter.toml"),
    ),
    (
        "customapiresponseproperty",
        include_str!("tables/customapiresponseproperty.toml"),
    ),
    ("dependency", include_str!("tables/dependency.toml")),
    ("duplicaterule", include_str!("tables/duplicaterule.toml")),
    (
        "duplicaterulecondition",
        include_str!("tables/duplicaterulecondition.toml"),
    ),
    ("email", include_str!("tables/email.toml")),
    ("entity", include_str!("tables/entity.toml")),
    (
        "environmentvariabledefinition",
        include_str!("tables/environmentvariabledefinition.toml"),
    ),
    (
        "environmentvariablevalue",
        include_str!("tables/environmentvariablevalue.toml"),
    ),
    ("fileattachment", include_str!("tables/fileattachment.toml")),
    ("flowrun", include_str!("tables/flowrun.toml")),
    ("incident", include_str!("tables/incident.toml")),
    (
        "incidentresolution",
        include_str!("tables/incidentresolution.toml"),
    ),
    ("invoice", include_str!("tables/invoice.toml")),
    ("invoicedetail", include_str!("tables/invoicedetail.toml")),
    ("lead", include_str!("tables/lead.toml")),
    ("letter", include_str!("tables/letter.toml")),
    ("list", include_str!("tables/list.toml")),
    ("listmember", include_str!("tables/listmember.toml")),
    ("opportunity", include_str!("tables/opportunity.toml")),
    (
        "opportunityclose",
        include_str!("tables/opportunityclose.toml"),
    ),
    (
        "opportunityproduct",
        include_str!("tables/opportunityproduct.toml"),
    ),
    ("organization", include_str!("tables/organization.toml")),
    ("owner", include_str!("tables/owner.toml")),
    ("phonecall", include_str!("tables/phonecall.toml")),
    ("pricelevel", include_str!("tables/pricelevel.toml")),
    (
        "principalobjectaccess",
        include_str!("tables/principalobjectaccess.toml"),
    ),
    ("privilege", include_str!("tables/privilege.toml")),
    ("product", include_str!("tables/product.toml")),
    (
        "productpricelevel",
        include_str!("tables/productpricelevel.toml"),
    ),
    ("publisher", include_str!("tables/publisher.toml")),
    ("queue", include_str!("tables/queue.toml")),
    ("queueitem", include_str!("tables/queueitem.toml")),
    ("quote", include_str!("tables/quote.toml")),
    ("quotedetail", include_str!("tables/quotedetail.toml")),
    ("role", include_str!("tables/role.toml")),
    ("roleprivileges", include_str!("tables/roleprivileges.toml")),
    ("roletemplate", include_str!("tables/roletemplate.toml")),
    ("salesorder", include_str!("tables/salesorder.toml")),
    (
        "salesorderdetail",
        include_str!("tables/salesorderdetail.toml"),
    ),
    ("savedquery", include_str!("tables/savedquery.toml")),
    ("sdkmessage", include_str!("tables/sdkmessage.toml")),
    (
        "sdkmessagefilter",
        include_str!("tables/sdkmessagefilter.toml"),
    ),
    (
        "sdkmessageprocessingstep",
        include_str!("tables/sdkmessageprocessingstep.toml"),
    ),
    (
        "sdkmessageprocessingstepimage",
        include_str!("tables/sdkmessageprocessingstepimage.toml"),
    ),
    (
        "serviceendpoint",
        include_str!("tables/serviceendpoint.toml"),
    ),
    ("solution", include_str!("tables/solution.toml")),
    (
        "solutioncomponent",
        include_str!("tables/solutioncomponent.toml"),
    ),
    ("systemuser", include_str!("tables/systemuser.toml")),
    ("task", include_str!("tables/task.toml")),
    ("team", include_str!("tables/team.toml")),
    ("template", include_str!("tables/template.toml")),
    (
        "transactioncurrency",
        include_str!("tables/transactioncurrency.toml"),
    ),
    ("uom", include_str!("tables/uom.toml")),
    ("uomschedule", include_str!("tables/uomschedule.toml")),
    ("userquery", include_str!("tables/userquery.toml")),
    ("workflow", include_str!("tables/workflow.toml")),
];

/// Global choices that several of these tables share.
const GLOBAL_CHOICES: &str = include_str!("tables/global-choices.toml");

/// A global choice in its file.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct GlobalChoice {
    label: String,
    options: IndexMap<String, String>,
}

/// What a new organisation's schema is made from.
pub fn standard() -> Result<SchemaParts, DefinitionError> {
    let choices = global_choices()?;
    let mut parts = SchemaParts {
        option_sets: choices.clone(),
        ..SchemaParts::default()
    };
    for (name, text) in TABLES.iter().copied() {
        let defined = define(&TableDefinition::parse(name, text)?, &choices)?;
        parts.tables.push(Arc::new(defined.parts));
        parts
            .tables
            .extend(defined.intersects.into_iter().map(Arc::new));
        parts
            .relationships
            .extend(defined.relationships.into_iter().map(Arc::new));
        parts
            .many_to_many
            .extend(defined.many_to_many.into_iter().map(Arc::new));
    }
    Ok(parts)
}

fn global_choices() -> Result<Vec<Arc<OptionSet>>, DefinitionError> {
    let name = "global-choices";
    let file: IndexMap<String, GlobalChoice> =
        toml::from_str(GLOBAL_CHOICES).map_err(|source| DefinitionError::Syntax {
            table: name.to_owned(),
            message: source.to_string(),
        })?;
    file.into_iter()
        .map(|(set, choice)| global_choice(set, &choice))
        .collect()
}

fn global_choice(name: String, choice: &GlobalChoice) -> Result<Arc<OptionSet>, DefinitionError> {
    let options = choice
        .options
        .iter()
        .map(|(value, label)| {
            let value = value.parse().map_err(|_| DefinitionError::Column {
                table: "global-choices".to_owned(),
                column: name.clone(),
                message: format!("`{value}` is no choice value"),
            })?;
            Ok(ChoiceOption {
                value,
                label: Label::new(label),
                color: None,
                detail: OptionDetail::Plain,
                description: Label::empty(),
                external_value: None,
                parent_values: Vec::new(),
                is_custom: false,
            })
        })
        .collect::<Result<_, DefinitionError>>()?;
    Ok(Arc::new(OptionSet {
        name,
        display_name: Label::new(&choice.label),
        is_global: true,
        options,
        description: Label::empty(),
        is_custom: false,
        facts: Facts::default(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{ColumnKind, Navigation, Schema};

    fn schema() -> Schema {
        standard().unwrap_or_else(|error| panic!("{error}")).build()
    }

    #[test]
    fn every_lookup_has_a_relationship_and_every_relationship_a_lookup() {
        let schema = schema();
        for table in schema.tables() {
            for column in table.columns.iter().filter(|column| column.is_lookup()) {
                for target in column.targets() {
                    assert!(
                        table.lookup(&column.logical_name, target).is_some(),
                        "{}.{}",
                        table.logical_name,
                        target
                    );
                    assert!(
                        schema.table(target).is_some(),
                        "{}.{} -> {target}",
                        table.logical_name,
                        column.logical_name
                    );
                }
            }
            for relationship in table.many_to_one() {
                assert!(
                    table.column(&relationship.referencing_attribute).is_some(),
                    "{}",
                    relationship.schema_name
                );
                let referenced = schema.table(&relationship.referenced).unwrap();
                assert_eq!(
                    referenced.primary_id, relationship.referenced_attribute,
                    "{}",
                    relationship.schema_name
                );
            }
        }
    }

    #[test]
    fn primary_names_keys_and_names_are_columns_and_unique() {
        let schema = schema();
        for table in schema.tables() {
            if !table.primary_name.is_empty() {
                assert!(
                    table.column(&table.primary_name).is_some(),
                    "{}",
                    table.logical_name
                );
            }
            for key in &table.keys {
                assert!(
                    key.columns
                        .iter()
                        .all(|column| table.column(column).is_some()),
                    "{}",
                    key.schema_name
                );
            }
            let mut names: Vec<_> = table
                .columns
                .iter()
                .map(|column| &column.logical_name)
                .collect();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), table.columns.len(), "{}", table.logical_name);
        }
    }

    #[test]
    fn navigation_properties_have_their_real_names() {
        let schema = schema();
        let cases = [
            ("account", "primarycontactid", "contact"),
            ("contact", "parentcustomerid_account", "account"),
            ("opportunity", "customerid_contact", "contact"),
            ("task", "regardingobjectid_lead_task", "lead"),
            ("task", "ownerid_task", "owner"),
            ("task", "ownerid", "owner"),
            ("lead", "qualifyingopportunityid", "opportunity"),
        ];
        for (table, navigation, target) in cases {
            match schema.table(table).unwrap().navigation(navigation) {
                Some(Navigation::ManyToOne(relationship)) => {
                    assert_eq!(relationship.referenced, target)
                }
                other => panic!("{table}.{navigation}: {other:?}"),
            }
        }
        for (table, navigation) in [
            ("lead", "Lead_Tasks"),
            ("account", "contact_customer_accounts"),
        ] {
            assert!(matches!(
                schema.table(table).unwrap().navigation(navigation),
                Some(Navigation::OneToMany(_))
            ));
        }
        let user = schema.table("systemuser").unwrap();
        assert!(matches!(
            user.navigation("teammembership_association"),
            Some(Navigation::ManyToMany { .. })
        ));
    }

    #[test]
    fn money_brings_its_base_amount_and_choices_their_hidden_names() {
        let schema = schema();
        let account = schema.table("account").unwrap();
        let base = account.column("revenue_base").unwrap();
        assert!(
            matches!(&base.kind, ColumnKind::Money { base_of: Some(of), .. } if of == "revenue")
        );
        assert!(!base.valid_for_create);
        assert!(account.column("industrycodename").is_some());
        assert!(
            account.property("industrycodename").is_none(),
            "companions are no properties"
        );
        assert!(account.property("_primarycontactid_value").is_some());
        assert!(account.property("primarycontactid").is_none());
    }
}

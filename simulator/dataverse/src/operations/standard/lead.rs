//! QualifyLead: a lead becomes an account, a contact and an opportunity.
//!
//! Layer: operations.

use serde_json::json;
use uuid::Uuid;

use super::closing::is_open;
use super::mapping::{bind, mapped};
use crate::http::SimError;
use crate::operations::arguments::{Members, text_value, to_body};
use crate::operations::declaration::{ANY, ValueType, row};
use crate::operations::operation::Operation;
use crate::operations::{Answer, Call, Target};
use crate::rows::Cell;
use crate::rows::write::state::settle;
use crate::schema::Table;

/// `statecode` of a qualified lead.
const QUALIFIED: i32 = 1;

pub(super) fn operations() -> Vec<Operation> {
    use ValueType::Boolean;
    vec![
        Operation::action("QualifyLead", qualify)
            .on(&["lead"])
            .takes("CreateAccount", Boolean)
            .takes("CreateContact", Boolean)
            .takes("CreateOpportunity", Boolean)
            .may_take("OpportunityCurrencyId", row("transactioncurrency"))
            .may_take("OpportunityCustomerId", ANY)
            .may_take("SourceCampaignId", row("campaign"))
            .takes("Status", ValueType::Int32)
            .may_take("ProcessInstanceId", ANY)
            .may_take("SuppressDuplicateDetection", Boolean)
            .gives_many(ANY),
    ]
}

fn qualify(call: &Call<'_>) -> Result<Answer, SimError> {
    let (leads, id) = call.row()?;
    if !is_open(call, leads, id)? {
        return Err(SimError::invalid_argument("The lead is already closed."));
    }
    let given = call
        .arguments
        .integer("Status")
        .filter(|status| *status != -1);
    let (state, status) = settle(leads, id, Some(QUALIFIED), given)?
        .ok_or_else(|| SimError::unexpected("leads have no states"))?;
    let lead = Target { table: leads, id };
    let mut made: Vec<(&Table, Uuid)> = Vec::new();
    let mut account = None;
    if call.arguments.boolean("CreateAccount") {
        let table = call.table("account")?;
        let mut body = start(call, &lead, table)?;
        // A lead without a company still gets an account, by the name of the person.
        if !body.contains_key("name")
            && let Some(name) = call.draft(leads, id)?.text(leads, "fullname")
        {
            body.insert("name".to_owned(), text_value(name));
        }
        account = Some(create(call, table, body, &mut made)?);
    }
    let mut contact = None;
    if call.arguments.boolean("CreateContact") {
        let table = call.table("contact")?;
        let mut body = start(call, &lead, table)?;
        point(call, table, &mut body, "parentcustomerid", account.as_ref());
        contact = Some(create(call, table, body, &mut made)?);
    }
    let mut opportunity = None;
    if call.arguments.boolean("CreateOpportunity") {
        let customer = call.optional_target("OpportunityCustomerId")?;
        let currency = call.optional_target("OpportunityCurrencyId")?;
        let campaign = call.optional_target("SourceCampaignId")?;
        let table = call.table("opportunity")?;
        let mut body = start(call, &lead, table)?;
        let buyer = customer.as_ref().or(account.as_ref()).or(contact.as_ref());
        point(call, table, &mut body, "customerid", buyer);
        point(call, table, &mut body, "parentaccountid", account.as_ref());
        point(call, table, &mut body, "parentcontactid", contact.as_ref());
        point(
            call,
            table,
            &mut body,
            "transactioncurrencyid",
            currency.as_ref(),
        );
        point(call, table, &mut body, "campaignid", campaign.as_ref());
        opportunity = Some(create(call, table, body, &mut made)?);
    }
    let mut cells = vec![
        ("statecode", Cell::Integer(state.into())),
        ("statuscode", Cell::Integer(status.into())),
    ];
    for (column, row) in [
        ("parentaccountid", &account),
        ("parentcontactid", &contact),
        ("qualifyingopportunityid", &opportunity),
    ] {
        if let Some(row) = row {
            cells.push((column, row.cell()));
        }
    }
    call.overwrite(leads, id, cells)?;
    let rows = made
        .into_iter()
        .map(|(table, id)| {
            json!({
                "@odata.type": format!("#Microsoft.Dynamics.CRM.{}", table.logical_name),
                &table.primary_id: id,
            })
        })
        .collect();
    let about = "Collection(Microsoft.Dynamics.CRM.crmbaseentity)".to_owned();
    Ok(Answer::Rows(about, rows))
}

fn start(call: &Call<'_>, lead: &Target<'_>, table: &Table) -> Result<Members, SimError> {
    mapped(call, lead, table, true, &|column| column.valid_for_create)
}

/// Sets a lookup of a row that is about to be made, when it has one towards the other row.
fn point(
    call: &Call<'_>,
    table: &Table,
    body: &mut Members,
    column: &str,
    row: Option<&Target<'_>>,
) {
    if let (Some(row), Some(column)) = (row, table.column(column)) {
        body.extend(bind(call, table, column, &row.table.logical_name, row.id));
    }
}

fn create<'a>(
    call: &Call<'a>,
    table: &'a Table,
    body: Members,
    made: &mut Vec<(&'a Table, Uuid)>,
) -> Result<Target<'a>, SimError> {
    let id = call.create(table, to_body(&body))?;
    made.push((table, id));
    Ok(Target { table, id })
}

//! CalculateRollupField: brings a rolled-up column up to date now.
//!
//! Layer: operations. The standard tables have two: an account's open deals and their worth.

use crate::http::SimError;
use crate::operations::arguments::text_value;
use crate::operations::declaration::{ANY, ValueType};
use crate::operations::operation::Operation;
use crate::operations::{Answer, Call, Target};
use crate::rows::Cell;
use crate::rows::storage::decimal::{Decimal, MONEY_SCALE};

/// `<column>_state` of a column that is up to date.
const CALCULATED: i64 = 1;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::function("CalculateRollupField", calculate)
            .takes("Target", ANY)
            .takes("FieldName", ValueType::String)
            .gives_one(ANY),
    ]
}

fn calculate(call: &Call<'_>) -> Result<Answer, SimError> {
    let target = call.target("Target")?;
    let name = call.arguments.required_text("FieldName")?;
    let cell = match (target.table.logical_name.as_str(), name.as_str()) {
        ("account", "opendeals") => {
            let count = open_deals(call, &target)?.len();
            Cell::Integer(i64::try_from(count).unwrap_or(i64::MAX))
        }
        ("account", "openrevenue") => {
            let deals = open_deals(call, &target)?;
            let sum = deals
                .into_iter()
                .fold(0, |sum: i128, worth| sum.saturating_add(worth));
            Cell::Decimal {
                unscaled: sum,
                scale: MONEY_SCALE,
            }
        }
        (table, _) => {
            return Err(SimError::invalid_argument(format!(
                "The attribute '{name}' of the entity '{table}' isn't a rollup field."
            )));
        }
    };
    let (date, state) = (format!("{name}_date"), format!("{name}_state"));
    let cells = vec![
        (name.as_str(), cell),
        (date.as_str(), Cell::Moment(call.context.now)),
        (state.as_str(), Cell::Integer(CALCULATED)),
    ];
    call.atomically(|| call.overwrite(target.table, target.id, cells))?;
    let query = format!("?$select={name},{date},{state}");
    let mut row = call.read(target.table, target.id, &query)?;
    row.shift_remove("@odata.context");
    let kind = format!("#Microsoft.Dynamics.CRM.{}", target.table.logical_name);
    row.shift_insert(0, "@odata.type".to_owned(), text_value(&kind));
    Ok(Answer::Row(target.table.entity_set_name.clone(), row))
}

/// What each open opportunity of an account is worth, at the scale of money.
fn open_deals(call: &Call<'_>, account: &Target<'_>) -> Result<Vec<i128>, SimError> {
    let table = call.table("opportunity")?;
    let mut worth = Vec::new();
    for id in call.find(table, &[("parentaccountid", account.id)])? {
        let draft = call.draft(table, id)?;
        if *draft.named(table, "statecode") != Cell::Integer(0) {
            continue;
        }
        worth.push(match draft.named(table, "estimatedvalue") {
            Cell::Decimal { unscaled, scale } => Decimal {
                unscaled: *unscaled,
                scale: *scale,
            }
            .rescaled(MONEY_SCALE)
            .map_or(0, |amount| amount.unscaled),
            _ => 0,
        });
    }
    Ok(worth)
}

//! The summary: per section what holds, what does not, what is left out; then each failure at length.

use comfy_table::{LineStyle, Table, TableStyle};

use crate::run::{Outcome, Verdict};
use crate::sections::Sections;

/// The table of sections.
pub fn table(sections: &Sections, outcomes: &[Outcome]) -> String {
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')));
    table.set_header(["§", "Title", "Facts", "Hold", "Pending", "Left out"]);
    let mut total = [0; 4];
    for section in &sections.sections {
        let here: Vec<_> = outcomes
            .iter()
            .filter(|outcome| outcome.section == section.number)
            .collect();
        let hold = here
            .iter()
            .filter(|outcome| outcome.verdict == Verdict::Held)
            .count();
        let pending = here
            .iter()
            .filter(|outcome| matches!(outcome.verdict, Verdict::Pending(_)))
            .count();
        let numbers = [here.len(), hold, pending, section.left_out.len()];
        for (total, number) in total.iter_mut().zip(numbers) {
            *total += number;
        }
        let mut row = vec![section.number.clone(), section.title.clone()];
        row.extend(numbers.map(|number| {
            if number == 0 {
                String::new()
            } else {
                number.to_string()
            }
        }));
        table.add_row(row);
    }
    let mut row = vec![String::new(), "all".to_owned()];
    row.extend(total.map(|number| number.to_string()));
    table.add_row(row);
    table.to_string()
}

/// What is left out and why, and which cases wait for the simulator.
pub fn gaps(sections: &Sections, outcomes: &[Outcome]) -> String {
    let mut text = String::from("Left out:\n");
    for section in &sections.sections {
        for left_out in &section.left_out {
            text.push_str(&format!(
                "  §{} {}: {}\n",
                section.number, left_out.fact, left_out.why
            ));
        }
    }
    for outcome in outcomes {
        if let Verdict::Pending(reason) = &outcome.verdict {
            text.push_str(&format!(
                "pending  §{} {}: {reason}\n",
                outcome.section, outcome.fact
            ));
        }
    }
    text
}

/// The failures at length, empty when there are none.
pub fn failures(outcomes: &[Outcome]) -> String {
    let mut text = String::new();
    for outcome in outcomes {
        if let Verdict::Failed(reason) = &outcome.verdict {
            let reason = reason.replace('\n', "\n    ");
            text.push_str(&format!(
                "FAILED  {}  §{}  {}\n    {reason}\n",
                outcome.file, outcome.section, outcome.fact
            ));
        }
    }
    text
}

/// Cases of sections that the reference does not have.
pub fn strays(sections: &Sections, outcomes: &[Outcome]) -> Vec<String> {
    let known = |number: &str| {
        sections
            .sections
            .iter()
            .any(|section| section.number == number)
    };
    let stray = outcomes.iter().filter(|outcome| !known(&outcome.section));
    stray
        .map(|outcome| format!("{}: §{} ({})", outcome.file, outcome.section, outcome.fact))
        .collect()
}

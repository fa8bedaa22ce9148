//! Every golden case holds, and each belongs to a section of the reference.

#![allow(clippy::unwrap_used)]

use conformance::{case, report, run, sections};

#[test]
fn every_fact_of_the_reference_that_has_a_case_holds() {
    let outcomes = run::run(&case::read("").unwrap());
    let failures = report::failures(&outcomes);
    assert!(failures.is_empty(), "\n{failures}");
    let strays = report::strays(&sections::read().unwrap(), &outcomes);
    assert!(strays.is_empty(), "cases of unknown sections: {strays:?}");
}

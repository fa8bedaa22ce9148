//! Where a defect is reported.

/// What to do about a defect, with the place to report it.
pub(crate) fn place() -> String {
    // Set where the packages are published from; a build of one's own may know none.
    let repository = env!("CARGO_PKG_REPOSITORY");
    match repository.trim_end_matches('/') {
        "" => "please report it with these lines to the issue tracker of the project you got Airlock from".to_owned(),
        repository => format!("please report it with these lines: {repository}/issues"),
    }
}

/// What to do about a defect of somebody else's than the person who met it.
pub(super) fn report() -> String {
    format!("this is a defect, not your mistake; {}", place())
}

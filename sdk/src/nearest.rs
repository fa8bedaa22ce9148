//! Which right names are near a wrong one.

/// How many suggestions a person reads.
const SHOWN: usize = 3;

/// Likeness (Jaro-Winkler, 0 to 1) from which a name is worth suggesting; below it suggestions
/// for typing mistakes turn into noise.
const LIKE: f64 = 0.80;

/// How far behind the best name another one may be to be suggested beside it.
const BEHIND: f64 = 0.05;

/// The names nearest to `wrong`, best first.
pub fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wrong = wrong.to_lowercase();
    let mut ranked: Vec<(f64, &str)> = names
        .into_iter()
        .map(|name| (likeness(&wrong, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness >= LIKE)
        .collect();
    ranked.sort_by(|(a, name_a), (b, name_b)| b.total_cmp(a).then_with(|| name_a.cmp(name_b)));
    ranked.dedup_by(|(_, a), (_, b)| a == b);
    let best = ranked.first().map_or(LIKE, |(likeness, _)| *likeness);
    ranked
        .into_iter()
        .take_while(|(likeness, _)| *likeness >= best - BEHIND)
        .take(SHOWN)
        .map(|(_, name)| name)
        .collect()
}

fn likeness(wrong: &str, name: &str) -> f64 {
    let contained = wrong.len() >= 4 && (name.contains(wrong) || wrong.contains(name));
    let base = strsim::jaro_winkler(wrong, name);
    if contained && name.len() >= 4 {
        base.max(0.85)
    } else {
        base
    }
}

/// `; did you mean a, b or c?`, or nothing.
#[must_use]
pub fn did_you_mean(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => format!("; did you mean {only}?"),
        [first @ .., last] => format!("; did you mean {} or {last}?", first.join(", ")),
    }
}

/// The same; or, where no name is near, the drop-down that lists all of them.
#[must_use]
pub fn did_you_mean_or(names: &[&str], source: &str) -> String {
    if names.is_empty() {
        return format!("; the choices `{source}` list what there is");
    }
    did_you_mean(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [&str; 8] = [
        "subject",
        "firstname",
        "lastname",
        "fullname",
        "emailaddress1",
        "telephone1",
        "telephone2",
        "companyname",
    ];

    #[test]
    fn a_slip_finds_its_column() {
        let table = [
            ("subjct", Some("subject")),
            ("FirstNme", Some("firstname")),
            ("email", Some("emailaddress1")),
            ("emailadress", Some("emailaddress1")),
            ("telefone1", Some("telephone1")),
            ("zzz", None),
        ];
        for (wrong, right) in table {
            assert_eq!(nearest(wrong, COLUMNS).first().copied(), right, "{wrong}");
        }
    }

    #[test]
    fn a_clear_best_stands_alone() {
        assert_eq!(nearest("telephone", COLUMNS), ["telephone1", "telephone2"]);
        let names = ["createdon", "createdonbehalfby", "modifiedon"];
        assert_eq!(nearest("createdn", names), ["createdon"]);
    }

    #[test]
    fn suggestions_read_as_a_question() {
        assert_eq!(did_you_mean(&[]), "");
        assert_eq!(did_you_mean(&["a"]), "; did you mean a?");
        assert_eq!(did_you_mean_or(&["a"], "tables"), "; did you mean a?");
        let none = did_you_mean_or(&[], "tables");
        assert_eq!(none, "; the choices `tables` list what there is");
        assert_eq!(did_you_mean(&["a", "b", "c"]), "; did you mean a, b or c?");
    }
}

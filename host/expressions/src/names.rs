//! Which name a person may have meant. Ground of the crate.

/// How alike two names have to be: `utcNw` and `utcNow` are, `add` and `and` are not.
const ALIKE: f64 = 0.75;

/// The name that is nearest, if one is near.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = name.to_lowercase();
    known
        .into_iter()
        .map(|other| {
            (
                strsim::normalized_damerau_levenshtein(&folded, &other.to_lowercase()),
                other,
            )
        })
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, other)| other)
}

/// `; did you mean X?`, or what there is if nothing is near.
pub(crate) fn hint<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    const SHOWN: usize = 8;
    if let Some(near) = nearest(name, known.clone()) {
        return format!("; did you mean `{near}`?");
    }
    let some: Vec<String> = known
        .clone()
        .take(SHOWN)
        .map(|other| format!("`{other}`"))
        .collect();
    match known.count() {
        0 => "; there are none".to_owned(),
        count if count > SHOWN => {
            format!("; there are {} and {} more", some.join(", "), count - SHOWN)
        }
        _ => format!("; there are {}", some.join(", ")),
    }
}
